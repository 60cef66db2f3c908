/// What an array's axes are, the first first: a letter each, n for images, h for rows, w for columns, c for channels.
///
/// `nhwc` are images with their channels side by side, `nchw` images in planes, `hwc` is one image.
public struct AxisLayout: Sendable, Equatable, CustomStringConvertible {
  public enum Axis: Character, Sendable {
    case images = "n"
    case rows = "h"
    case columns = "w"
    case channels = "c"
  }

  public let axes: [Axis]

  /// The layout that a word spells: each letter at most once, h and w among them.
  public init?(_ word: String) {
    let axes = word.compactMap { Axis(rawValue: $0) }
    guard axes.count == word.count, Set(axes).count == axes.count, axes.contains(.rows), axes.contains(.columns) else {
      return nil
    }
    self.axes = axes
  }

  public var description: String { String(axes.map(\.rawValue)) }

  /// The ones that libraries use, for people to choose from.
  public static let common = ["nhw", "nhwc", "nchw", "hw", "hwc", "chw"]
}

/// The shape that flat images have, rows by columns or these by channels: `28x28`, `32x32x3`.
public struct FlatShape: Sendable, Equatable, CustomStringConvertible {
  public let height: Int
  public let width: Int
  public let channelCount: Int

  public init?(height: Int, width: Int, channelCount: Int = 1) {
    let sides = 1...(1 << 15)
    guard sides.contains(height), sides.contains(width), [1, 3].contains(channelCount) else { return nil }
    (self.height, self.width, self.channelCount) = (height, width, channelCount)
  }

  /// The shape that `HxW` or `HxWxC` spells.
  public init?(_ text: String) {
    let words = text.split(separator: "x", omittingEmptySubsequences: false)
    let numbers = words.compactMap { $0.allSatisfy(\.isASCII) && $0.first?.isNumber == true ? Int($0) : nil }
    guard numbers.count == words.count, (2...3).contains(numbers.count) else { return nil }
    self.init(height: numbers[0], width: numbers[1], channelCount: numbers.count == 3 ? numbers[2] : 1)
  }

  /// The grey square of so many values, if there is one.
  public static func square(of valueCount: Int) -> FlatShape? {
    let side = Int(Double(valueCount).squareRoot().rounded())
    return side * side == valueCount ? FlatShape(height: side, width: side) : nil
  }

  var valueCount: Int { height * width * channelCount }

  public var description: String { "\(height)x\(width)" + (channelCount > 1 ? "x\(channelCount)" : "") }
}
