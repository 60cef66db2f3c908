import CZlib

/// Pictures that a PNG file shows one after another (APNG, of the third edition of the PNG specification, W3C 2025); what
/// does not know of animations shows the first.
public enum AnimatedPNG {
  /// One file of several, which are files of ours: of one size and kind of pixels.
  ///
  /// What the first says of itself, the file says. The frames are written by chunk: what libpng packed for each stays as it
  /// is. It plays for ever.
  ///
  /// - Parameter delay: how long each is shown, in milliseconds, at most 65,535.
  public static func joined(_ files: [[UInt8]], delay: Int) -> [UInt8] {
    precondition(!files.isEmpty, "an animation needs a picture")
    precondition((1...65_535).contains(delay), "a delay of \(delay) ms")
    var output = PNGChunks.signature
    var sequence: UInt32 = 0
    var header: [UInt8] = []
    for (frame, file) in files.enumerated() {
      var isControlled = false
      for chunk in PNGChunks(file) {
        guard let contents = chunk.contents else { preconditionFailure("frame \(frame) ends in the midst of a chunk") }
        if chunk.isOfKind("IHDR") {
          if frame == 0 {
            header = Array(contents)
            append("IHDR", header, to: &output)
            append("acTL", bigEndian(UInt32(files.count)) + bigEndian(0), to: &output)
          }
          precondition(header.elementsEqual(contents), "frame \(frame) is of another size or kind than the first")
        } else if chunk.isOfKind("IDAT") {
          if !isControlled {
            append("fcTL", control(sequence, header, delay: delay), to: &output)
            sequence += 1
            isControlled = true
          }
          if frame == 0 {
            append("IDAT", Array(contents), to: &output)
          } else {
            append("fdAT", bigEndian(sequence) + contents, to: &output)
            sequence += 1
          }
        } else if frame == 0, !chunk.isOfKind("IEND") {
          append(String(decoding: chunk.kind, as: UTF8.self), Array(contents), to: &output)
        }
      }
    }
    append("IEND", [], to: &output)
    return output
  }

  /// A frame as large as the picture, at its corner, that replaces the one before.
  private static func control(_ sequence: UInt32, _ header: [UInt8], delay: Int) -> [UInt8] {
    let place = bigEndian(0) + bigEndian(0)
    let time = bigEndian(UInt32(delay)).suffix(2) + bigEndian(1000).suffix(2)
    return bigEndian(sequence) + header.prefix(8) + place + time + [0, 0]
  }

  private static func append(_ kind: String, _ contents: [UInt8], to output: inout [UInt8]) {
    let body = Array(kind.utf8) + contents
    let checksum = body.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
    output += bigEndian(UInt32(contents.count)) + body + bigEndian(UInt32(truncatingIfNeeded: checksum))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
