import Foundation
import Images
import TestSupport
import Testing

/// A file and the pixels that the script beside the golden file says it holds.
private struct Kind: Decodable {
  let name: String
  let file: Data
  let channelCount: Int
  let pixels: Data
  /// By how much a byte may differ.
  let tolerance: Int
}

@Suite("PNG files: every kind, against Pillow")
struct PNGGoldenTests {
  @Test("grey, RGB, palettes and opacity, 1 to 16 bits, interlaced or not")
  func kinds() throws {
    let kinds = try golden("png-kinds", in: .module, as: [Kind].self)
    #expect(kinds.count == 52)
    for kind in kinds {
      let image = try PNGImage(decoding: Array(kind.file), over: .black)
      #expect(image.width == 9 && image.height == 7 && image.channelCount == kind.channelCount, "\(kind.name)")
      let differences = zip(image.pixels, kind.pixels).map { abs(Int($0) - Int($1)) }
      #expect(image.pixels.count == kind.pixels.count && differences.max()! <= kind.tolerance, "\(kind.name)")
    }
  }
}
