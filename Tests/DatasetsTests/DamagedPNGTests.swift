import Datasets
import Files
import Glibc
import Images
import TestSupport
import Testing

/// Damaged and hostile PNG files in a folder, among the tests that run one after the other: they measure memory.
extension LargeInputTests {
  /// A file whose header says what it likes, with one row of one pixel behind it.
  static func claiming(_ width: UInt32, _ height: UInt32, depth: UInt8 = 8, colourType: UInt8 = 0) -> [UInt8] {
    var file = PNGBuilder()
    file.appendHeader(width: width, height: height, depth: depth, colourType: colourType)
    file.appendRows([[0]])
    return file.bytes
  }

  static func changed(_ bytes: [UInt8], at position: Int, by change: UInt8 = 0x55) -> [UInt8] {
    var bytes = bytes
    bytes[position < 0 ? bytes.count + position : position] ^= change
    return bytes
  }

  static let wholePNG = claiming(1, 1)

  /// What the file is, its bytes, and what its error says.
  static let damagedPNGs: [(String, [UInt8], String)] = [
    ("empty", [], "found an empty file"),
    ("a JPEG image by its name", [0xFF, 0xD8, 0x00, 0xE0], "found the bytes ff d8 00 e0"),
    ("text", Array("not a picture at all".utf8), "expected a PNG file"),
    ("a signature alone", Array(wholePNG.prefix(8)), "ends before its end chunk"),
    ("half a signature", Array(wholePNG.prefix(5)), "expected a PNG file"),
    ("cut in its header", Array(wholePNG.prefix(20)), "damaged"),
    ("cut in its pixels", Array(wholePNG.prefix(45)), "damaged"),
    ("without an end", Array(wholePNG.dropLast(12)), "ends before its end chunk"),
    ("a header with a wrong checksum", changed(wholePNG, at: 29), "damaged"),
    ("pixels with a wrong checksum", changed(wholePNG, at: -13), "damaged"),
    ("pixels that do not inflate", changed(wholePNG, at: 41), "damaged"),
    ("of no width", claiming(0, 1), "damaged"),
    ("of no height", claiming(1, 0), "damaged"),
    ("of three bits", claiming(1, 1, depth: 3), "damaged"),
    ("of no colour type", claiming(1, 1, colourType: 5), "damaged"),
    ("of a palette that is missing", claiming(1, 1, colourType: 3), "damaged"),
    ("short of rows", claiming(1, 9), "damaged"),
    ("of 32,767 pixels a side", claiming(32_767, 32_767), "scale it down"),
    ("of the largest numbers", claiming(0x7FFF_FFFF, 0x7FFF_FFFF), "scale it down"),
    ("of more pixels than bytes", claiming(8000, 8000), "more than its"),
    (
      "of a text that claims gigabytes",
      Array(wholePNG.prefix(33)) + [0x7F, 0xFF, 0xFF, 0] + Array("tEXtSoftware".utf8), "beyond the file's end"
    ),
  ]

  @Test func eachDamagedPNGIsRefusedWithOneClearErrorAndLittleMemory() throws {
    let good = temporary.write("set/a/1.png", Self.wholePNG)
    #expect(try catalogue.load(temporary.file("set")).count == 1)
    let before = residentKilobytes()
    for (name, bytes, says) in Self.damagedPNGs {
      for size in [nil, 32] {
        // The first file of the folder, and one after a good one.
        for place in ["set/a/0.png", "set/b/1.png"] {
          let path = temporary.write(place, bytes)
          let error = #expect(throws: DatasetError.self, "\(name)") {
            try catalogue.load(temporary.file("set"), DatasetSelection(size: size))
          }
          guard case .png(path, _) = error else {
            Issue.record("\(name): \(String(describing: error))")
            continue
          }
          let message = error!.description
          #expect(
            message.hasPrefix("\(path): ") && message.contains(says) && !message.contains("\n"), "\(name): \(message)")
          unlink(path)
          rmdir(temporary.file("set/b"))
        }
      }
    }
    #expect(temporary.read("set/a/1.png") == Self.wholePNG && good.hasSuffix("1.png"))
    #expect(residentKilobytes() - before < 80_000)
  }

  /// A few kilobytes of zeros become a picture that is larger than any may be: they stay packed.
  @Test func pngBombsStayPacked() throws {
    let before = residentKilobytes()
    let bomb = PNGImage(width: 1 << 14, height: 1 << 10, channelCount: 1, pixels: [UInt8](repeating: 0, count: 1 << 24))
    var bytes = try bomb.encoded(software: "test")
    // The header claims 2^14 rows; the checksum is made right.
    bytes.replaceSubrange(20..<24, with: PNGBuilder.bigEndian(1 << 14))
    bytes.replaceSubrange(29..<33, with: PNGBuilder.bigEndian(PNGBuilder.checksum(Array(bytes[12..<29]))))
    temporary.write("set/1.png", bytes)
    let error = #expect(throws: DatasetError.self) { try catalogue.load(temporary.file("set")) }
    #expect(error?.description.contains("found 16384×16384") == true)
    #expect(residentKilobytes() - before < 80_000)
  }

  @Test(.timeLimit(.minutes(1))) func whatIsNoFileIsNoPNG() {
    temporary.write("set/1.png", Self.wholePNG)
    mkfifo(temporary.file("set/2.png"), 0o600)
    #expect(throws: DatasetError.file(.notAFile(file: temporary.file("set/2.png"), found: .special(.pipe)))) {
      try catalogue.load(temporary.file("set"))
    }
  }

  @Test func setsBeyondTheLimitAreRefusedAtTheFirstFile() throws {
    // Two hundred files that each claim 3,500 by 3,500 pixels: one is read, the rest are not looked at.
    let whole = PNGImage(
      width: 3500, height: 3500, channelCount: 1, pixels: [UInt8](repeating: 0, count: 3500 * 3500))
    temporary.write("large/0.png", try whole.encoded(software: "test"))
    for index in 1..<200 { temporary.write("large/\(index).png", [0]) }
    let error = #expect(throws: DatasetError.self) { try catalogue.load(temporary.file("large")) }
    #expect(error?.description.contains("found 200 images of 3500×3500×1") == true)
    // Resized they are few bytes: the next file is looked at.
    let next = #expect(throws: DatasetError.self) {
      try catalogue.load(temporary.file("large"), DatasetSelection(size: 32))
    }
    #expect(next == .png(file: temporary.file("large/1.png"), .notPNG(found: [0])))
  }
}
