import Images
import Interruptions

/// What has no room in a picture.
public enum NoRoom: Sendable, Equatable, CustomStringConvertible {
  /// A text would reach beyond the edge.
  case beyondEdge(String)
  /// Two texts would lie over each other.
  case overlap(String, String)
  /// A text would be broken into more lines than there is room for.
  case tooLong(String)
  /// So many images or squares would be smaller than `least` points a side.
  case tooMany(String, least: Double)
  /// What does not scale needs this much, in points.
  case needs(Size)

  public var description: String {
    switch self {
    case .beyondEdge(let text): "\(Self.quoted(text)) would reach beyond the edge"
    case .overlap(let one, let other): "\(Self.quoted(one)) would lie over \(Self.quoted(other))"
    case .tooLong(let text): "\(Self.quoted(text)) is too long"
    case .tooMany(let what, let least): "\(what) would be smaller than \(SVGPainter.number(least)) points a side"
    case .needs(let size):
      "what is drawn needs \(SVGPainter.number(size.width.rounded(.up)))×\(SVGPainter.number(size.height.rounded(.up)))"
    }
  }

  private static func quoted(_ text: String) -> String {
    "'" + (text.count > 40 ? text.prefix(39) + "…" : text[...]) + "'"
  }
}

/// Why a figure could not be drawn or written.
public enum FigureError: InterruptibleError, Equatable, CustomStringConvertible {
  /// The file's ending is none of those that figures are written in, "png" and so on.
  case unknownFormat(fileName: String, endings: [String])
  /// The picture would be larger than PNG surfaces go; sizes in pixels.
  case tooLarge(width: Double, height: Double, limit: Int)
  /// A text has no room even at the least size; `size` is the picture's in points, and `enough` one in which it has.
  case noRoom(NoRoom, size: Size, enough: Size? = nil)
  /// No font of that name is installed; the nearest ones that are.
  case unknownFont(family: String, similar: [String])
  /// Cairo's finding.
  case drawingFailed(detail: String)
  case png(PNGError)
  /// Whoever waited for the figure wished an end.
  case interrupted

  public var isInterruption: Bool {
    switch self {
    case .interrupted: true
    case .png(let error): error.isInterruption
    default: false
    }
  }

  public var description: String {
    switch self {
    case .unknownFormat(let fileName, let endings):
      let list = endings.map { ".\($0)" }.joined(separator: ", ")
      return "expected a file name ending in \(list), found '\(fileName)'"
    case .tooLarge(let width, let height, let limit):
      return "expected a picture of at most \(limit) pixels a side, found \(Self.whole(width))×\(Self.whole(height));"
        + " draw fewer images, or smaller ones"
    case .noRoom(let what, let size, let enough):
      return "expected a picture in which all text has room, found one of \(Self.words(size)) points in which \(what)"
        + (enough.map { " (\(Self.words($0)) points are enough)" } ?? "")
    case .unknownFont(let family, let similar):
      let known =
        similar.isEmpty
        ? FontFamilies.generics.joined(separator: ", ") : similar.map { "'\($0)'" }.joined(separator: ", ")
      return "expected a font that is installed, found '\(family)'; there is \(known)"
    case .drawingFailed(let detail):
      return "the figure could not be drawn: \(detail)"
    case .png(let error):
      return error.description
    case .interrupted:
      return Interrupted().description
    }
  }

  private static func words(_ size: Size) -> String { "\(short(size.width))×\(short(size.height))" }

  private static func short(_ value: Double) -> String { SVGPainter.number((value * 10).rounded() / 10) }

  private static func whole(_ value: Double) -> String {
    Int(exactly: value.rounded()).map { "\($0)" } ?? "\(value)"
  }
}
