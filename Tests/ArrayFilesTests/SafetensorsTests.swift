import ArrayFiles
import Files
import Foundation
import Interruptions
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  /// A golden file, beside the script that made it.
  private static func golden(_ name: String) throws -> String {
    let path = Bundle.module.resourcePath.map { "\($0)/Goldens/\(name)" }
    return try #require(path)
  }

  private static let arrays = [
    NamedArray("b.weight", shape: [2, 3], .float32([1, -2.5, .infinity, 0, .leastNonzeroMagnitude, 3.25])),
    NamedArray("a.weight", shape: [1], .float32([0.1])), NamedArray("z", shape: [3], .float64([0.1, -0.0, 1e300])),
    NamedArray("position", shape: [], .int64([-7])), NamedArray("images", shape: [5, 1, 1], .uint8([0, 1, 2, 3, 4])),
    NamedArray("none", shape: [0, 7], .float32([])),
  ]

  private func written(
    _ arrays: [PromisedArray], _ metadata: [(name: String, value: String)], to folder: ScratchFolder
  ) throws -> String {
    let path = "\(folder.path)/a.safetensors"
    let file = try FileWriter(path: path)
    try SafetensorsFormat.write(arrays, metadata: metadata, to: file)
    try file.finish()
    return path
  }

  @Test func whatPythonWroteIsRead() throws {
    let file = try SafetensorsFile(path: Self.golden("golden.safetensors"))
    #expect(file.metadata == ["note": "with \"quotes\", \\ and é"])
    let expected = try JSON.lines(
      String(decoding: Data(contentsOf: URL(fileURLWithPath: Self.golden("golden.safetensors.json"))), as: UTF8.self)
        .replacing("\n", with: " "))[0]
    #expect(expected.keys == Set(file.names) && file.names.count == ElementType.Kind.allCases.count)
    for name in file.names {
      let (array, golden) = (try file.array(name), expected[name])
      #expect("\(array.type)" == golden["kind"].string)
      #expect(array.shape.map(Double.init) == golden["shape"].array.compactMap(\.number))
      #expect(array.doubles() == golden["values"].array.compactMap(\.number))
    }
  }

  @Test func pythonWouldWriteTheSameBytes() throws {
    let folder = ScratchFolder()
    _ = try written(Self.arrays.map { PromisedArray($0) }, [("note", "with \"quotes\",\n\\ and é")], to: folder)
    let golden = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.golden("written.safetensors"))))
    #expect(folder.bytes("a.safetensors") == golden)
  }

  @Test func whatIsWrittenIsRead() throws {
    let folder = ScratchFolder()
    let path = try written(Self.arrays.map { PromisedArray($0) }, [("a", "1"), ("b", "\u{1}")], to: folder)
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == ["a": "1", "b": "\u{1}"])
    #expect(try file.array("b.weight").floats() == [1, -2.5, .infinity, 0, .leastNonzeroMagnitude, 3.25])
    #expect(try file.array("z").doubles().map(\.bitPattern) == [0.1, -0.0, 1e300].map(\.bitPattern))
    #expect(try file.array("position").integers() == [-7] && file.array("position").shape == [])
    #expect(try file.array("images").bytes == [0, 1, 2, 3, 4])
    #expect(try file.array("none").shape == [0, 7])
    #expect {
      try file.array("c")
    } throws: {
      $0 as? ArrayFileError == .noSuchArray(file: path, name: "c", names: file.names)
    }
    // The arrays begin on a multiple of 8, and nothing at all is a file as well.
    #expect(folder.bytes("a.safetensors")[0] % 8 == 0)
    #expect(try SafetensorsFile(path: written([], [], to: folder)).names == [])
  }

  /// Large ones must not be in memory at once.
  @Test func numbersAreMadeOneArrayAtATime() throws {
    final class Log: @unchecked Sendable { var lines: [String] = [] }
    let (log, folder) = (Log(), ScratchFolder())
    let promises = ["a", "b"].map { name in
      PromisedArray(name, shape: [1 << 16], .float32) {
        log.lines.append("\(name) after \(folder.bytes(folder.names.first ?? "").count >> 18)")
        return .float32([Float](repeating: 1, count: 1 << 16))
      }
    }
    _ = try written(promises, [], to: folder)
    #expect(log.lines == ["a after 0", "b after 1"])
  }

  private static func file(_ header: String, _ data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let text = Array(header.utf8)
    return (0..<8).map { UInt8((length ?? UInt64(text.count)) >> (8 * $0) & 0xFF) } + text
      + [UInt8](repeating: 0, count: data)
  }

  private static func entry(_ name: String = "a", _ dtype: String = "F32", _ shape: String, _ offsets: String) -> String
  {
    #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  struct Hostile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let says: String

    init(_ name: String, _ bytes: [UInt8], _ says: String) {
      (testDescription, self.bytes, self.says) = (name, bytes, says)
    }
  }

  static let hostile: [Hostile] = [
    .init("empty", [], "the length of a safetensors header (8 bytes)"),
    .init("short", [2, 0, 0], "found 3 bytes"),
    .init(
      "header beyond the file", file("{}", length: 3), "truncated in its header: expected at least 11 bytes, found 10"),
    .init("huge header", file("{}", length: .max), "18446744073709551615"),
    .init("header over 100 MB", file("{}", length: 100_000_001), "would be 100000001"),
    .init("no object", file("[]"), "begins with '{'"),
    .init("no JSON", file("{]"), "a string"),
    .init("more than JSON", file("{}x"), "expected the end"),
    .init("no UTF-8", file("{\"") + [], "the end of a string"),
    .init("trailing data", file("{}", 1), "expected 10 bytes by its header in the file, found 11"),
    .init("data cut short", file("{\(entry("a", "[2]", "[0,8]"))}", 7), "by its header"),
    .init("unknown type", file("{\(entry("a", "BF16", "[2]", "[0,4]"))}", 4), "found the type 'BF16'"),
    .init("duplicate", file("{\(entry("a", "[1]", "[0,4]")),\(entry("a", "[1]", "[4,8]"))}", 8), "\"a\" twice"),
    .init("duplicate note", file(#"{"__metadata__":{"a":"1","a":"2"}}"#), "\"a\" twice"),
    .init("note that is no text", file(#"{"__metadata__":{"a":1}}"#), "a string"),
    .init("overlap", file("{\(entry("a", "[2]", "[0,8]")),\(entry("b", "[2]", "[4,12]"))}", 12), "begins at byte 8"),
    .init("gap", file("{\(entry("a", "[1]", "[0,4]")),\(entry("b", "[1]", "[8,12]"))}", 12), "begins at byte 4"),
    .init("not from 0", file("{\(entry("a", "[1]", "[4,8]"))}", 8), "begins at byte 0"),
    .init("backwards", file("{\(entry("a", "[1]", "[4,0]"))}", 4), "data_offsets 4 to 0"),
    .init("shape against size", file("{\(entry("a", "[3]", "[0,8]"))}", 8), "expected 12 bytes for F32"),
    .init("negative length", file("{\(entry("a", "[-1]", "[0,4]"))}", 4), "numbers from 0"),
    .init("NaN length", file("{\(entry("a", "[NaN]", "[0,4]"))}", 4), "expected a value"),
    .init("length with a fraction", file("{\(entry("a", "[1.0]", "[0,4]"))}", 4), "a whole number"),
    .init("overflow", file("{\(entry("a", "[4611686018427387904,8]", "[0,4]"))}", 4), "fewer bytes"),
    .init("offset of 65 bits", file("{\(entry("a", "[1]", "[0,18446744073709551617]"))}", 4), "a whole number"),
    .init("three offsets", file("{\(entry("a", "[1]", "[0,4,4]"))}", 4), "at most 2 numbers"),
    .init("one offset", file("{\(entry("a", "[1]", "[0]"))}", 4), "two data_offsets"),
    .init("other key", file(#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"x":1}}"#), "found 'x'"),
    .init("missing key", file(#"{"a":{"dtype":"F32","shape":[0]}}"#), "two data_offsets"),
    .init(
      "many axes", file("{\(entry("a", "[\((0..<100).map { _ in "1" }.joined(separator: ","))]", "[0,4]"))}", 4), "64"),
    .init("deep", file("{\"a\":" + String(repeating: "[", count: 10_000) + "}"), "an object"),
  ]

  private static func entry(_ name: String, _ shape: String, _ offsets: String) -> String {
    entry(name, "F32", shape, offsets)
  }

  @Test(arguments: hostile) func hostileHeadersAreRefused(case hostile: Hostile) {
    let folder = ScratchFolder()
    let path = folder.write("x.safetensors", hostile.bytes)
    #expect {
      try SafetensorsFile(path: path)
    } throws: { error in
      error is ArrayFileError && "\(error)".contains(hostile.says) && "\(error)".hasPrefix(path)
    }
  }

  @Test func textThatIsNoUTF8IsRefused() {
    let folder = ScratchFolder()
    let text: [UInt8] = Array("{\"__metadata__\":{\"a\":\"".utf8) + [0xFF] + Array("\"}}".utf8)
    let path = folder.write("x.safetensors", [UInt8(text.count), 0, 0, 0, 0, 0, 0, 0] + text)
    #expect(throws: ArrayFileError.self) { try SafetensorsFile(path: path) }
  }

  /// Every way of cutting or of changing a byte of a header is an error, or leaves a file that can be read.
  @Test func mutantsNeverCrash() throws {
    let folder = ScratchFolder()
    _ = try written(Self.arrays.map { PromisedArray($0) }, [("a", "b")], to: folder)
    let whole = folder.bytes("a.safetensors")
    var refused = 0
    func read(_ bytes: [UInt8]) {
      let path = folder.write("m.safetensors", bytes)
      do {
        let file = try SafetensorsFile(path: path)
        for name in file.names { _ = try file.array(name) }
      } catch {
        refused += 1
      }
    }
    for length in 0..<whole.count { read(Array(whole[..<length])) }
    #expect(refused == whole.count)
    for place in 0..<min(whole.count, 500) {
      for byte: UInt8 in [0, 0x22, 0x2C, 0x30, 0x39, 0x7B, 0xFF] {
        var mutant = whole
        mutant[place] = byte
        read(mutant)
      }
    }
  }
}
