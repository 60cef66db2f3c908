import CZlib
import Datasets
import TestSupport
import Testing

/// Damaged and hostile .npy and .npz files, among the tests that run one after the other: they measure memory.
extension LargeInputTests {
  static let wholeArray = npy("|u1", "2, 4, 4", ramp(32))
  static func header(_ text: String) -> [UInt8] { npy(header: text, ramp(32)) }
  static func shaped(_ shape: String) -> [UInt8] {
    header("{'descr': '|u1', 'fortran_order': False, 'shape': \(shape)}")
  }
  static func described(_ descriptor: String) -> [UInt8] {
    header("{'descr': \(descriptor), 'fortran_order': False, 'shape': (2, 4, 4)}")
  }

  /// What the file is, its bytes, and what its error says.
  static let damagedArrays: [(String, [UInt8], String)] = [
    ("empty", [], "found an empty file"),
    ("text", Array("no array at all".utf8), "first bytes 93 4e 55 4d 50 59"),
    ("a PNG image", [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10], "(a PNG image)"),
    ("the first bytes alone", Array(wholeArray.prefix(6)), "expected a NumPy array"),
    ("of version 4", npy(header: "{}", version: (4, 0), []), "found 4.0"),
    ("of version 1.7", npy(header: "{}", version: (1, 7), []), "found 1.7"),
    ("without a header's length", Array(wholeArray.prefix(9)), "truncated in its header"),
    ("cut in its header", Array(wholeArray.prefix(40)), "truncated in its header"),
    (
      "of a header of gigabytes", [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF] + ramp(99),
      "at most 10000 bytes in the array's header, found 4294967295"
    ),
    ("of an empty header", header(""), "expected '{' in the array's header, found its end"),
    ("of a header that is no dictionary", header("[1, 2]"), "expected '{'"),
    ("of a header that never ends", header("{'descr': '|u1', "), "expected a text in quotes"),
    ("of a header that ends twice", header("{'descr': '|u1'}}"), "nothing but spaces"),
    ("of a header without a shape", header("{'descr': '|u1', 'fortran_order': False}"), "found descr, fortran_order"),
    ("of a header without anything", header("{}"), "found none"),
    (
      "of a header with a key twice", header("{'descr': '|u1', 'descr': '|u1', 'shape': (2,), 'fortran_order': False}"),
      "found descr twice"
    ),
    ("of a header with another key", header("{'descr': '|u1', 'order': 'C'}"), "found the key 'order'"),
    (
      "of an order that Python does not know",
      header("{'descr': '|u1', 'fortran_order': true, 'shape': (2, 4, 4)}"), "expected True or False"
    ),
    ("of an order that is a number", header("{'fortran_order': 1}"), "expected True or False"),
    ("of a shape that is a list", shaped("[2, 4, 4]"), "expected '('"),
    ("of a shape that is a number in parentheses", shaped("(32)"), "expected ','"),
    ("of a negative length", shaped("(-2, 4, 4)"), "the length of an axis"),
    ("of a length with a fraction", shaped("(2.5, 4, 4)"), "expected ','"),
    ("of a length that is a word", shaped("(None, 4, 4)"), "the length of an axis"),
    ("of a length in octal", shaped("(010, 4)"), "the length of an axis"),
    ("of a length beyond any number", shaped("(99999999999999999999, 4, 4)"), "the length of an axis"),
    ("of a product beyond any number", shaped("(4294967296, 4294967296, 4294967296)"), "found a header for"),
    ("of such a product and nothing", shaped("(0, 9223372036854775807, 9223372036854775807)"), "found a header for"),
    ("of more than any set may hold", shaped("(3000000, 28, 28)"), "found a header for (3000000, 28, 28)"),
    ("of gigabytes that are not there", shaped("(2000000, 28, 28)"), "truncated in its elements"),
    ("of a hundred axes", shaped("(\((0..<100).map { _ in "1, " }.joined()))"), "at most 64 axes"),
    ("of Python objects", described("'|O'"), "found Python objects ('|O')"),
    ("of text", described("'<U7'"), "found text ('<U7')"),
    ("of complex numbers", described("'<c8'"), "found complex numbers"),
    ("of wide floats", described("'<f16'"), "found floats of another width"),
    ("of dates", described("'<M8[ns]'"), "found dates"),
    ("of no known type", described("'<q9'"), "found the type '<q9'"),
    ("of records", described("[('a', '<f4'), ('b', '<i4')]"), "found records of several fields"),
    ("of a type in backslashes", described("'\\x7cu1'"), "expected a text in quotes"),
    ("cut in its elements", Array(wholeArray.dropLast()), "truncated in its elements"),
    ("with one byte more", wholeArray + [7], "too long"),
    ("of a single number", npy("|u1", "", [7]), "found the shape ()"),
    ("of one axis", npy("|u1", "32,", ramp(32)), "found the shape (32,)"),
    ("of five axes", npy("|u1", "2, 1, 4, 4, 1", ramp(32)), "found the shape (2, 1, 4, 4, 1)"),
    ("of two channels", npy("|u1", "2, 2, 4, 2", ramp(32)), "found the shape (2, 2, 4, 2)"),
    ("of no image", npy("|u1", "0, 4, 4", []), "at least one image"),
    ("of no pixel", npy("|u1", "4, 4, 0", []), "at least one pixel"),
    ("with no number", npy("<f4", "1, 2, 2", [0, 0, 0, 0, 0, 0, 0xC0, 0x7F] + ramp(8)), "found nan at [0, 0, 1]"),
    ("with an infinity", npy(">f2", "1, 2, 2", [0, 0, 0, 0, 0xFC, 0, 0, 0]), "found -inf at [0, 1, 0]"),
  ]

