extension FigureStyle {
  /// For the screen and notebooks: 10 × 7.5 inches at 144 dots an inch.
  public static let notebook = FigureStyle("notebook")
}
