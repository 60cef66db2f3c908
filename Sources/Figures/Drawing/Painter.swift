import Images

/// What shapes are made of.
enum Shape {
  /// All of the page.
  case page
  /// Closed.
  case polygon([Point])
  /// Open.
  case line([Point])
  case circle(Point, radius: Double)
}

/// What puts shapes, images and text into one kind of file; all places are in points.
protocol Painter: AnyObject {
  func fill(_ shape: Shape, _ colour: Colour)
  func stroke(_ shape: Shape, _ colour: Colour, width: Double, dashes: [Double])

  /// Draws gray, RGB or RGBA pixels over `rect`, each a rectangle of one colour.
  func draw(_ image: PNGImage, in rect: Rect)

  /// Draws a line of text whose base line begins at `base`.
  func draw(_ line: TextLine, at base: Point, colour: Colour, isTurned: Bool)

  /// Cuts away what is outside `rect`, until `end`.
  func beginClip(_ rect: Rect)

  /// Moves the origin, until `end`.
  func beginShift(_ by: Point)

  func end()

  /// The file; the painter is used up.
  ///
  /// - Throws: `FigureError` with the first error that drawing met.
  func written() throws(FigureError) -> [UInt8]
}

/// What made a picture, as its file says.
public struct Provenance: Sendable, Equatable {
  /// Of this program.
  public var version: String
  /// The command that drew it, with all that it leaves to defaults.
  public var command: String
  /// Of the session.
  public var seed: String

  public init(version: String = "", command: String = "", seed: String = "") {
    (self.version, self.command, self.seed) = (version, command, seed)
  }

  var program: String { version.isEmpty ? ToolMark.name : "\(ToolMark.name) \(version)" }

  /// The texts of a PNG file, of which the first is the mark by which this tool knows it.
  var texts: [(keyword: String, text: String)] {
    [("Software", ToolMark.name)]
      + [("Version", version), ("Command", command), ("Seed", seed)].filter { !$0.1.isEmpty }
  }
}
