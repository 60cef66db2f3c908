import Interruptions

/// How an image that is no square becomes one.
public enum Fit: String, Sendable, CaseIterable {
  /// Each side to the new length, whatever becomes of the proportions.
  case stretch
  /// The square in the middle, as large as there is room for.
  case crop
  /// All of the image, in the middle of a black square.
  case pad
}

extension ImageSet {
  /// The images as squares of `side` pixels; see `resized(height:width:)` for how pixels are found.
  public func fitted(to side: Int, _ fit: Fit) throws(Interrupted) -> ImageSet {
    switch fit {
    case .stretch: return try resized(height: side, width: side)
    case .crop:
      let shorter = min(height, width)
      return try placed(height: shorter, width: shorter).resized(height: side, width: side)
    case .pad:
      // To the nearest pixel; a line stays at least one pixel wide.
      func scaled(_ length: Int) -> Int {
        let longer = max(height, width)
        return max(1, (2 * length * side + longer) / (2 * longer))
      }
      return try resized(height: scaled(height), width: scaled(width)).placed(height: side, width: side)
    }
  }

  /// The images in the middle of a black frame of another size; what it has no room for is cut off on both sides.
  private func placed(height newHeight: Int, width newWidth: Int) -> ImageSet {
    if (newHeight, newWidth) == (height, width) { return self }
    // A pixel that cannot be shared out stays at the right or below.
    let (fromRow, fromColumn) = (max(0, (height - newHeight) / 2), max(0, (width - newWidth) / 2))
    let (toRow, toColumn) = (max(0, (newHeight - height) / 2), max(0, (newWidth - width) / 2))
    let (rows, columns) = (min(height, newHeight), min(width, newWidth))
    var placed = [UInt8](repeating: 0, count: count * newHeight * newWidth * channelCount)
    for image in 0..<count {
      let source = self[image]
      for row in 0..<rows {
        let from = source.startIndex + ((fromRow + row) * width + fromColumn) * channelCount
        let to = ((image * newHeight + toRow + row) * newWidth + toColumn) * channelCount
        for i in 0..<columns * channelCount { placed[to + i] = source[from + i] }
      }
    }
    return ImageSet(count: count, height: newHeight, width: newWidth, channelCount: channelCount, pixels: placed)
  }
}
