import Images
import TestSupport
import Testing

@Suite("Animated PNG files") struct AnimatedPNGTests {
  private func frame(_ shade: UInt8, width: Int = 40, height: Int = 30) -> PNGImage {
    PNGImage(
      width: width, height: height, channelCount: 3,
      pixels: (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ Int(shade)) }, pixelsPerMetre: 5669)
  }

  private struct Chunk {
    let kind: String
    let contents: [UInt8]
    let checksum: UInt32
  }

  private func number(_ bytes: some Collection<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

  private func chunks(_ bytes: [UInt8]) -> [Chunk] {
    var (chunks, position) = ([Chunk](), 8)
    while position + 12 <= bytes.count {
      let length = Int(number(bytes[position..<position + 4]))
      let end = position + 8 + length
      chunks.append(
        Chunk(
          kind: String(decoding: bytes[position + 4..<position + 8], as: UTF8.self),
          contents: Array(bytes[position + 8..<end]), checksum: number(bytes[end..<end + 4])))
      position = end + 4
    }
    return chunks
  }

  /// The cyclic redundancy check of the PNG specification, bit by bit.
  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
  }

  @Test func framesFollowOneAnother() throws {
    let files = try [3, 90, 200].map { try frame($0).encoded(software: "a tool") }
    let bytes = AnimatedPNG.joined(files, delay: 750)
    let chunks = chunks(bytes)
    #expect(chunks.first?.kind == "IHDR" && chunks.last?.kind == "IEND")
    for chunk in chunks {
      #expect(checksum(Array(chunk.kind.utf8) + chunk.contents) == chunk.checksum, "\(chunk.kind)")
    }
    let animation = try #require(chunks.first { $0.kind == "acTL" })
    #expect(number(animation.contents.prefix(4)) == 3 && number(animation.contents.suffix(4)) == 0)
    let controls = chunks.filter { $0.kind == "fcTL" }
    #expect(controls.count == 3)
    for control in controls {
      #expect(number(control.contents[4..<8]) == 40 && number(control.contents[8..<12]) == 30)
      #expect(number(control.contents[20..<22]) == 750 && number(control.contents[22..<24]) == 1000)
    }
    // Controls and further frames count on in one sequence.
    let numbered = chunks.filter { $0.kind == "fcTL" || $0.kind == "fdAT" }.map { number($0.contents.prefix(4)) }
    #expect(numbered == (0..<UInt32(numbered.count)).map { $0 })
    // Each frame holds what its own file did.
    let later = chunks.split { $0.kind == "fcTL" }.dropFirst(2)
    for (frame, file) in zip(later, files.dropFirst()) {
      let packed = self.chunks(file).filter { $0.kind == "IDAT" }.flatMap(\.contents)
      #expect(frame.filter { $0.kind == "fdAT" }.flatMap { $0.contents.dropFirst(4) } == packed)
    }
  }

  @Test func whatKnowsNoAnimationsSeesTheFirst() throws {
    let files = try [3, 90].map { try frame($0).encoded(software: "a tool") }
    let bytes = AnimatedPNG.joined(files, delay: 100)
    #expect(try PNGImage(decoding: bytes) == frame(3))
    #expect(PNGImage.texts(inFirst: Array(bytes.prefix(200))).map(\.text) == ["a tool"])
  }
}
