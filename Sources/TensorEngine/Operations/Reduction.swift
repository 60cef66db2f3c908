import CKernels

extension Tensor {
  /// The sum of all elements, accumulated in Double in blocks of fixed size; shape `[]`.
  public var sum: Tensor {
    let total = reading(self) { px in
      let blockSize = 16_384
      return Parallel.map((count + blockSize - 1) / blockSize) { block in
        ck_sum(px + block * blockSize, min(blockSize, count - block * blockSize))
      }
      .reduce(0, +)
    }
    let original = shape
    return Tensor([Float(total)], shape: [])
      .derived(from: [self]) { dy in [Tensor(repeating: dy.scalar, shape: original)] }
  }

  /// The mean of all elements; shape `[]`.
  public var mean: Tensor { sum * (1 / Float(count)) }

  /// Sums over `axes`, which stay with length 1.
  public func sum(axes: [Int]) -> Tensor {
    let original = shape
    var result = detached
    for axis in axes { result = result.summed(axis: axis) }
    return result.derived(from: [self]) { dy in [dy.broadcast(to: original)] }
  }

  /// The sum over one axis, which stays with length 1; records no derivative.
  private func summed(axis: Int) -> Tensor {
    let outer = shape[..<axis].reduce(1, *)
    let length = shape[axis]
    let inner = shape[(axis + 1)...].reduce(1, *)
    var reduced = shape
    reduced[axis] = 1
    return reading(self) { px in
      Tensor(shape: reduced) { out in
        Parallel.forEachRange(of: outer, size: max(1, 32_768 / max(1, length * inner))) { range in
          for o in range {
            if inner == 1 {
              out[o] = Float(ck_sum(px + o * length, length))
            } else {
              ck_column_sums(px + o * length * inner, inner, length, inner, out + o * inner)
            }
          }
        }
      }
    }
  }

  /// log Σ exp over the last axis, which stays with length 1; never overflows.
  public var logSumExp: Tensor {
    let x = detached
    let width = shape[rank - 1]
    let y = reading(x) { px in
      Tensor(shape: shape.dropLast() + [1]) { out in ck_log_sum_exp(px, out, count / width, width) }
    }
    return y.derived(from: [self]) { dy in [(x - y).exponential * dy] }
  }

  /// x − log Σ exp(x) over the last axis: the logarithm of `softmax`.
  ///
  /// The largest element is taken off first: where elements are far below zero, as log-densities are, rounding would
  /// otherwise swallow the logarithm of the sum, and the exponentials would no longer sum to 1.
  public var logSoftmax: Tensor {
    let shifted = self - largestOfRows
    return shifted - shifted.logSumExp
  }

  /// exp(x) / Σ exp(x) over the last axis.
  public var softmax: Tensor { logSoftmax.exponential }

  /// The largest element over the last axis, which stays with length 1; records no derivative.
  private var largestOfRows: Tensor {
    let width = shape[rank - 1]
    return reading(self) { px in
      Tensor(shape: shape.dropLast() + [1]) { out in
        for row in 0..<count / width {
          out[row] = UnsafeBufferPointer(start: px + row * width, count: width).max()!
        }
      }
    }
  }

  /// The sums over all axes but the last: the gradient of a bias.
  var columnSums: Tensor {
    let width = shape[rank - 1]
    if count == width { return reshaped(to: [width]) }
    if count / width <= RowBlocks.size { return sumsOfFewRows }
    let blocks = RowBlocks(rows: count / width)
    let partial = reading(self) { px in
      Tensor(shape: [blocks.count, width]) { out in
        Parallel.forEach(blocks.count) { block in
          let (first, length) = blocks[block]
          ck_column_sums(px + first * width, width, length, width, out + block * width)
        }
      }
    }
    return partial.columnSums
  }

  /// `columnSums`, cut by columns.
  private var sumsOfFewRows: Tensor {
    let width = shape[rank - 1]
    let rows = count / width
    return reading(self) { px in
      Tensor(shape: [width]) { out in
        Parallel.forEachRange(of: width, size: max(64, chunkSize / max(1, rows))) { columns in
          let first = columns.lowerBound
          ck_column_sums(px + first, width, rows, columns.count, out + first)
        }
      }
    }
  }
}

/// Rows cut into blocks of fixed size, so that partial sums do not depend on threads.
struct RowBlocks {
  let rows: Int
  static let size = 1024

  var count: Int { max(1, (rows + Self.size - 1) / Self.size) }
  subscript(block: Int) -> (first: Int, length: Int) {
    (block * Self.size, min(Self.size, rows - block * Self.size))
  }
}
