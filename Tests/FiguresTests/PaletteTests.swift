import ElementaryFunctions
import Figures
import Testing

/// Colours as eyes see them that lack a kind of cone.
@Suite("Palettes")
struct PaletteTests {
  /// Machado et al. 2009, table of severity 1, on linear RGB.
  private static let eyes: [(name: String, matrix: [[Double]])] = [
    ("normal", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "protanopia",
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    (
      "deuteranopia",
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    (
      "tritanopia",
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
  ]

  /// OKLab (Ottosson 2020) of a colour as an eye sees it.
  private func seen(_ colour: Colour, _ matrix: [[Double]]) -> [Double] {
    func times(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
      matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let linear = [colour.red, colour.green, colour.blue].map { value in
      value <= 0.04045 ? value / 12.92 : exp(2.4 * log((value + 0.055) / 1.055))
    }
    let cones = times(
      [
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
      ], times(matrix, linear).map { min(max($0, 0), 1) })
    return times(
      [
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
      ], cones.map { $0 > 0 ? exp(log($0) / 3) : 0 })
  }

  private func least(_ colours: [Colour], _ matrix: [[Double]]) -> Double {
    let points = colours.map { seen($0, matrix) }
    var least = Double.infinity
    for one in points.indices {
      for other in points.indices where other < one {
        let distance = zip(points[one], points[other]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        least = min(least, distance)
      }
    }
    return least
  }

  @Test("ten and twenty colours differ for every eye", arguments: 0..<4)
  func distances(eye: Int) {
    let (name, matrix) = Self.eyes[eye]
    let ten = least((0..<10).map { Palette.standard.colour($0) }, matrix)
    let twenty = least((0..<20).map { Palette.standard.colour($0) }, matrix)
    #expect(ten > 0.11, "\(name): \(ten)")
    #expect(twenty > 0.087, "\(name): \(twenty)")
    // The check can fail: the common ten have two that look alike without red or green cones.
    if name == "deuteranopia" { #expect(least((0..<10).map { Palette.tab10.colour($0) }, matrix) < 0.05) }
  }

  @Test(
    "shapes are a second cue: neighbours differ, and forty looks are all different", arguments: Palette.all.map(\.name))
  func shapes(name: String) throws {
    let palette = try #require(Palette.all.first { $0.name == name })
    var looks: [(Colour, Marker)] = []
    for index in 0..<40 {
      let look = (palette.colour(index), palette.marker(index))
      if let last = looks.last { #expect(last.1 != look.1) }
      #expect(!looks.contains { $0 == look }, "\(index)")
      looks.append(look)
    }
  }

  @Test("figures of one style stay on white", arguments: Palette.all.map(\.name))
  func visible(name: String) throws {
    let palette = try #require(Palette.all.first { $0.name == name })
    for index in palette.base.indices { #expect(palette.colour(index).luminance < 0.85, "\(index)") }
  }
}