  static let wholeZip = ZipBuilder(["x.npy": wholeArray])
  /// The entry deflated; its true size is what the directory says.
  static let wholeDeflated = wholeZip.changing {
    $0 = ZipBuilder.Entry("x.npy", ZipBuilder.deflated(wholeArray))
    ($0.method, $0.size, $0.checksum) = (8, wholeArray.count, PNGBuilder.checksum(wholeArray))
  }
  static func ending(_ change: (inout ZipBuilder) -> Void) -> [UInt8] {
    var zip = wholeZip
    change(&zip)
    return zip.bytes
  }

  static let damagedArchives: [(String, [UInt8], String)] = [
    ("empty", [], "found an empty file"),
    ("text", Array("no archive at all".utf8), "expected an .npz archive"),
    ("cut in two", Array(wholeZip.bytes.prefix(150)), "the file may be cut short"),
    ("cut at its end", Array(wholeZip.bytes.dropLast()), "the file may be cut short"),
    ("with one byte more", wholeZip.bytes + [0], "expected the directory that ends a ZIP archive"),
    ("of nothing", ZipBuilder([ZipBuilder.Entry]()).bytes, "found none"),
    ("of no array", ZipBuilder(["x.txt": [1]]).bytes, "found none"),
    ("of a directory elsewhere", ending { $0.directoryOffset = 7 }, "expected a directory of"),
    ("of a directory beyond the end", ending { $0.directoryOffset = 1 << 30 }, "expected a directory of"),
    ("of more entries than there are", ending { $0.count = 9 }, "expected a directory of 9 entries"),
    ("of fewer entries than there are", ending { $0.count = 0 }, "bytes more"),
    ("of the ZIP64 form", ending { $0.count = 0xFFFF }, "found the ZIP64 form"),
    ("of an entry of the ZIP64 form", wholeZip.changing { $0.size = 0xFFFF_FFFF }.bytes, "found the ZIP64 form"),
    ("of several disks", ending { $0.disk = 2 }, "found a part of several"),
    ("with a name twice", ending { $0.entries.append($0.entries[0]) }, "found x.npy twice"),
    ("encrypted", wholeZip.changing { $0.flags = 1 }.bytes, "x.npy: expected data that is not encrypted"),
    ("packed by bzip2", wholeZip.changing { $0.method = 12 }.bytes, "found method 12 (bzip2)"),
    ("packed by no known method", wholeZip.changing { $0.method = 77 }.bytes, "found method 77"),
    ("with an entry beyond the end", wholeZip.changing { $0.offset = 1 << 20 }.bytes, "data that ends before byte"),
    (
      "with an entry that is longer than the file",
      wholeZip.changing { ($0.size, $0.compressedSize) = (1 << 30, 1 << 30) }.bytes, "data that ends before byte"
    ),
    (
      "with entries that share their data",
      ending {
        $0.entries += [ZipBuilder.Entry("y.npy", [])]
        $0.entries[1].offset = 0
      },
      "data that ends before byte 0"
    ),
    (
      "with an entry elsewhere", wholeZip.changing { ($0.offset, $0.compressedSize, $0.size) = (3, 90, 90) }.bytes,
      "header at byte 3"
    ),
    ("with another name in the entry", wholeZip.changing { $0.ownName = "z.npy" }.bytes, "header at byte 0"),
    ("with a changed byte", changed(wholeZip.bytes, at: 170), "another; copy or save"),
    ("with another checksum", wholeDeflated.changing { $0.checksum = 7 }.bytes, "another; copy or save"),
    ("with a stored entry of two sizes", wholeZip.changing { $0.size = 7 }.bytes, "expected 7 stored bytes"),
    ("that does not inflate", wholeDeflated.changing { $0.data[0] = 7 }.bytes, "corrupt compressed data"),
    (
      "that inflates to an end too early", wholeDeflated.changing { $0.data.removeLast(9) }.bytes,
      "it ends in the middle of the data"
    ),
    ("with bytes after the compressed ones", wholeDeflated.changing { $0.data += [1, 2] }.bytes, "2 bytes fewer"),
    (
      "that inflates to more", wholeDeflated.changing { $0.size = wholeArray.count - 1 }.bytes,
      "truncated in its elements"
    ),
    ("that inflates to less", wholeDeflated.changing { $0.size = wholeArray.count + 1 }.bytes, "too long"),
    (
      "that claims a thousandfold", wholeDeflated.changing { $0.size = 1 << 30 }.bytes,
      "1073741824 bytes by the archive's directory"
    ),
    ("of an array that is none", ZipBuilder(["x.npy": Array("words".utf8)]).bytes, "array x: expected a NumPy array"),
    ("of an array cut short", ZipBuilder(["x.npy": Array(wholeArray.dropLast())]).bytes, "array x: truncated"),
    ("of an array with more", ZipBuilder(["x.npy": wholeArray + [1]]).bytes, "array x: too long"),
    ("of an array of objects", ZipBuilder(["x.npy": described("'|O'")]).bytes, "array x: expected numbers"),
    ("of gigabytes", ZipBuilder(["x.npy": shaped("(2000000, 28, 28)")]).bytes, "array x: truncated in its elements"),
    ("of other arrays", ZipBuilder(["u.npy": wholeArray, "v.npy": wholeArray]).bytes, "found u, v"),
  ]

