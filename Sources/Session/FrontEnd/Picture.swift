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

  /// Draws `figure` in the format that the path's ending asks for; writes nothing.
  ///
  /// - Throws: `FigureError` if there is no such format, the figure is too large or memory runs out.
  init(_ figure: any Figure, path: String, theme: Theme) throws(FigureError) {
    format = try FigureFormat(fileName: path)
    bytes = try FigureFile.render(figure, as: format, theme: theme)
    (self.path, self.figure, self.theme) = (path, figure, theme)
  }

  /// Its pixels in red, green and blue: the file's, or those of a file that has none drawn now.
  ///
  /// - Throws: `FigureError` if memory runs out.
  public func image() throws(FigureError) -> PNGImage {
    guard format == .png else { return try FigureFile.image(of: figure, theme: theme) }
    do { return try PNGImage(decoding: bytes) } catch { throw .png(error) }
  }
}
