import Images
import TestSupport
import Testing

private func gradient(width: Int, height: Int, channelCount: Int, pixelsPerMetre: Int? = nil) -> PNGImage {
  PNGImage(
    width: width, height: height, channelCount: channelCount,
    pixels: (0..<width * height * channelCount).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 11) },
    pixelsPerMetre: pixelsPerMetre)
}

@Suite("PNG files: round trip")
struct PNGRoundTripTests {
  @Test("gray and RGB images survive encoding and decoding", arguments: [1, 3], [(1, 1), (7, 5), (64, 3), (301, 200)])
  func roundTrip(channelCount: Int, size: (Int, Int)) throws {
    let image = gradient(width: size.0, height: size.1, channelCount: channelCount, pixelsPerMetre: 5669)
    #expect(try PNGImage(decoding: image.encoded(software: "test")) == image)
  }

  @Test("the same image gives the same bytes; no resolution, no pHYs chunk")
  func determinism() throws {
    let image = gradient(width: 50, height: 40, channelCount: 3)
    let bytes = try image.encoded(software: "test")
    #expect(try bytes == image.encoded(software: "test"))
    #expect(try PNGImage(decoding: bytes).pixelsPerMetre == nil)
  }

  @Test("the texts before the pixels are found, also in the first hundred bytes")
  func texts() throws {
    let image = gradient(width: 3, height: 3, channelCount: 1, pixelsPerMetre: 2835)
    let bytes = try image.encoded(software: "a tool")
    for length in 0...bytes.count {
      let texts = PNGImage.texts(inFirst: Array(bytes.prefix(length)))
      #expect(texts.isEmpty || texts.count == 1 && texts[0] == ("Software", "a tool"))
      if length >= 100 { #expect(texts.count == 1) }
    }
  }
}

@Suite("PNG files: other kinds")
struct PNGKindTests {
  @Test("1-bit gray is stretched to 0 and 255")
  func oneBit() throws {
    var file = PNGBuilder()
    file.appendHeader(width: 4, height: 2, depth: 1)
    file.appendRows([[0b1010_0000], [0b0110_0000]])
    #expect(try PNGImage(decoding: file.bytes).pixels == [255, 0, 255, 0, 0, 255, 255, 0])
  }

  @Test("16-bit samples are rounded to 8")
  func sixteenBit() throws {
    var file = PNGBuilder()
    file.appendHeader(width: 3, height: 1, depth: 16)
    file.appendRows([[0xFF, 0xFF, 0x80, 0x00, 0x00, 0xFF]])
    #expect(try PNGImage(decoding: file.bytes).pixels == [255, 128, 1])
  }

  @Test("palettes become RGB, transparent entries are laid over white")
  func palette() throws {
    var file = PNGBuilder()
    file.appendHeader(width: 2, height: 1, colourType: 3)
    file.append("PLTE", [10, 20, 30, 0, 0, 0])
    file.append("tRNS", [255, 51])
    file.appendRows([[0, 1]])
    let image = try PNGImage(decoding: file.bytes)
    #expect(image.channelCount == 3)
    #expect(image.pixels == [10, 20, 30, 204, 204, 204])
  }

  @Test("gray with alpha stays gray")
  func grayAlpha() throws {
    var file = PNGBuilder()
    file.appendHeader(width: 3, height: 1, colourType: 4)
    file.appendRows([[100, 255, 100, 0, 0, 128]])
    let image = try PNGImage(decoding: file.bytes)
    #expect(image.channelCount == 1)
    #expect(image.pixels == [100, 255, 127])
  }
}

@Suite("PNG files: damaged and hostile")
struct HostilePNGTests {
  @Test("every truncation is an error")
  func truncation() throws {
    let bytes = try gradient(width: 20, height: 20, channelCount: 3).encoded(software: "test")
    for length in 0..<bytes.count {
      #expect(throws: PNGError.self) { try PNGImage(decoding: Array(bytes.prefix(length))) }
    }
  }