  @Test func eachDamagedArrayIsRefusedWithOneClearErrorAndLittleMemory() throws {
    #expect(try catalogue.load(temporary.write("set.npy", Self.wholeArray)).images.pixels == ramp(32))
    for whole in [Self.wholeZip, Self.wholeDeflated] {
      #expect(try catalogue.load(temporary.write("set.npz", whole.bytes)).images.pixels == ramp(32))
    }
    let before = residentKilobytes()
    for (file, cases) in [("set.npy", Self.damagedArrays), ("set.npz", Self.damagedArchives)] {
      for (name, bytes, says) in cases {
        let path = temporary.write(file, bytes)
        let message = #expect(throws: DatasetError.self, "\(name)") { try catalogue.load(path) }?.description ?? ""
        #expect(
          message.hasPrefix(path) && message.contains(says) && !message.contains("\n") && message.utf8.count < 400,
          "\(name): \(message)")
      }
    }
    #expect(residentKilobytes() - before < 80_000)
  }

  /// 96 MB of zeros in a hundred kilobytes, behind a directory and a header that tell the truth or less.
  @Test func archiveBombsStayPacked() {
    let array = npy("|u1", "98304, 32, 32", [UInt8](repeating: 0, count: 96 << 20))
    let deflated = Self.deflated(array)
    #expect(deflated.count < 200_000)
    var entry = ZipBuilder.Entry("x.npy", deflated)
    (entry.method, entry.checksum) = (8, 0)
    let before = residentKilobytes()
    for (size, says) in [
      (array.count, "too few to hold them"), (1 << 20, "truncated in its elements"), (0, "found an empty file"),
    ] {
      entry.size = size
      let path = temporary.write("bomb.npz", ZipBuilder([entry]).bytes)
      let message = #expect(throws: DatasetError.self) { try catalogue.load(path) }?.description ?? ""
      #expect(message.contains(says), "\(message)")
    }
    // A gzip file is none the less a bomb for being called an array.
    let message = #expect(throws: DatasetError.self) {
      try catalogue.load(temporary.writeGzip("bomb.npy", array))
    }?.description
    #expect(message?.contains("found a compressed file of only") == true)
    #expect(residentKilobytes() - before < 80_000)
  }

  /// A raw deflate stream.
  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, 0, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = bytes
    return [UInt8](unsafeUninitializedCapacity: 1 << 20) { output, count in
      input.withUnsafeMutableBufferPointer { input in
        (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
        (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
        deflate(&stream, Z_FINISH)
      }
      count = output.count - Int(stream.avail_out)
    }
  }
}
