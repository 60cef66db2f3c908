import Figures
import Glibc
import Images
import TestSupport
import Testing

/// Figures look as they did: against small pictures that were looked at and kept.
///
/// `DDPM_WRITE_PICTURES=FOLDER` writes them anew, to be looked at and moved to `Goldens`.
@Suite("Kept pictures")
struct KeptPictureTests {
  /// Fonts differ a little between systems, and so do edges: squares of 6 pixels are compared by their means.
  private static let side = 6

  @Test("every kind looks as it did", arguments: SampleFigures.usual.map(\.name))
  func looks(name: String) throws {
    guard FontFamilies.named("DejaVu Sans") != nil else { return print("DejaVu Sans is not installed") }
    let figure = try #require(SampleFigures.usual.first { $0.name == name }?.figure)
    var theme = Theme()
    theme.figureSize = Size(width: 360, height: 300)
    (theme.fontFamily, theme.scale) = ("DejaVu Sans", 1)
    (theme.titleSize, theme.labelSize, theme.tickSize) = (11, 9, 8)
    let bytes = try FigureFile.render(figure, theme: theme)
    if let folder = getenv("DDPM_WRITE_PICTURES") {
      let file = fopen("\(String(cString: folder))/\(name).png", "w")!
      fwrite(bytes, 1, bytes.count, file)
      fclose(file)
      return
    }
    let kept = try PNGImage(decoding: GoldenFiles.bytes("FiguresTests/Goldens/\(name).png"))
    let drawn = try PNGImage(decoding: bytes)
    #expect(drawn.width == kept.width && abs(drawn.height - kept.height) <= 2)
    let differences = Self.differences(drawn, kept)
    let mean = differences.reduce(0, +) / Double(differences.count)
    #expect(mean < 1.5, "\(name): squares differ by \(mean) of 255")
    #expect(differences.max()! < 60, "\(name): a square differs by \(differences.max()!) of 255")
    // The check can fail: half of the picture's contents moved by a square is far off.
    let moved = PNGImage(
      width: kept.width, height: kept.height, channelCount: 3,
      pixels: Array(kept.pixels.dropFirst(3 * 9 * kept.width) + kept.pixels.prefix(3 * 9 * kept.width)))
    #expect(Self.differences(moved, kept).max()! > 60)
  }

  /// How far the means of squares are apart, over all channels.
  private static func differences(_ one: PNGImage, _ other: PNGImage) -> [Double] {
    let (rows, columns) = (min(one.height, other.height) / side, min(one.width, other.width) / side)
    func mean(_ image: PNGImage, _ row: Int, _ column: Int, _ channel: Int) -> Double {
      var sum = 0
      for y in row * side..<(row + 1) * side {
        for x in column * side..<(column + 1) * side { sum += Int(image.pixels[3 * (y * image.width + x) + channel]) }
      }
      return Double(sum) / Double(side * side)
    }
    return (0..<rows).flatMap { row in
      (0..<columns).map { column in
        (0..<3).reduce(0) { max($0, abs(mean(one, row, column, $1) - mean(other, row, column, $1))) }
      }
    }
  }
}
