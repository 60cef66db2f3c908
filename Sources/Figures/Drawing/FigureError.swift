import Images
import Interruptions

/// Why a figure could not be drawn or written.
public enum FigureError: InterruptibleError, Equatable, CustomStringConvertible {
  /// The file's ending is none of those that figures are written in, "png" and so on.
  case unknownFormat(fileName: String, endings: [String])
  /// The picture would be larger than PNG surfaces go; sizes in pixels.
  case tooLarge(width: Double, height: Double, limit: Int)
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
    case .drawingFailed(let detail):
      return "the figure could not be drawn: \(detail)"
    case .png(let error):
      return error.description
    case .interrupted:
      return Interrupted().description
    }
  }

  private static func whole(_ value: Double) -> String {
    Int(exactly: value.rounded()).map { "\($0)" } ?? "\(value)"
  }
}
