import Foundation
import Images
import TestSupport
import Testing

/// A file and the pixels that the script beside the golden file says it holds.
private struct Kind: Decodable {
  let name: String
  let file: Data
  let height: Int
  let width: Int
  let channelCount: Int
  let pixels: Data
}

private struct Goldens: Decodable {
  let kinds: [Kind]
  let cmyk: Data
}

@Suite("JPEG files") struct JPEGTests {
  private let goldens: Goldens

  init() throws { goldens = try golden("jpegs", in: .module, as: Goldens.self) }

  private func file(_ name: String) throws -> [UInt8] {
    Array(try #require(goldens.kinds.first { $0.name == name }).file)
  }

  @Test("grey, colour, every subsampling, progressive, every orientation: as Pillow reads them")
  func kinds() throws {
    #expect(goldens.kinds.count == 15)
    for kind in goldens.kinds {
      let image = try ImageSet(decodingJPEG: Array(kind.file))
      #expect(image.count == 1 && image.width == kind.width && image.height == kind.height, "\(kind.name)")
      #expect(image.channelCount == kind.channelCount, "\(kind.name)")
      // Both are libjpeg-turbo's accurate transform; its releases differ by a rounding in how they enlarge colours.
      let differences = zip(image.pixels, kind.pixels).map { abs(Int($0) - Int($1)) }
      #expect(image.pixels.count == kind.pixels.count && differences.max()! <= 1, "\(kind.name)")
    }
  }

  @Test func damagedFilesAreRefused() throws {
    for name in ["4:2:0", "grey, progressive"] {
      let whole = try file(name)
      for length in stride(from: 0, to: whole.count - 2, by: 7) {
        #expect(throws: JPEGError.self, "\(name) cut to \(length) bytes") {
          try ImageSet(decodingJPEG: Array(whole.prefix(length)))
        }
      }
    }
    #expect(throws: JPEGError.notJPEG) { try ImageSet(decodingJPEG: [0x89, 0x50]) }
    #expect(throws: JPEGError.inPrintColours) { try ImageSet(decodingJPEG: Array(goldens.cmyk)) }
  }

  /// The height and width in a frame header may say anything.
  @Test func sizesBeyondTheLimitsOrTheFileAreRefused() throws {
    var bytes = try file("grey")
    let frame = try #require((0..<bytes.count - 1).first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    for (place, byte) in zip(frame + 5..<frame + 9, [0x7F, 0, 0x7F, 0] as [UInt8]) { bytes[place] = byte }
    #expect(throws: JPEGError.implausible(width: 0x7F00, height: 0x7F00, byteCount: bytes.count)) {
      try ImageSet(decodingJPEG: bytes, limits: ImageLimits(maximumByteCount: 1 << 30))
    }
    let limits = ImageLimits(maximumByteCount: 1 << 20)
    #expect(throws: JPEGError.tooLarge(width: 0x7F00, height: 0x7F00, limits: limits)) {
      try ImageSet(decodingJPEG: bytes, limits: limits)
    }
  }

  @Test func anOrientationThatCannotBeReadLeavesThePicture() throws {
    let bytes = try file("orientation 6")
    let turned = try ImageSet(decodingJPEG: bytes)
    let exif = try #require((0..<bytes.count).first { Array(bytes[$0...].prefix(4)) == Array("Exif".utf8) })
    // The directory's place, the number of its entries, the value's type.
    for (place, byte) in [(exif + 13, 0xFF), (exif + 24, 0x99), (exif + 29, 9)] {
      var damaged = bytes
      damaged[place] = UInt8(byte)
      let image = try ImageSet(decodingJPEG: damaged)
      #expect(image.count == 1 && image.pixels.count == turned.pixels.count)
    }
  }
}

@Suite("Images to one size and colour") struct FitTests {
  /// A wide image whose columns tell where they are from.
  private let wide = ImageSet(
    count: 2, height: 2, width: 5, channelCount: 1,
    pixels: [1, 2, 3, 4, 5, 1, 2, 3, 4, 5] + [UInt8](repeating: 9, count: 10))

  @Test func cropsToTheMiddle() throws {
    let square = try wide.fitted(to: 2, .crop)
    #expect(square.height == 2 && square.width == 2)
    #expect(square.pixels == [2, 3, 2, 3, 9, 9, 9, 9])
    let tall = ImageSet(count: 1, height: 5, width: 1, channelCount: 3, pixels: Array(0..<15))
    #expect(try tall.fitted(to: 1, .crop).pixels == [6, 7, 8])
  }

  @Test func padsWithBlack() throws {
    let square = try wide.fitted(to: 5, .pad)
    #expect(square.height == 5 && square.width == 5)
    let row: [UInt8] = [1, 2, 3, 4, 5]
    let black = [UInt8](repeating: 0, count: 5)
    #expect(Array(square[0]) == black + row + row + black + black)
    let smaller = try wide.fitted(to: 3, .pad)
    let line = try Array(wide.resized(height: 1, width: 3)[0])
    #expect(Array(smaller[0]) == [0, 0, 0] + line + [0, 0, 0])
    #expect(try wide.fitted(to: 1, .pad).pixels.count == 2)
  }

  @Test func stretchesBothSides() throws {
    #expect(try wide.fitted(to: 4, .stretch) == wide.resized(height: 4, width: 4))
    let square = ImageSet(count: 1, height: 2, width: 2, channelCount: 1, pixels: [1, 2, 3, 4])
    for fit in Fit.allCases { #expect(try square.fitted(to: 2, fit) == square) }
  }

  /// The numbers are Pillow's convert("L").
  @Test func greyIsTheEyesMeanOfTheColours() {
    let colours = ImageSet(
      count: 1, height: 1, width: 6, channelCount: 3,
      pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30, 200, 100, 50])
    #expect(colours.coloured(.grey).pixels == [76, 150, 29, 255, 18, 124])
    #expect(colours.coloured(.rgb) == colours)
    #expect(colours.coloured(.grey).coloured(.rgb).pixels.prefix(6) == [76, 76, 76, 150, 150, 150])
  }
}
