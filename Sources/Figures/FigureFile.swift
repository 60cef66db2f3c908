import Images
import Interruptions

/// Turns figures into files that carry `ToolMark`: the same bytes for the same figure on the same machine.
///
/// A figure is first tried out without a page. Where a text would reach beyond the edge or lie over another, all text is
/// made smaller, down to `Font.leastSize`; what has no room then is arranged otherwise, if it can be, or refused.
public enum FigureFile {
  /// - Throws: `FigureError` if the figure or its text has no room, is too large, or memory runs out.
  public static func render(
    _ figure: any Figure, as format: FigureFormat = .png, theme: Theme = Theme(), provenance: Provenance = Provenance()
  ) throws(FigureError) -> [UInt8] {
    try file(of: canvas(figure, format, theme, provenance), provenance: provenance)
  }

  /// What was drawn on `canvas`, which is used up, as a file.
  ///
  /// - Throws: `FigureError` with the first error that drawing met.
  public static func file(
    of canvas: Canvas, provenance: Provenance = Provenance()
  ) throws(FigureError) -> [UInt8] {
    switch canvas.format {
    case .png: return try file(of: canvas.image(), provenance: provenance)
    case .pdf: return ToolMark.marking(pdf: try canvas.written())
    case .svg: return ToolMark.marking(svg: try canvas.written())
    }
  }

  /// The pixels of a figure as the PNG file that `render` makes of it.
  ///
  /// - Throws: `FigureError` if memory runs out.
  public static func file(
    of image: PNGImage, provenance: Provenance = Provenance()
  ) throws(FigureError) -> [UInt8] {
    do { return try image.encoded(texts: provenance.texts) } catch { throw .png(error) }
  }

  /// The figure's pixels in red, green and blue, and opacity where the theme is transparent, as a PNG file would hold them.
  ///
  /// - Throws: `FigureError` if the figure or its text has no room, is too large, or memory runs out.
  public static func image(of figure: any Figure, theme: Theme = Theme()) throws(FigureError) -> PNGImage {
    try canvas(figure, .png, theme, Provenance()).image()
  }

  /// Every text of the figure as it is drawn, and the size of its page.
  ///
  /// - Throws: `FigureError` as `render` does.
  public static func texts(
    of figure: any Figure, theme: Theme = Theme()
  ) throws(FigureError) -> (texts: [PlacedText], size: Size) {
    let canvas = try fitted(figure, theme).trial
    return (canvas.texts, canvas.size)
  }

  private static func canvas(
    _ figure: any Figure, _ format: FigureFormat, _ theme: Theme, _ provenance: Provenance
  ) throws(FigureError) -> Canvas {
    let (figure, theme, trial) = try fitted(figure, theme)
    let canvas = try Canvas(
      size: trial.size, format: format, scale: theme.scale, rasterScale: theme.rasterScale,
      isTransparent: theme.isTransparent,
      provenance: provenance)
    if !theme.isTransparent { canvas.fill(theme.background) }
    draw(figure, on: canvas, theme)
    if Interruption.isWanted { throw .interrupted }
    return canvas
  }

  // MARK: - Room

  /// The share by which text is made smaller from one trial to the next.
  private static let step = 0.94

  /// The figure as it has room, without words that are broken if there is such a way, the theme with the largest text for
  /// which it has, and a canvas on which it was tried out.
  private static func fitted(
    _ figure: any Figure, _ theme: Theme
  ) throws(FigureError) -> (figure: any Figure, theme: Theme, trial: Canvas) {
    var arranged = figure
    while true {
      do {
        let (fitting, trial) = try fittedText(arranged, theme)
        if trial.hasBrokenWords, let next = arranged.roomier, let other = try? fitted(next, theme),
          !other.trial.hasBrokenWords
        {
          return other
        }
        return (arranged, fitting, trial)
      } catch {
        guard case .noRoom(let what, let size, _) = error else { throw error }
        guard let next = arranged.roomier else {
          throw .noRoom(what, size: size, enough: sizeThatIsEnough(figure, theme))
        }
        arranged = next
      }
    }
  }

