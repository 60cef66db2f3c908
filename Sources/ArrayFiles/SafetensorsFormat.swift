import Files
import Interruptions
import JSONValues

/// The safetensors format, written: a header in JSON that says what each array is and where it lies, then their bytes.
///
/// The bytes are those that Python's package writes of the same arrays, with metadata in the order given. Source:
/// https://github.com/huggingface/safetensors, "Format".
public enum SafetensorsFormat {
  /// The longest header that is read or written, as in the package.
  static let headerLimit = 100_000_000
  /// Types that are read and written, by their names in a header, in the order in which the package would have them.
  static let types: [(name: String, kind: ElementType.Kind)] = [
    ("U64", .uint64), ("I64", .int64), ("F64", .float64), ("F32", .float32), ("U32", .uint32), ("I32", .int32),
    ("F16", .float16), ("U16", .uint16), ("I16", .int16), ("I8", .int8), ("U8", .uint8), ("BOOL", .bool),
  ]
  /// The name in a header that stands for no array.
  static let metadataName = "__metadata__"

  /// Bytes that are written between two looks for a wish to end.
  private static let chunkSize = 1 << 25

  /// Writes `arrays`, whose names differ, each as soon as its numbers are made: no two are in memory at once.
  ///
  /// - Parameter metadata: what else the header says, by names that differ.
  /// - Throws: what writing throws, `Interrupted`, and `ArrayFileError.badTensors` for a header that would be too long.
  public static func write(
    _ arrays: [PromisedArray], metadata: [(name: String, value: String)] = [], to file: FileWriter
  ) throws {
    let ordered = arrays.sorted { (rank(of: $0), $0.name) < (rank(of: $1), $1.name) }
    let header = try header(ordered, metadata, file.path)
    file.expect(byteCount: ordered.reduce(header.count) { $0 + $1.byteCount })
    try file.write(header)
    for promise in ordered {
      try promise.forEachPiece { piece in
        try Interruption.check()
        // A large one is not kept in memory until its checksum is made.
        if piece.byteCount <= PromisedArray.pieceSize { return try file.write(piece) }
        try piece.withBytes { bytes in
          for start in stride(from: 0, to: bytes.count, by: chunkSize) {
            try Interruption.check()
            try file.write(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + chunkSize, bytes.count)]))
          }
        }
      }
    }
  }

  private static func rank(of array: PromisedArray) -> Int { types.firstIndex { $0.kind == array.kind }! }

  private static func header(
    _ arrays: [PromisedArray], _ metadata: [(name: String, value: String)], _ path: String
  ) throws(ArrayFileError) -> [UInt8] {
    let names = arrays.map(\.name)
    precondition(Set(names).count == names.count && !names.contains(metadataName), "arrays share a name: \(names)")
    var members: [(String, JSONValue)] = []
    if !metadata.isEmpty {
      members.append((metadataName, .object(JSONObject(metadata.map { ($0.name, .string($0.value)) }))))
    }
    var offset = 0
    for array in arrays {
      let end = offset + array.byteCount
      members.append(
        (
          array.name,
          [
            "dtype": .string(types[rank(of: array)].name), "shape": .array(array.shape.map { .integer($0) }),
            "data_offsets": [.integer(offset), .integer(end)],
          ]
        ))
      offset = end
    }
    var text = Array(JSONValue.object(JSONObject(members)).compact.utf8)
    // So that the arrays begin on a multiple of 8.
    text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
    guard text.count <= headerLimit else {
      throw .badTensors(
        file: path, place: "the header", expected: "at most \(headerLimit) bytes", found: "\(text.count)")
    }
    return (0..<8).map { UInt8(text.count >> (8 * $0) & 0xFF) } + text
  }
}
