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

  private init(
    path: String, format: FigureFormat, bytes: [UInt8], figure: any Figure, theme: Theme, pixels: PNGImage?
  ) {
    (self.path, self.format, self.bytes) = (path, format, bytes)
    (self.figure, self.theme, self.pixels) = (figure, theme, pixels)
  }

  /// Draws what a command came to, in the format that the path's ending asks for; writes nothing.
  ///
  /// - Throws: `FigureError` if there is no such format, the figure is too large or memory runs out.
  init(
    _ drawing: Drawing, path: String, theme: Theme, provenance: Provenance = Provenance()
  ) throws(FigureError) {
    guard let animation = drawing.animation else {
      try self.init(drawing.figure, path: path, theme: theme, provenance: provenance)
      return
    }
    let (bytes, first) = try FigureFile.animation(
      of: animation.figures, delay: animation.delay, theme: theme, provenance: provenance)
    self.init(path: path, format: .png, bytes: bytes, figure: drawing.figure, theme: theme, pixels: first)
  }

  /// The same of a figure alone.
  init(
    _ figure: any Figure, path: String, theme: Theme, provenance: Provenance = Provenance()
  ) throws(FigureError) {
    let format = try FigureFormat(fileName: path)
    let pixels = format == .png ? try FigureFile.image(of: figure, theme: theme) : nil
    let bytes =
      if let pixels { try FigureFile.file(of: pixels, provenance: provenance) } else {
        try FigureFile.render(figure, as: format, theme: theme, provenance: provenance)
      }
    self.init(path: path, format: format, bytes: bytes, figure: figure, theme: theme, pixels: pixels)
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
