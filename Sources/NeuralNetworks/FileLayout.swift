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
        forEachPair(rows) { place, source in (out.baseAddress! + place).initialize(to: values[source]) }
      }
      initialised = count
    }
  }

  /// Puts a file's elements in some places of its first axis where they belong in a tensor's.
  public func place(
    _ elements: UnsafeBufferPointer<Float>, of rows: Range<Int>, in tensor: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(elements.count == rows.count * rowSize, "\(elements.count) elements cannot be \(rows) of \(shape)")
    forEachPair(rows) { source, place in tensor[place] = elements[source] }
  }

  /// Visits the elements of some places of the file's first axis: where each lies among them, and where in the tensor. A
  /// square of the tensor's last axes is gone through after the other, whose numbers stay near the processor.
  @inline(__always)
  private func forEachPair(_ rows: Range<Int>, _ body: (_ inRows: Int, _ inTensor: Int) -> Void) {
    precondition(0 <= rows.lowerBound && rows.upperBound <= shape.first ?? 1, "there are no \(rows) in \(shape)")
    guard let order else {
      let start = rows.lowerBound * rowSize
      for index in 0..<rows.count * rowSize { body(index, start + index) }
      return
    }
    let (inner, middle, last) = (order.inner, order.middle, order.last)
    let isOuter = order.outer > 1
    for outer in isOuter ? rows : 0..<1 {
      let lasts = isOuter ? 0..<last : rows
      let (inRows, inTensor) = isOuter ? ((outer - rows.lowerBound) * rowSize, outer * rowSize) : (0, 0)
      let side = 16
      for firstLast in stride(from: lasts.lowerBound, to: lasts.upperBound, by: side) {
        for firstMiddle in stride(from: 0, to: middle, by: side) {
          for l in firstLast..<min(firstLast + side, lasts.upperBound) {
            for m in firstMiddle..<min(firstMiddle + side, middle) {
              let place = inRows + ((l - lasts.lowerBound) * middle + m) * inner
              let source = inTensor + m * last + l
              for i in 0..<inner { body(place + i, source + i * middle * last) }
            }
          }
        }
      }
    }
  }
}
