/// A way to lay images anew pixel by pixel, for files that hold them turned, as EMNIST's hold them transposed.
public enum Turn: String, Sendable, CaseIterable {
  /// Rows become columns: mirrored about the diagonal from the upper left corner.
  case transpose
  /// A quarter, anticlockwise as seen.
  case left
  /// A quarter, clockwise as seen.
  case right
  /// Upside down.
  case half

  /// Whether height and width change places.
  public var swapsSides: Bool { self != .half }
}

extension ImageSet {
  /// The images, each turned; no pixel's value changes.
  public func turned(_ turn: Turn) -> ImageSet {
    let (newHeight, newWidth) = turn.swapsSides ? (width, height) : (height, width)
    let turned = [UInt8](unsafeUninitializedCapacity: count * imageSize) { output, initialised in
      var place = 0
      for image in 0..<count {
        withImage(image) { input in
          for row in 0..<newHeight {
            for column in 0..<newWidth {
              let (fromRow, fromColumn) =
                switch turn {
                case .transpose: (column, row)
                case .left: (column, width - 1 - row)
                case .right: (height - 1 - column, row)
                case .half: (height - 1 - row, width - 1 - column)
                }
              let from = (fromRow * width + fromColumn) * channelCount
              for channel in 0..<channelCount { output[place + channel] = input[from + channel] }
              place += channelCount
            }
          }
        }
      }
      initialised = count * imageSize
    }
    return ImageSet(count: count, height: newHeight, width: newWidth, channelCount: channelCount, pixels: turned)
  }
}
