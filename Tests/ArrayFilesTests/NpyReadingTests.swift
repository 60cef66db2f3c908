import ArrayFiles
import Files
import Foundation
import TestSupport
import Testing

/// What NumPy wrote, and what it holds by NumPy's own reading.
private struct Goldens: Decodable {
  struct Array: Decodable {
    let kind: String
    let shape: [Int]
    let doubles: [Double]
    let integers: [String]?
  }
  struct File: Decodable {
    let name: String
    let file: Data
    let kind: String
    let shape: [Int]
    let doubles: [Double]
    let integers: [String]?

    var array: Array { Array(kind: kind, shape: shape, doubles: doubles, integers: integers) }
  }
  struct Archive: Decodable {
    let name: String
    let file: Data
    let names: [String]
    let arrays: [Array]
  }
  let files: [File]
  let archives: [Archive]
}

@Suite("Reading .npy and .npz files") struct NpyReadingTests {
  private let folder = ScratchFolder()

  private func compare(_ array: StoredArray, _ expected: Goldens.Array, _ name: String) {
    #expect(array.type.kind.rawValue == expected.kind && array.shape == expected.shape, "\(name)")
    #expect(array.count == expected.doubles.count && array.doubles() == expected.doubles, "\(name)")
    #expect(array.floats() == expected.doubles.map { Float($0) }, "\(name)")
    guard let integers = expected.integers?.map({ Int($0) }) else { return }
    if let place = integers.firstIndex(of: nil) {
      // Beyond 63 bits: the first in the file's order, which is not always that of the rows.
      #expect(array.doubles()[place] >= 0x1p63, "\(name)")
      #expect(throws: StoredArray.NotAnInteger.self, "\(name)") { try array.integers() }
    } else {
      #expect((try? array.integers()) == integers, "\(name)")
    }
  }

  @Test func everyTypeAndOrderAgreesWithNumPy() throws {
    let files = try golden("arrays", in: .module, as: Goldens.self).files
    #expect(files.count == 12 * 2 * (1 + 1 + 3 * 2) + 3)
    for file in files {
      let path = folder.write("a.npy", Array(file.file))
      compare(try NpyFormat.read(path: path), file.array, file.name)
    }
  }

