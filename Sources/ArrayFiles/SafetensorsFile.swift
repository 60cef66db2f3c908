import Files
import JSONValues

/// A file in the safetensors format, read: its header when it is opened, each array when it is asked for.
///
/// All that the header says is checked against itself and the file's true size before anything is read by it: the arrays
/// must fill the file without a gap, as Python's package has it.
public struct SafetensorsFile {
  /// What the header says of an array.
  public struct Entry: Sendable, Equatable {
    public let kind: ElementType.Kind
    public let shape: [Int]
    /// Its bytes, counted from the first array's.
    let range: Range<Int>
  }

  public let path: String
  public let metadata: [String: String]
  /// What the arrays are called, in the order in which they lie in the file.
  public let names: [String]
  private let entries: [String: Entry]
  private let file: FileReader
  private let dataStart: Int

  /// Reads the header.
  ///
  /// - Throws: `ArrayFileError`.
  public init(path: String) throws(ArrayFileError) {
    self.path = path
    do { file = try FileReader(path: path, inflating: false) } catch { throw .file(error) }
    let text = try Self.header(of: file)
    dataStart = 8 + text.count
    let header = try SafetensorsHeader(text, file: path)
    (metadata, entries) = (header.metadata, header.entries)
    let ordered = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
    }
    names = ordered.map(\.key)
    var end = 0
    for (name, entry) in ordered {
      guard entry.range.lowerBound == end else {
        throw header.error(
          about: name, expected: "data that begins at byte \(end), where the array before ends",
          found: "\(entry.range.lowerBound)")
      }
      end = entry.range.upperBound
    }
    guard file.size - dataStart == end else {
      throw .badTensors(
        file: path, place: "the file", expected: "\(dataStart + end) bytes by its header", found: "\(file.size)")
    }
  }

  /// The bytes of the header, not more than the file holds.
  private static func header(of file: FileReader) throws(ArrayFileError) -> [UInt8] {
    func wrong(_ expected: String, _ found: String) -> ArrayFileError {
      .badTensors(file: file.path, place: "the first bytes", expected: expected, found: found)
    }
    do {
      let start = try file.read(upTo: 8)
      guard start.count == 8 else {
        throw wrong("the length of a safetensors header (8 bytes)", "\(start.count) bytes")
      }
      let length = start.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length >= 2, length <= SafetensorsFormat.headerLimit else {
        throw wrong(
          "the length of a safetensors header (2 to \(SafetensorsFormat.headerLimit))",
          FileSignature.description(of: start) + ", which would be \(length)")
      }
      let text = try file.read(exactly: Int(length), of: "header")
      guard text.first == UInt8(ascii: "{") else {
        throw wrong("a header that begins with '{'", FileSignature.description(of: Array(text.prefix(8))))
      }
      return text
    } catch let error as FileError {
      throw .file(error)
    } catch let error as ArrayFileError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// What the header says of an array; nil if there is none of this name.
  public subscript(name: String) -> Entry? { entries[name] }

  /// Reads one array.
  ///
  /// - Throws: `ArrayFileError`.
  public func array(_ name: String) throws(ArrayFileError) -> StoredArray {
    guard let entry = entries[name] else { throw .noSuchArray(file: path, name: name, names: names) }
    return StoredArray(ElementType(entry.kind), shape: entry.shape, bytes: try bytes(entry.range))
  }

  /// Reads one array in pieces that stay near the processor, each some places of its first axis, a single number as one.
  ///
  /// - Throws: `ArrayFileError`, and what `body` throws.
  public func forEachPiece(of name: String, _ body: (_ rows: Range<Int>, StoredArray) throws -> Void) throws {
    guard let entry = entries[name] else {
      throw ArrayFileError.noSuchArray(file: path, name: name, names: names)
    }
    let rows = entry.shape.first ?? 1
    let (rowShape, rowSize) = (entry.shape.dropFirst(), entry.range.count / max(1, rows))
    let rowsAtATime = PromisedArray.rowsAtATime(ofSize: rowSize)
    for first in stride(from: 0, to: rows, by: rowsAtATime) {
      let piece = first..<min(first + rowsAtATime, rows)
      let start = entry.range.lowerBound + first * rowSize
      try body(
        piece,
        StoredArray(
          ElementType(entry.kind), shape: [piece.count] + rowShape,
          bytes: try bytes(start..<start + piece.count * rowSize)))
    }
  }

  /// The bytes in some places, counted from the first array's.
  private func bytes(_ range: Range<Int>) throws(ArrayFileError) -> [UInt8] {
    let bytes: [UInt8]
    do { bytes = try file.bytes(at: dataStart + range.lowerBound, count: range.count) } catch { throw .file(error) }
    guard bytes.count == range.count else {
      throw .file(.truncated(file: path, part: "data", expected: dataStart + range.upperBound, found: file.size))
    }
    return bytes
  }
}

