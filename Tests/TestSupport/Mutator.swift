import TensorEngine

/// Damages files as chance has it, with an eye for what breaks readers of them: lengths and sizes, in bytes of either
/// order or in digits; cuts, joins of two files, repeated and foreign pieces.
public struct Mutator: Sendable {
  /// Pieces that mean something in files of this kind.
  private let fragments: [[UInt8]]

  public init(fragments: [[UInt8]] = []) { self.fragments = fragments + Self.pieces }

  private static let pieces: [[UInt8]] = [
    [0], [255], [127], [128], [0, 0, 0, 0], [255, 255, 255, 255], [127, 255, 255, 255], [0, 0, 0, 1], [1, 0, 0, 0],
    [0x1F, 0x8B, 8], [255, 255], [UInt8](repeating: 0, count: 300), [UInt8](repeating: 0x39, count: 40),
  ]

  /// Numbers at which readers break.
  private static let numbers: [UInt64] = [
    0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    0x1_0000_0000, 1 << 40, .max >> 1, .max - 7, .max,
  ]
  private static let digits = [
    "0", "1", "-1", "00", "7", "255", "65536", "2147483648", "4294967296", "9223372036854775807",
    "18446744073709551616", "99999999999999999999", "1e9", "1e999", "0.5", "-0", "nan",
  ].map { Array($0.utf8) }

  /// One of `files` with damage in one to four places.
  public func mutant(of files: [[UInt8]], _ stream: inout RandomStream) -> [UInt8] {
    var bytes = files[stream.integer(below: files.count)]
    for _ in 0...stream.integer(below: 4) { damage(&bytes, others: files, &stream) }
    return bytes
  }

  private func damage(_ bytes: inout [UInt8], others: [[UInt8]], _ stream: inout RandomStream) {
    // Headers and ends are worth more than what lies between them.
    let (start, end) =
      switch stream.integer(below: 4) {
      case 0: (0, bytes.count)
      case 1: (max(0, bytes.count - 80), bytes.count)
      default: (0, min(bytes.count, 160))
      }
    let place = start + stream.integer(below: end - start + 1)
    let fragment = fragments[stream.integer(below: fragments.count)]
    switch stream.integer(below: 12) {
    case 0 where place < bytes.count: bytes[place] = UInt8(stream.integer(below: 256))
    case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(stream.integer(below: 8))
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + stream.integer(below: 4)))
    case 3: bytes.insert(contentsOf: fragment, at: place)
    case 4: overwrite(&bytes, at: place, with: fragment)
    case 5: bytes.removeLast(min(bytes.count, stream.integer(below: 40)))
    case 6: bytes.removeSubrange(place...)
    case 7: setField(&bytes, at: place, &stream)
    case 8: setDigits(&bytes, at: place, &stream)
    case 9:
      let other = others[stream.integer(below: others.count)]
      bytes = Array(bytes[..<place]) + other[min(place, stream.integer(below: other.count + 1))...]
    case 10: bytes.insert(contentsOf: [UInt8](repeating: fragment[0], count: 1 << stream.integer(below: 13)), at: place)
    default:
      let other = stream.integer(below: bytes.count + 1)
      let first = min(place, other)
      bytes.insert(contentsOf: bytes[first..<min(max(place, other), first + 64)], at: place)
    }
  }

  private func overwrite(_ bytes: inout [UInt8], at place: Int, with piece: [UInt8]) {
    for (offset, byte) in piece.enumerated() where place + offset < bytes.count { bytes[place + offset] = byte }
  }

  /// Makes a field of 1 to 8 bytes a number at which readers break, or one near what it was or near the file's length.
  private func setField(_ bytes: inout [UInt8], at place: Int, _ stream: inout RandomStream) {
    let width = 1 << stream.integer(below: 4)
    let isBigEndian = stream.integer(below: 2) == 0
    guard place + width <= bytes.count else { return }
    let field = bytes[place..<place + width]
    let old = (isBigEndian ? Array(field) : field.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let near = UInt64(stream.integer(below: 5))
    let value: UInt64 =
      switch stream.integer(below: 4) {
      case 0: old &+ near &- 2
      case 1: UInt64(bytes.count) &+ near &- 2
      default: Self.numbers[stream.integer(below: Self.numbers.count)]
      }
    let written = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    overwrite(&bytes, at: place, with: isBigEndian ? written.reversed() : written)
  }

  /// Puts another number in the place of the digits that follow `place`.
  private func setDigits(_ bytes: inout [UInt8], at place: Int, _ stream: inout RandomStream) {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    guard let first = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(first..<end, with: Self.digits[stream.integer(below: Self.digits.count)])
  }
}
