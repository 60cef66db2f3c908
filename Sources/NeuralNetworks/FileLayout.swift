/// How the elements of a tensor lie in files: as PyTorch has them, so that its programs can read a network's weights.
public struct FileLayout: Sendable, Equatable {
  /// Lengths in a file.
  public let shape: [Int]
  /// The tensor as three axes, and whether these are swapped as a whole (the last first) or the last two of them alone;
  /// nil where file and tensor agree.
  private let order: Order?

  private struct Order: Sendable, Equatable {
    let axes: [Int]
    let isReversed: Bool
  }

  /// As the tensor is.
  init(same shape: [Int]) { (self.shape, order) = (shape, nil) }

  /// A linear layer's `[inputs, outputs]` as `[outputs, inputs]`.
  init(linear shape: [Int]) {
    self.shape = [shape[1], shape[0]]
    order = Order(axes: [1, shape[0], shape[1]], isReversed: false)
  }

  /// A convolution's `[height, width, inputs, outputs]` as `[outputs, inputs, height, width]`.
  init(convolution shape: [Int]) {
    self.shape = [shape[3], shape[2], shape[0], shape[1]]
    order = Order(axes: [shape[0] * shape[1], shape[2], shape[3]], isReversed: true)
  }

  /// A transposed convolution's `[inputs, size·size·outputs]` as `[inputs, outputs, size, size]`.
  init(upsampling shape: [Int], size: Int) {
    let outputs = shape[1] / (size * size)
    self.shape = [shape[0], outputs, size, size]
    order = Order(axes: [shape[0], size * size, outputs], isReversed: false)
  }

  /// A tensor's elements in the order of a file.
  public func inFile(_ values: [Float]) -> [Float] {
    guard let order else { return values }
    return Self.permuted(values, order.axes, reversed: order.isReversed)
  }

  /// The elements of a file in the order of the tensor.
  public func inTensor(_ values: [Float]) -> [Float] {
    guard let order else { return values }
    let axes = order.isReversed ? order.axes.reversed() : [order.axes[0], order.axes[2], order.axes[1]]
    return Self.permuted(values, axes, reversed: order.isReversed)
  }

  /// Elements of the lengths `axes` with the last axis first, or with the last two swapped.
  private static func permuted(_ values: [Float], _ axes: [Int], reversed: Bool) -> [Float] {
    let (a, b, c) = (axes[0], axes[1], axes[2])
    precondition(values.count == a * b * c, "\(values.count) elements cannot have the lengths \(axes)")
    return [Float](unsafeUninitializedCapacity: values.count) { out, initialised in
      values.withUnsafeBufferPointer { values in
        guard let from = values.baseAddress, let to = out.baseAddress else { return }
        if reversed {
          reverseAxes(from, to, (a, b, c))
        } else {
          for outer in 0..<a { reverseAxes(from + outer * b * c, to + outer * b * c, (1, b, c)) }
        }
      }
      initialised = values.count
    }
  }

  /// Writes `[a, b, c]` as `[c, b, a]`, a square of c and b after the other, whose numbers stay near the processor.
  private static func reverseAxes(
    _ values: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ lengths: (Int, Int, Int)
  ) {
    let (a, b, c) = lengths
    let side = 16
    for firstOuter in stride(from: 0, to: c, by: side) {
      for firstMiddle in stride(from: 0, to: b, by: side) {
        for outer in firstOuter..<min(firstOuter + side, c) {
          for middle in firstMiddle..<min(firstMiddle + side, b) {
            let place = out + (outer * b + middle) * a
            let source = values + middle * c + outer
            for inner in 0..<a { (place + inner).initialize(to: source[inner * b * c]) }
          }
        }
      }
    }
  }
}
