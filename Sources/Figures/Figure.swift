/// Something to draw: what all kinds of figures have in common, and all that files and terminals know of them.
public protocol Figure: Sendable {
  /// In points, under `theme`.
  func size(_ theme: Theme) -> Size

  /// Draws on a canvas of that size, which has the theme's background already.
  func draw(on canvas: Canvas, theme: Theme)
}
