import Interruptions
import TensorEngine

extension ImageSet {
  /// The images at another size, by a triangle filter along each axis.
  ///
  /// Enlarging, this is bilinear interpolation between pixel centres; shrinking, the triangle is widened by the
  /// factor so that it averages what it covers and nothing aliases. The result is rounded to the nearest byte. It
  /// is what PyTorch's `interpolate(mode="bilinear", antialias=True, align_corners=False)` computes.
  public func resized(height newHeight: Int, width newWidth: Int) throws(Interrupted) -> ImageSet {
    precondition(newHeight > 0 && newWidth > 0, "a size of \(newWidth)×\(newHeight) has no pixels")
    if newHeight == height && newWidth == width { return self }
    let rows = AxisFilter(from: height, to: newHeight)
    let columns = AxisFilter(from: width, to: newWidth)
    let newSize = newHeight * newWidth * channelCount
    var isInterrupted = false
    let resized = [UInt8](unsafeUninitializedCapacity: count * newSize) { buffer, initialised in
      nonisolated(unsafe) let output = buffer
      let pieces = (count + Self.imagesPerPiece - 1) / Self.imagesPerPiece
      let done: [Void]? = try? Parallel.interruptibleMap(pieces) { piece in
        let images = piece * Self.imagesPerPiece..<min(count, (piece + 1) * Self.imagesPerPiece)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width * channelCount) { blended in
          for image in images {
            withImage(image) { input in
              resize(
                input.baseAddress!, rows, columns, blended.baseAddress!, to: output.baseAddress! + image * newSize)
            }
          }
        }
      }
      isInterrupted = done == nil
      initialised = isInterrupted ? 0 : count * newSize
    }
    if isInterrupted { throw Interrupted() }
    return ImageSet(
      count: count, height: newHeight, width: newWidth, channelCount: channelCount, pixels: resized)
  }

  /// Each output row is blended from input rows first, in floats, then filtered along; it is rounded once.
  private func resize(
    _ image: UnsafePointer<UInt8>, _ rows: AxisFilter, _ columns: AxisFilter,
    _ blended: UnsafeMutablePointer<Float>, to output: UnsafeMutablePointer<UInt8>
  ) {
    let rowSize = width * channelCount
    var target = output
    for row in rows.spans {
      blended.update(repeating: 0, count: rowSize)
      for tap in 0..<row.count {
        let weight = rows.weights[row.firstWeight + tap]
        let source = image + (row.firstPosition + tap) * rowSize
        for i in 0..<rowSize { blended[i] += weight * Float(source[i]) }
      }
      for column in columns.spans {
        for channel in 0..<channelCount {
          let source = blended + column.firstPosition * channelCount + channel
          var sum: Float = 0.5
          for tap in 0..<column.count {
            sum += columns.weights[column.firstWeight + tap] * source[tap * channelCount]
          }
          target[channel] = UInt8(min(255, sum))
        }
        target += channelCount
      }
    }
  }
}

/// For each output position along an axis, the run of input positions it averages and their weights, which sum to 1.
private struct AxisFilter {
  struct Span {
    var firstPosition: Int
    var count: Int
    var firstWeight: Int
  }

  private(set) var spans: [Span] = []
  private(set) var weights: [Float] = []

  init(from oldLength: Int, to newLength: Int) {
    let scale = Double(oldLength) / Double(newLength)
    let support = max(1, scale)
    for index in 0..<newLength {
      let centre = (Double(index) + 0.5) * scale
      let first = max(0, Int(centre - support + 0.5))
      let end = min(oldLength, Int(centre + support + 0.5))
      let triangle = (first..<end).map { max(0, 1 - abs(Double($0) + 0.5 - centre) / support) }
      let total = triangle.reduce(0, +)
      spans.append(Span(firstPosition: first, count: end - first, firstWeight: weights.count))
      weights += triangle.map { Float($0 / total) }
    }
  }
}
