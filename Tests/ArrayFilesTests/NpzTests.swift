import ArrayFiles
import CZlib
import Files
import Foundation
import TestSupport
import Testing

@Suite struct NpzTests {
  private let arrays = [
    NamedArray("grid", shape: [2, 3], .float32([1, -2.5, .infinity, 0, Float.leastNonzeroMagnitude, 3.25])),
    NamedArray("line", shape: [4], .float64([0.1, -0.0, .nan, 1e300])),
    NamedArray("numbers", shape: [3, 1, 1], .int64([-1, 0, .max])),
    NamedArray("none", shape: [0, 7], .float32([])), NamedArray("one", shape: [], .int64([42])),
    NamedArray("bytes", shape: [3], .uint8([0, 7, 255])),
  ]

  private func written(to folder: ScratchFolder, comment: String = "made here") throws -> [UInt8] {
    let file = try FileWriter(path: "\(folder.path)/a.npz")
    var archive = NpzWriter(to: file, comment: comment)
    for array in arrays { try archive.add(array) }
    try archive.finish()
    try file.finish()
    return folder.bytes("a.npz")
  }

  private func number(_ bytes: [UInt8], at position: Int, width: Int) -> Int {
    (0..<width).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
  }

  @Test func headersAreAlignedAndSayTheShape() {
    for (array, words) in zip(
      arrays,
      [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (3, 1, 1), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 7), }",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }",
      ])
    {
      let bytes = NpyFormat.bytes(of: array)
      #expect(bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]))
      let length = number(bytes, at: 8, width: 2)
      #expect((10 + length) % 64 == 0)
      let header = String(decoding: bytes[10..<10 + length], as: UTF8.self)
      #expect(header.hasPrefix(words) && header.hasSuffix("\n"))
    }
    #expect(Array(NpyFormat.bytes(of: arrays[4]).suffix(8)) == [42, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(NpyFormat.bytes(of: arrays[0]).suffix(24).prefix(8)) == [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0])
  }

  /// Every entry where the directory says, with its checksum and its sizes; the comment at the very end.
  @Test func theArchiveIsWhole() throws {
    let folder = ScratchFolder()
    let bytes = try written(to: folder)
    #expect(try written(to: folder) == bytes)
    #expect(bytes.suffix(9).elementsEqual("made here".utf8))
    let end = bytes.count - 9 - 22
    #expect(number(bytes, at: end, width: 4) == 0x0605_4B50 && number(bytes, at: end + 10, width: 2) == arrays.count)
    var entry = number(bytes, at: end + 16, width: 4)
    for array in arrays {
      #expect(number(bytes, at: entry, width: 4) == 0x0201_4B50)
      let size = number(bytes, at: entry + 24, width: 4)
      let nameLength = number(bytes, at: entry + 28, width: 2)
      let header = number(bytes, at: entry + 42, width: 4)
      #expect(number(bytes, at: header, width: 4) == 0x0403_4B50)
      #expect(bytes[header + 30..<header + 30 + nameLength].elementsEqual("\(array.name).npy".utf8))
      let contents = Array(bytes[header + 30 + nameLength..<header + 30 + nameLength + size])
      #expect(contents == NpyFormat.bytes(of: array))
      #expect(Int(crc32(0, contents, UInt32(contents.count))) == number(bytes, at: entry + 16, width: 4))
      entry += 46 + nameLength
    }
    #expect(entry == end)
  }

  /// By NumPy itself, where there is one.
  @Test func numpyReadsIt() throws {
    let folder = ScratchFolder()
    _ = try written(to: folder)
    let program = """
      import sys
      try:
          import numpy as np
      except ImportError:
          sys.exit(77)
      z = np.load("\(folder.path)/a.npz")
      assert list(z) == ["grid", "line", "numbers", "none", "one", "bytes"], list(z)
      assert z["grid"].dtype == np.float32 and z["grid"].shape == (2, 3) and z["grid"][0, 2] == np.inf
      assert z["grid"][1, 1] == np.finfo(np.float32).smallest_subnormal
      assert np.array_equal(z["line"], [0.1, -0.0, np.nan, 1e300], equal_nan=True) and np.signbit(z["line"][1])
      assert z["numbers"].tolist() == [[[-1]], [[0]], [[2**63 - 1]]]
      assert z["none"].shape == (0, 7) and z["one"] == 42
      assert z["bytes"].dtype == np.uint8 and z["bytes"].tolist() == [0, 7, 255]
      """
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    python.arguments = ["python3", "-c", program]
    try python.run()
    python.waitUntilExit()
    // 77: no NumPy; 127: no Python.
    if [77, 127].contains(python.terminationStatus) { return print("skipped: there is no python3 with numpy") }
    #expect(python.terminationStatus == 0)
  }
}
