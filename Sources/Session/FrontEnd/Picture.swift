import Figures
import Images

/// A figure as it was drawn to its file.
public struct Picture: Sendable {
  public let path: String
  public let format: FigureFormat
  /// What stands in the file.
  public let bytes: [UInt8]
  private let figure: any Figure
  private let theme: Theme
  /// Nil for a file that has none.
  private let pixels: PNGImage?

  /// Draws `figure` in the format that the path's ending asks for; writes nothing.
  ///
  /// - Throws: `FigureError` if there is no such format, the figure is too large or memory runs out.
  init(
    _ figure: any Figure, path: String, theme: Theme, provenance: Provenance = Provenance()
  ) throws(FigureError) {
    format = try FigureFormat(fileName: path)
    pixels = format == .png ? try FigureFile.image(of: figure, theme: theme) : nil
    bytes =
      if let pixels { try FigureFile.file(of: pixels, provenance: provenance) } else {
        try FigureFile.render(figure, as: format, theme: theme, provenance: provenance)
      }
    (self.path, self.figure, self.theme) = (path, figure, theme)
  }

  /// The first text with signs that no installed font has; nil if there is none.
  func textWithoutGlyphs() throws(FigureError) -> String? {
    try FigureFile.texts(of: figure, theme: theme).texts.first(where: \.lacksGlyphs)?.text
  }

  /// Its pixels in red, green and blue: the file's, or, where the file has none, drawn now; on white where it is transparent.
  ///
  /// - Throws: `FigureError` if memory runs out.
  public func image() throws(FigureError) -> PNGImage {
    let image = if let pixels { pixels } else { try FigureFile.image(of: figure, theme: theme) }
    return image.opaque(over: .white)
  }
}
