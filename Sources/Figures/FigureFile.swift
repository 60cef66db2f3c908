import Images
import Interruptions

/// Turns figures into files that carry `ToolMark`: the same bytes for the same figure on the same machine.
public enum FigureFile {
  /// - Throws: `FigureError` if the figure is too large or memory runs out.
  public static func render(
    _ figure: any Figure, as format: FigureFormat = .png, theme: Theme = Theme()
  ) throws(FigureError) -> [UInt8] {
    try file(of: canvas(figure, format, theme))
  }

  /// What was drawn on `canvas`, which is used up, as a file.
  ///
  /// - Throws: `FigureError` with the first error that drawing met.
  public static func file(of canvas: Canvas) throws(FigureError) -> [UInt8] {
    switch canvas.format {
    case .png: return try file(of: canvas.image())
    case .pdf: return ToolMark.marking(pdf: try canvas.written())
    case .svg: return ToolMark.marking(svg: SVGCleaning.cleaned(try canvas.written()))
    }
  }

  /// The pixels of a figure as the PNG file that `render` makes of it.
  ///
  /// - Throws: `FigureError` if memory runs out.
  public static func file(of image: PNGImage) throws(FigureError) -> [UInt8] {
    do { return try image.encoded(software: ToolMark.name) } catch { throw .png(error) }
  }

  /// The figure's pixels in red, green and blue, as a PNG file would hold them.
  ///
  /// - Throws: `FigureError` if the figure is too large or memory runs out.
  public static func image(of figure: any Figure, theme: Theme = Theme()) throws(FigureError) -> PNGImage {
    try canvas(figure, .png, theme).image()
  }

  private static func canvas(
    _ figure: any Figure, _ format: FigureFormat, _ theme: Theme
  ) throws(FigureError) -> Canvas {
    let canvas = try Canvas(size: figure.size(theme), format: format, scale: theme.scale, creator: ToolMark.name)
    canvas.fill(theme.background)
    figure.draw(on: canvas, theme: theme)
    if Interruption.isWanted { throw .interrupted }
    return canvas
  }
}