  /// The size of a page on which the figure has room; nil if none that is at most four times as large is one.
  private static func sizeThatIsEnough(_ figure: any Figure, _ theme: Theme) -> Size? {
    var larger = theme.withText(scaledBy: 0)
    for factor in [1.25, 1.5, 2, 2.5, 3, 4] where !Interruption.isWanted {
      larger.figureSize = Size(width: factor * theme.figureSize.width, height: factor * theme.figureSize.height)
      larger.greatestHeight = theme.greatestHeight.map { $0 * factor }
      let trial = Canvas.forMeasuring(pageSize(figure, larger), scale: larger.scale)
      draw(figure, on: trial, larger)
      if trial.problem == nil, trial.conflict == nil { return trial.size }
    }
    return nil
  }

  private static func fittedText(
    _ figure: any Figure, _ theme: Theme
  ) throws(FigureError) -> (theme: Theme, trial: Canvas) {
    var factor = 1.0
    while true {
      if Interruption.isWanted { throw .interrupted }
      let tried = theme.withText(scaledBy: factor)
      let trial = Canvas.forMeasuring(pageSize(figure, tried), scale: tried.scale)
      draw(figure, on: trial, tried)
      if Interruption.isWanted { throw .interrupted }
      guard let problem = trial.problem ?? trial.conflict.map({ .noRoom($0, size: trial.size) }) else {
        return (tried, trial)
      }
      factor *= step
      // All text is at its least size.
      if tried == theme.withText(scaledBy: factor) {
        // Of a part of a figure it is the whole that is too small.
        if case .noRoom(let what, _, _) = problem { throw .noRoom(what, size: trial.size) }
        throw problem
      }
    }
  }

  /// The page's size in points: the figure's, or as wide or high as the theme demands.
  private static func pageSize(_ figure: any Figure, _ theme: Theme) -> Size {
    var size = figure.size(theme)
    if theme.isExactlyWide { size.width = theme.figureSize.width }
    if theme.isExactlyHigh { size.height = theme.figureSize.height }
    return size
  }

  /// Draws in the middle of what is larger than the figure.
  private static func draw(_ figure: any Figure, on canvas: Canvas, _ theme: Theme) {
    let size = figure.size(theme)
    let slack = Size(width: canvas.size.width - size.width, height: canvas.size.height - size.height)
    guard min(slack.width, slack.height) > -0.01 else {
      return canvas.refuse(.noRoom(.needs(size), size: canvas.size))
    }
    guard max(slack.width, slack.height) > 0.01 else { return figure.draw(on: canvas, theme: theme) }
    canvas.shifted(to: Point(slack.width / 2, slack.height / 2)) { figure.draw(on: canvas, theme: theme) }
  }
}

extension Canvas {
  /// The first text that reaches beyond the edge, or two that lie over each other; nil if all text has room.
  ///
  /// What counts is ink: letters may reach into each other's lines as far as they leave each other free. A tenth of a
  /// point is forgiven, less than anybody sees.
  package var conflict: NoRoom? {
    let slack = 0.1
    let drawn = texts.filter { $0.ink.width > 0 && $0.ink.height > 0 }
    for text in drawn
    where text.ink.minX < -slack || text.ink.minY < -slack || text.ink.maxX > size.width + slack
      || text.ink.maxY > size.height + slack
    {
      return .beyondEdge(text.text)
    }
    // From left to right: only texts that begin before another ends can meet it.
    let sorted = drawn.indices.sorted { (drawn[$0].ink.minX, $0) < (drawn[$1].ink.minX, $1) }
    for (place, index) in sorted.enumerated() {
      let ink = drawn[index].ink.inset(by: slack / 2)
      for other in sorted[(place + 1)...] {
        let its = drawn[other].ink.inset(by: slack / 2)
        if its.minX >= ink.maxX { break }
        if its.intersects(ink) { return .overlap(drawn[min(index, other)].text, drawn[max(index, other)].text) }
      }
    }
    return nil
  }
}
