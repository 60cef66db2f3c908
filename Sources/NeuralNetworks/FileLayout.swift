import TensorEngine

/// How the elements of a tensor lie in files: as PyTorch has them, so that its programs can read a network's weights.
public struct FileLayout: Sendable, Equatable {
  /// Lengths in a file.
  public let shape: [Int]
  /// Which axes are swapped; nil where file and tensor agree.
  private let order: Order?

  /// A tensor `[outer, inner, middle, last]` that a file has as `[outer, last, middle, inner]`.
  private struct Order: Sendable, Equatable {
    var outer = 1
    var inner = 1
    let middle: Int
    let last: Int
  }

  /// As the tensor is.
  package init(same shape: [Int]) { (self.shape, order) = (shape, nil) }

  /// A linear layer's `[inputs, outputs]` as `[outputs, inputs]`.
  package init(linear shape: [Int]) {
    self.shape = [shape[1], shape[0]]
    order = Order(middle: shape[0], last: shape[1])
  }

  /// A convolution's `[height, width, inputs, outputs]` as `[outputs, inputs, height, width]`.
  package init(convolution shape: [Int]) {
    self.shape = [shape[3], shape[2], shape[0], shape[1]]
    order = Order(inner: shape[0] * shape[1], middle: shape[2], last: shape[3])
  }

  /// A transposed convolution's `[inputs, size·size·outputs]` as `[inputs, outputs, size, size]`.
  package init(upsampling shape: [Int], size: Int) {
    let outputs = shape[1] / (size * size)
    self.shape = [shape[0], outputs, size, size]
    order = Order(outer: shape[0], middle: size * size, last: outputs)
  }

  /// An image's `[height, width, channels]` as `[channels, height, width]`.
  package init(image shape: [Int]) {
    self.shape = [shape[2], shape[0], shape[1]]
    order = Order(middle: shape[0] * shape[1], last: shape[2])
  }

  /// Elements in one place of the file's first axis.
  private var rowSize: Int { shape.dropFirst().reduce(1, *) }

  /// The elements of a tensor in some places of the file's first axis, in the file's order.
  public func inFile(_ rows: Range<Int>, of tensor: Tensor) -> [Float] {
    let count = rows.count * rowSize
    return [Float](unsafeUninitializedCapacity: count) { out, initialised in
      tensor.withScalars { values in
        guard let from = values.baseAddress, let to = out.baseAddress else { return }
        forEachSquare(rows) { square in
          if square.lasts == 1, square.innerStep == 1 {
            for m in 0..<square.middles {
              (to + square.inRows + m * square.inner).initialize(
                from: from + square.inTensor + m * square.middleStep, count: square.inner)
            }
            return
          }
          // As `place` does: what is far apart in the tensor, where lengths are powers of two, is fetched once.
          for i in 0..<square.inner {
            for m in 0..<square.middles {
              let source = from + square.inTensor + i * square.innerStep + m * square.middleStep
              let place = to + square.inRows + m * square.inner + i
              for l in 0..<square.lasts { (place + l * square.rowStep).initialize(to: source[l]) }
            }
          }
        }
      }
      initialised = count
    }
  }

  /// Puts a file's elements in some places of its first axis where they belong in a tensor's.
  public func place(
    _ elements: UnsafeBufferPointer<Float>, of rows: Range<Int>, in tensor: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(elements.count == rows.count * rowSize, "\(elements.count) elements cannot be \(rows) of \(shape)")
    guard let from = elements.baseAddress, let to = tensor.baseAddress else { return }
    forEachSquare(rows) { square in
      for i in 0..<square.inner {
        for m in 0..<square.middles {
          let place = to + square.inTensor + i * square.innerStep + m * square.middleStep
          let source = from + square.inRows + m * square.inner + i
          for l in 0..<square.lasts { place[l] = source[l * square.rowStep] }
        }
      }
    }
  }

  /// A part of a tensor, small enough that it stays near the processor while it is gone through in the other's order.
  private struct Square {
    /// Where it begins among the rows, and in the tensor.
    let inRows, inTensor: Int
    /// Its lengths along the tensor's last axis, the one before, and the one that a file has last.
    let lasts, middles, inner: Int
    /// From one to the next along the tensor's middle axis in the tensor, along the inner one there, and along the last one
    /// among the rows.
    let middleStep, innerStep, rowStep: Int
  }

  /// Visits the parts of some places of the file's first axis.
  private func forEachSquare(_ rows: Range<Int>, _ body: (Square) -> Void) {
    precondition(0 <= rows.lowerBound && rows.upperBound <= shape.first ?? 1, "there are no \(rows) in \(shape)")
    guard let order else {
      let count = rows.count * rowSize
      return body(
        Square(
          inRows: 0, inTensor: rows.lowerBound * rowSize, lasts: 1, middles: 1, inner: count, middleStep: count,
          innerStep: 1, rowStep: count))
    }
    let (inner, middle, last) = (order.inner, order.middle, order.last)
    let side = 16
    for outer in order.outer > 1 ? rows : 0..<1 {
      let lasts = order.outer > 1 ? 0..<last : rows
      let inRows = order.outer > 1 ? (outer - rows.lowerBound) * rowSize : 0
      for firstLast in stride(from: lasts.lowerBound, to: lasts.upperBound, by: side) {
        for firstMiddle in stride(from: 0, to: middle, by: side) {
          body(
            Square(
              inRows: inRows + ((firstLast - lasts.lowerBound) * middle + firstMiddle) * inner,
              inTensor: outer * rowSize + firstMiddle * last + firstLast,
              lasts: min(side, lasts.upperBound - firstLast), middles: min(side, middle - firstMiddle), inner: inner,
              middleStep: last, innerStep: middle * last, rowStep: middle * inner))
        }
      }
    }
  }
}