  @Test func archivesAgreeWithNumPy() throws {
    let archives = try golden("arrays", in: .module, as: Goldens.self).archives
    #expect(archives.map(\.name) == ["savez", "savez_compressed"])
    for golden in archives {
      let archive = try NpzArchive(path: folder.write("a.npz", Array(golden.file)))
      #expect(archive.names == golden.names)
      for (name, expected) in zip(golden.names, golden.arrays) { compare(try archive.array(name), expected, name) }
      #expect(
        throws: ArrayFileError.noSuchArray(file: "\(folder.path)/a.npz", name: "X", names: golden.names)
      ) { try archive.array("X") }
    }
  }

  /// What this module writes, it reads.
  @Test func whatIsWrittenIsRead() throws {
    let arrays = [
      NamedArray("grid", shape: [2, 3], .float32([1, -2.5, .infinity, 0, Float.leastNonzeroMagnitude, 3.25])),
      NamedArray("numbers", shape: [3, 1, 1], .int64([-1, 0, .max])),
      NamedArray("none", shape: [0, 7], .float64([])), NamedArray("one", shape: [], .float64([42])),
      NamedArray("bytes", shape: [3], .uint8([0, 7, 255])),
    ]
    let file = try FileWriter(path: "\(folder.path)/w.npz")
    var writer = NpzWriter(to: file, comment: "made here")
    for array in arrays { try writer.add(array) }
    try writer.finish()
    try file.finish()
    let archive = try NpzArchive(path: "\(folder.path)/w.npz")
    #expect(archive.names == arrays.map(\.name))
    for array in arrays {
      let read = try archive.array(array.name)
      #expect(read.shape == array.shape)
      switch array.elements {
      case .uint8(let values): #expect(read.bytes == values)
      case .float32(let values): #expect(read.floats() == values)
      case .float64(let values): #expect(read.doubles() == values)
      case .int64(let values): #expect(try read.integers() == values.map { Int($0) })
      }
    }
  }

  @Test func noNumbersAreNoIntegers() throws {
    let bits: [UInt64] = [1.0, 2.0, 2.5, .nan].map(\Double.bitPattern)
    let bytes = bits.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    let array = StoredArray(ElementType(.float64), shape: [2, 2], isFortranOrder: true, bytes: bytes)
    #expect(throws: StoredArray.NotAnInteger(indices: [0, 1], value: "2.5")) { try array.integers() }
    #expect(array.indices(ofElement: 1) == [1, 0] && array.indices(ofElement: 3) == [1, 1])
    #expect(array.doubles().prefix(3) == [1, 2.5, 2] && array.doubles()[3].isNaN)
  }

  /// Python's spellings of the header that NumPy itself would read as well.
  @Test(
    arguments: [
      "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }",
      "{'shape':(2,3),'fortran_order':False,'descr':'<u2'}",
      "{\"fortran_order\" : False , \"shape\" : ( 2 , 3 ) , \"descr\" : \"<u2\" , }",
      "  {'descr': '<u2',\n 'fortran_order': False,\t'shape': (2L, 3L)}  \n",
      "{'descr':'=u2','fortran_order':False,'shape':(2,3,)}",
      "{'descr':'|u2','fortran_order':False,'shape':(2,3,)}",
    ])
  func headersAsPythonMayWriteThem(header: String) throws {
    for version: (UInt8, UInt8) in [(1, 0), (2, 0), (3, 0)] {
      let bytes = npy(header: header, version: version, [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1])
      // Python 2 knew no version 3.0, of which NumPy refuses its numbers as well.
      if version.0 == 3, header.contains("3L") {
        #expect(throws: ArrayFileError.self) { try NpyFormat.read(path: folder.write("h.npy", bytes)) }
        continue
      }
      let array = try NpyFormat.read(path: folder.write("h.npy", bytes))
      #expect(array.type == ElementType(.uint16) && array.shape == [2, 3] && !array.isFortranOrder)
      #expect(try array.integers() == [1, 2, 3, 4, 5, 262])
    }
  }

  @Test func runsFollowTheFileAndAreAsLongAsCanBe() {
    func runs(_ array: StoredArray, _ steps: [[StoredArray.Steps]]) -> [[Int]] {
      var runs: [[Int]] = []
      array.forEachRun(steps) { runs.append([$0.lowerBound, $0.upperBound, $1, $2]) }
      return runs
    }
    func steps(_ steps: (Int, Int)...) -> [StoredArray.Steps] { steps.map { .init(count: $0.0, distance: $0.1) } }
    let bytes = [UInt8](repeating: 0, count: 24)
    let array = StoredArray(ElementType(.uint8), shape: [2, 3, 4], bytes: bytes)
    #expect(runs(array, [steps((2, 12)), steps((3, 4)), steps((4, 1))]) == [[0, 24, 0, 1]])
    // Planes become channels.
    #expect(runs(array, [steps((2, 1)), steps((3, 8)), steps((4, 2))]) == [[0, 12, 0, 2], [12, 24, 1, 2]])
    let reversed = StoredArray(ElementType(.uint8), shape: [2, 3, 4], isFortranOrder: true, bytes: bytes)
    #expect(
      runs(reversed, [steps((2, 12)), steps((3, 4)), steps((4, 1))]).prefix(3) == [
        [0, 2, 0, 12], [2, 4, 4, 12], [4, 6, 8, 12],
      ])
    // An axis taken apart goes from slow to fast in either order.
    let flat = StoredArray(ElementType(.uint8), shape: [2, 12], isFortranOrder: true, bytes: bytes)
    #expect(
      runs(flat, [steps((2, 12)), steps((3, 1), (4, 3))]).prefix(5)
        == [[0, 2, 0, 12], [2, 4, 3, 12], [4, 6, 6, 12], [6, 8, 9, 12], [8, 10, 1, 12]])
    #expect(runs(StoredArray(ElementType(.uint8), shape: [], bytes: [7]), []) == [[0, 1, 0, 1]])
    #expect(runs(StoredArray(ElementType(.uint8), shape: [0, 3], bytes: []), [steps((0, 3)), steps((3, 1))]).isEmpty)
  }

  /// An entry beside the one that is asked for may be packed in any way, and hold anything.
  @Test func otherEntriesAreNotLookedAt() throws {
    var other = ZipBuilder.Entry("other.npy", [1, 2, 3])
    (other.method, other.flags, other.size, other.checksum) = (12, 1, 1 << 31, 7)
    let zip = ZipBuilder([other, ZipBuilder.Entry("x.npy", npy("|u1", "3,", [4, 5, 6]))])
    let archive = try NpzArchive(path: folder.write("o.npz", zip.bytes))
    #expect(archive.names == ["other", "x"])
    #expect(try archive.array("x").integers() == [4, 5, 6])
    #expect(throws: ArrayFileError.self) { try archive.array("other") }
  }

  /// One byte more or fewer anywhere, and one that is changed, is noticed.
  @Test func damageIsNoticed() throws {
    let array = npy("<u2", "2, 3", Array(1...12))
    for length in 0..<array.count {
      #expect(throws: ArrayFileError.self) { try NpyFormat.read(path: folder.write("c.npy", Array(array[..<length]))) }
    }
    #expect(throws: ArrayFileError.file(.trailingBytes(file: "\(folder.path)/c.npy", expected: 140, found: 141))) {
      try NpyFormat.read(path: folder.write("c.npy", array + [0]))
    }
    var entry = ZipBuilder.Entry("x.npy", ZipBuilder.deflated(array))
    (entry.method, entry.size, entry.checksum) = (8, array.count, PNGBuilder.checksum(array))
    for whole in [ZipBuilder(["x.npy": array]).bytes, ZipBuilder([entry]).bytes] {
      #expect(try NpzArchive(path: folder.write("w.npz", whole)).array("x").integers().count == 6)
      for length in 0..<whole.count {
        #expect(throws: ArrayFileError.self, "cut to \(length)") {
          try NpzArchive(path: folder.write("c.npz", Array(whole[..<length]))).array("x")
        }
      }
      for position in whole.indices {
        var changed = whole
        changed[position] ^= 0x10
        // Versions, dates and attributes carry nothing; what is read must then be right.
        if let read = try? NpzArchive(path: folder.write("f.npz", changed)).array("x") {
          #expect(read.bytes == Array(1...12), "changed at \(position)")
        }
      }
    }
  }
}
