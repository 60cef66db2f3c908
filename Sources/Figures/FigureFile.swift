/// The file formats of figures, by file ending.
public enum FigureFormat: String, Sendable, CaseIterable {
  case png, pdf, svg

  /// The format that a file name's ending asks for, in any case.
  ///
  /// - Throws: `FigureError.unknownFormat`.
  public init(fileName: String) throws(FigureError) {
    let ending = fileName.split(separator: "/").last?.split(separator: ".", omittingEmptySubsequences: false).last
    guard let format = ending.flatMap({ FigureFormat(rawValue: $0.lowercased()) }) else {
      throw .unknownFormat(fileName: fileName)
    }
    self = format
  }
}

/// Any figure this module draws.
public enum Figure: Sendable {
  case scatter(ScatterFigure)
  case curves(CurvesFigure)
  case imageGrid(ImageGridFigure)
  case matrix(MatrixFigure)

  /// In points, under `theme`.
  public func size(_ theme: Theme) -> Size {
    switch self {
    case .scatter(let figure): figure.size(theme)
    case .curves(let figure): figure.size(theme)
    case .imageGrid(let figure): figure.size(theme)
    case .matrix(let figure): figure.size(theme)
    }
  }

  public func draw(on canvas: Canvas, theme: Theme) {
    switch self {
    case .scatter(let figure): figure.draw(on: canvas, theme: theme)
    case .curves(let figure): figure.draw(on: canvas, theme: theme)
    case .imageGrid(let figure): figure.draw(on: canvas, theme: theme)
    case .matrix(let figure): figure.draw(on: canvas, theme: theme)
    }
  }
}

/// Turns figures into files that carry `ToolMark`: the same bytes for the same figure on the same machine.
public enum FigureFile {
  /// - Throws: `FigureError` if the figure is too large or memory runs out.
  public static func render(
    _ figure: Figure, as format: FigureFormat = .png, theme: Theme = .notebook
  ) throws(FigureError) -> [UInt8] {
    try canvas(figure, format, theme).finished()
  }

  /// The figure's pixels in red, green and blue, as a PNG file would hold them.
  ///
  /// - Throws: `FigureError` if the figure is too large or memory runs out.
  public static func image(of figure: Figure, theme: Theme = .notebook) throws(FigureError) -> PNGImage {
    try canvas(figure, .png, theme).image()
  }

  private static func canvas(_ figure: Figure, _ format: FigureFormat, _ theme: Theme) throws(FigureError) -> Canvas {
    let canvas = try Canvas(size: figure.size(theme), format: format, scale: theme.scale)
    canvas.fill(theme.background)
    figure.draw(on: canvas, theme: theme)
    return canvas
  }
}