  @Test("no flipped byte crashes, and one among the pixels is an error")
  func flips() throws {
    let image = gradient(width: 20, height: 20, channelCount: 3)
    let bytes = try image.encoded(software: "test")
    for position in bytes.indices {
      var damaged = bytes
      damaged[position] ^= 0x55
      // A damaged ancillary chunk is skipped: then the pixels are right all the same.
      if let decoded = try? PNGImage(decoding: damaged) { #expect(decoded == image) }
    }
  }

  @Test("a wrong checksum over the pixels is named")
  func checksum() throws {
    var file = PNGBuilder()
    file.appendHeader(width: 1, height: 1)
    file.appendRows([[9]])
    file.bytes[file.bytes.count - 13] ^= 1
    #expect {
      try PNGImage(decoding: file.bytes)
    } throws: { error in
      guard case .corrupt(let detail)? = error as? PNGError else { return false }
      return detail.contains("CRC")
    }
  }

  @Test("something else is named by its first bytes")
  func notPNG() {
    #expect(throws: PNGError.notPNG(found: Array("GIF89a..".utf8))) {
      try PNGImage(decoding: Array("GIF89a......".utf8))
    }
    #expect(throws: PNGError.notPNG(found: [])) { try PNGImage(decoding: []) }
    #expect(
      "\(PNGError.notPNG(found: [0x0A, 0xFF]))" == "expected a PNG file (starting 89 50 4e 47), found the bytes 0a ff")
  }

  @Test("huge claims are refused before any memory is taken")
  func hugeHeader() {
    for (width, height) in [(40_000, 2), (2, 40_000), (32_767, 32_767), (0x7FFF_FFFF, 0x7FFF_FFFF)]
      as [(UInt32, UInt32)]
    {
      var file = PNGBuilder()
      file.appendHeader(width: width, height: height)
      file.appendRows([[0]])
      #expect(throws: PNGError.tooLarge(width: Int(width), height: Int(height), limits: .standard)) {
        try PNGImage(decoding: file.bytes)
      }
    }
    var file = PNGBuilder()
    file.appendHeader(width: 10_000, height: 10_000)
    file.appendRows([[0]])
    #expect(throws: PNGError.implausible(width: 10_000, height: 10_000, byteCount: file.bytes.count)) {
      try PNGImage(decoding: file.bytes)
    }
  }

  @Test("a text chunk that claims gigabytes is refused before any memory is taken")
  func hugeChunk() {
    var file = PNGBuilder()
    file.appendHeader(width: 1, height: 1)
    file.bytes += PNGBuilder.bigEndian(0x7FFF_FF00) + Array("tEXtSoftware".utf8)
    #expect {
      try PNGImage(decoding: file.bytes)
    } throws: { error in
      guard case .corrupt(let detail)? = error as? PNGError else { return false }
      return detail == "its tEXt chunk claims \(0x7FFF_FF00) bytes, beyond the file's end"
    }
  }

  @Test("limits are the caller's")
  func limits() throws {
    let bytes = try gradient(width: 20, height: 10, channelCount: 3).encoded(software: "test")
    for limits in [ImageLimits(maximumDimension: 19), ImageLimits(maximumByteCount: 599)] {
      #expect(throws: PNGError.tooLarge(width: 20, height: 10, limits: limits)) {
        try PNGImage(decoding: bytes, limits: limits)
      }
    }
    _ = try PNGImage(decoding: bytes, limits: ImageLimits(maximumDimension: 20, maximumByteCount: 600))
  }

  @Test("zero sizes, impossible depths, missing chunks and missing rows are errors")
  func contradictions() {
    var headers = [PNGBuilder](repeating: PNGBuilder(), count: 5)
    headers[0].appendHeader(width: 0, height: 1)
    headers[1].appendHeader(width: 1, height: 1, depth: 3)
    headers[2].appendHeader(width: 1, height: 1, colourType: 5)
    headers[3].appendHeader(width: 1, height: 1, colourType: 3)
    headers[4].appendHeader(width: 1, height: 2)
    for var file in headers {
      file.appendRows([[0]])
      #expect(throws: PNGError.self) { try PNGImage(decoding: file.bytes) }
    }
    var pixelsFirst = PNGBuilder()
    pixelsFirst.appendRows([[0]])
    #expect(throws: PNGError.self) { try PNGImage(decoding: pixelsFirst.bytes) }
  }
}