/// What the header of a safetensors file says, each entry by itself.
struct SafetensorsHeader {
  private(set) var metadata: [String: String] = [:]
  private(set) var entries: [String: SafetensorsFile.Entry] = [:]
  private let file: String

  /// As many axes as a NumPy array can have.
  private static let axisLimit = 64

  init(_ text: [UInt8], file: String) throws(ArrayFileError) {
    self.file = file
    do {
      var scanner = JSONScanner(text)
      try scanner.object { scanner, name in
        if name == SafetensorsFormat.metadataName {
          try scanner.object { scanner, name in metadata[name] = try scanner.string() }
        } else {
          entries[name] = try entry(name, &scanner)
        }
      }
      try scanner.end()
    } catch let error as JSONError {
      throw .badTensors(
        file: file, place: "the header", expected: error.expected, found: "\(error.found) at byte \(8 + error.offset)")
    } catch let error as ArrayFileError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
  }

  func error(about name: String, expected: String, found: String) -> ArrayFileError {
    .badTensors(file: file, place: "the header's entry '\(name)'", expected: expected, found: found)
  }

  private func entry(_ name: String, _ scanner: inout JSONScanner) throws -> SafetensorsFile.Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { scanner, key in
      switch key {
      case "dtype": type = try scanner.string()
      case "shape": shape = try lengths(of: name, &scanner, limit: Self.axisLimit)
      case "data_offsets": offsets = try lengths(of: name, &scanner, limit: 2)
      default: throw error(about: name, expected: "dtype, shape and data_offsets", found: "'\(key)'")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw error(about: name, expected: "dtype, shape and two data_offsets", found: "less")
    }
    guard let kind = SafetensorsFormat.types.first(where: { $0.name == type })?.kind else {
      throw ArrayFileError.elementType(file: "\(file), array '\(name)'", found: "the type '\(type)'")
    }
    var byteCount = kind.size
    for length in shape {
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: length)
      guard !overflow else {
        throw error(about: name, expected: "a shape of fewer bytes", found: ArrayFileError.words(for: shape))
      }
      byteCount = product
    }
    guard offsets[0] <= offsets[1], offsets[1] - offsets[0] == byteCount else {
      throw error(
        about: name, expected: "\(byteCount) bytes for \(type) of the shape \(ArrayFileError.words(for: shape))",
        found: "data_offsets \(offsets[0]) to \(offsets[1])")
    }
    return SafetensorsFile.Entry(kind: kind, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// Whole numbers, none below 0, at most `limit` of them.
  private func lengths(of name: String, _ scanner: inout JSONScanner, limit: Int) throws -> [Int] {
    var numbers: [Int] = []
    try scanner.array { scanner in
      let number = try scanner.integer()
      guard number >= 0 else { throw error(about: name, expected: "numbers from 0", found: "\(number)") }
      guard numbers.count < limit else { throw error(about: name, expected: "at most \(limit) numbers", found: "more") }
      numbers.append(number)
    }
    return numbers
  }
}
