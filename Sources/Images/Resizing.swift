import TensorEngine

extension ImageSet {
  /// The images at another size, by a triangle filter along each axis.
  ///
  /// Enlarging, this is bilinear interpolation between pixel centres; shrinking, the triangle is widened by the
  /// factor so that it averages what it covers and nothing aliases. The result is rounded to the nearest byte. It
  /// is what PyTorch's `interpolate(mode="bilinear", antialias=True, align_corners=False)` computes.
  public func resized(height newHeight: Int, width newWidth: Int) -> ImageSet {
    precondition(newHeight > 0 && newWidth > 0, "a size of \(newWidth)×\(newHeight) has no pixels")
    if newHeight == height && newWidth == width { return self }
    let rows = AxisFilter(from: height, to: newHeight)
    let columns = AxisFilter(from: width, to: newWidth)
    let newSize = newHeight * newWidth * channelCount
    let resized = [UInt8](unsafeUninitializedCapacity: count * newSize) { buffer, initialised in
      nonisolated(unsafe) let output = buffer
      pixels.withUnsafeBufferPointer { input in
        Parallel.forEach(count) { image in
          // Width first, then height, in floats; rounding once at the end.
          var narrow = [Float](repeating: 0, count: height * newWidth * channelCount)
          let source = image * imageSize
          for row in 0..<height {
            for column in 0..<newWidth {
              for (tap, weight) in columns.taps[column] {
                for channel in 0..<channelCount {
                  narrow[(row * newWidth + column) * channelCount + channel] +=
                    weight * Float(input[source + (row * width + tap) * channelCount + channel])
                }
              }
            }
          }
          let rowSize = newWidth * channelCount
          for row in 0..<newHeight {
            for position in 0..<rowSize {
              var sum: Float = 0.5
              for (tap, weight) in rows.taps[row] { sum += weight * narrow[tap * rowSize + position] }
              output[image * newSize + row * rowSize + position] = UInt8(max(0, min(255, sum)))
            }
          }
        }
      }
      initialised = count * newSize
    }
    return ImageSet(
      count: count, height: newHeight, width: newWidth, channelCount: channelCount, pixels: resized)
  }
}

/// For each output position along an axis, the input positions it averages and their weights, which sum to 1.
private struct AxisFilter {
  let taps: [[(position: Int, weight: Float)]]

  init(from oldLength: Int, to newLength: Int) {
    let scale = Double(oldLength) / Double(newLength)
    let support = max(1, scale)
    taps = (0..<newLength).map { index in
      let centre = (Double(index) + 0.5) * scale
      let first = max(0, Int(centre - support + 0.5))
      let end = min(oldLength, Int(centre + support + 0.5))
      let weights = (first..<end).map { max(0, 1 - abs(Double($0) + 0.5 - centre) / support) }
      let total = weights.reduce(0, +)
      return zip(first..<end, weights).map { ($0, Float($1 / total)) }
    }
  }
}
