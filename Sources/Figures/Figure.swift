/// Something to draw: what all kinds of figures have in common, and all that files and terminals know of them.
public protocol Figure: Sendable {
  /// Its own title, empty for none; the theme may have another in its place.
  var title: String { get set }
  /// A line below the title, empty for none; not every theme shows it.
  var subtitle: String { get set }

  /// In points, under `theme`.
  func size(_ theme: Theme) -> Size

  /// Draws on a canvas of that size, which has the theme's background already.
  func draw(on canvas: Canvas, theme: Theme)

  /// The same in another arrangement, which takes more of the page, for where this one has no room; nil if there is none.
  var roomier: (any Figure)? { get }
}

extension Figure {
  public var roomier: (any Figure)? { nil }
}
