import CKernels

extension Tensor {
  /// The largest element of each size×size window, `[n, h, w, c]` to `[n, h/size, w/size, c]`; remainders are dropped.
  /// Among equals, the first gets the gradient.
  public func maxPooled(by size: Int) -> Tensor {
    precondition(
      rank == 4 && shape[1] >= size && shape[2] >= size && size <= 16,
      "a tensor of shape \(shape) cannot be pooled by \(size)")
    let (batch, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
    let inputSize = height * width * channels
    let outputSize = (height / size) * (width / size) * channels
    let (inputShape, isTraced) = (shape, isTraced)
    // Which pixel of its window each output is: a sixteenth of the memory that keeping the input would take.
    var places = [UInt8](repeating: 0, count: isTraced ? batch * outputSize : 0)
    let y = places.withUnsafeMutableBufferPointer { places in
      nonisolated(unsafe) let places = places.baseAddress
      return reading(self) { px in
        Tensor(shape: [batch, height / size, width / size, channels]) { out in
          Parallel.forEach(batch) { n in
            ck_max_pool(
              px + n * inputSize, out + n * outputSize, isTraced ? places! + n * outputSize : nil, height, width,
              channels, size)
          }
        }
      }
    }
    return y.derived(from: [self]) { [places] dy in
      let dx = reading(dy) { pdy in
        Tensor(shape: inputShape) { out in
          places.withUnsafeBufferPointer { places in
            nonisolated(unsafe) let places = places.baseAddress!
            Parallel.forEach(batch) { n in
              ck_max_pool_backward(
                places + n * outputSize, pdy + n * outputSize, out + n * inputSize, height, width, channels, size)
            }
          }
        }
      }
      return [dx]
    }
  }

  /// The mean of each size×size window, `[n, h, w, c]` to `[n, h/size, w/size, c]`; `size` must divide both sides.
  public func averagePooled(by size: Int) -> Tensor {
    precondition(
      rank == 4 && shape[1] % size == 0 && shape[2] % size == 0,
      "a tensor of shape \(shape) cannot be averaged in windows of \(size)")
    let channels = shape[3]
    let blocks = pixelUnshuffled(by: size)
    let pooled = blocks.reshaped(to: [blocks.count / (size * size * channels), size * size, channels])
      .sum(axes: [1])
    return (pooled * (1 / Float(size * size)))
      .reshaped(to: [shape[0], shape[1] / size, shape[2] / size, channels])
  }
}
