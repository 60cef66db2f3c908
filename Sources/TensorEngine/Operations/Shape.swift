import CKernels

/// The common shape of two tensors by numpy's rules: aligned at the end, lengths equal or one of them 1.
func broadcastShape(_ a: [Int], _ b: [Int]) -> [Int] {
  let rank = max(a.count, b.count)
  let paddedA = Array(repeating: 1, count: rank - a.count) + a
  let paddedB = Array(repeating: 1, count: rank - b.count) + b
  return zip(paddedA, paddedB).map { lengthA, lengthB in
    precondition(
      lengthA == lengthB || lengthA == 1 || lengthB == 1, "shapes \(a) and \(b) cannot be broadcast together")
    return lengthA == 1 ? lengthB : lengthA
  }
}

/// Rows that one piece of a copy takes.
private let copiedRows = 2048

extension Tensor {
  /// The same elements in another shape of the same count.
  public func reshaped(to newShape: [Int]) -> Tensor {
    precondition(
      newShape.reduce(1, *) == count, "a tensor of shape \(shape) cannot be reshaped to \(newShape)")
    let oldShape = shape
    return Tensor(shape: newShape, storage: storage, node: nil)
      .derived(from: [self]) { dy in [dy.reshaped(to: oldShape)] }
  }

  /// This tensor repeated along its axes of length 1, and along new leading axes, until it has `target`'s shape.
  public func broadcast(to target: [Int]) -> Tensor {
    guard shape != target else { return self }
    precondition(broadcastShape(shape, target) == target, "a tensor of shape \(shape) cannot be stretched to \(target)")
    let padded = Array(repeating: 1, count: target.count - shape.count) + shape
    let stretched = target.indices.filter { padded[$0] == 1 && target[$0] != 1 }
    let original = shape
    var stretchedTensor = Tensor(shape: padded, storage: storage, node: nil)
    // The last axes first: what is copied is smallest then.
    for axis in stretched.reversed() {
      stretchedTensor = stretchedTensor.repeated(axis: axis, count: target[axis])
    }
    return stretchedTensor.derived(from: [self]) { dy in [dy.sum(axes: stretched).reshaped(to: original)] }
  }

  /// An axis of length 1 repeated `repetitions` times; records no derivative.
  private func repeated(axis: Int, count repetitions: Int) -> Tensor {
    let outer = shape[..<axis].reduce(1, *)
    let inner = shape[(axis + 1)...].reduce(1, *)
    var target = shape
    target[axis] = repetitions
    return reading(self) { px in
      Tensor(shape: target) { out in
        Parallel.forEachRange(of: outer * repetitions, size: max(1, chunkSize / max(1, inner))) { rows in
          var row = rows.lowerBound
          while row < rows.upperBound {
            let source = row / repetitions
            let end = min((source + 1) * repetitions, rows.upperBound)
            ck_fill_rows(px + source * inner, out + row * inner, end - row, inner)
            row = end
          }
        }
      }
    }
  }

  /// Columns of the last axis.
  public func columns(_ range: Range<Int>) -> Tensor {
    let width = shape[rank - 1]
    precondition(range.lowerBound >= 0 && range.upperBound <= width, "columns \(range) are not all in 0..<\(width)")
    let rows = count / width
    let original = shape
    return reading(self) { px in
      Tensor(shape: shape.dropLast() + [range.count]) { out in
        Parallel.forEachRange(of: rows, size: copiedRows) { some in
          let row = some.lowerBound
          ck_copy_columns(
            px + row * width + range.lowerBound, width, out + row * range.count, range.count, some.count, range.count)
        }
      }
    }
    .derived(from: [self]) { dy in
      var dx = Tensor.zeros(original)
      dx.mutate { out in
        reading(dy) { ck_copy_columns($0, range.count, out + range.lowerBound, width, rows, range.count) }
      }
      return [dx]
    }
  }

  /// Rows of the first axis.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= shape[0], "rows \(range) are not all in 0..<\(shape[0])")
    let rowSize = count / max(shape[0], 1)
    let original = shape
    return reading(self) { px in
      Tensor(shape: [range.count] + shape.dropFirst()) { out in
        out.update(from: px + range.lowerBound * rowSize, count: range.count * rowSize)
      }
    }
    .derived(from: [self]) { dy in
      var dx = Tensor.zeros(original)
      dx.mutate { out in
        reading(dy) { (out + range.lowerBound * rowSize).update(from: $0, count: range.count * rowSize) }
      }
      return [dx]
    }
  }

  /// `a` and `b` side by side along the last axis: for images, the channels of both.
  public static func concatenatingChannels(_ a: Tensor, _ b: Tensor) -> Tensor {
    precondition(
      a.shape.dropLast() == b.shape.dropLast(), "shapes \(a.shape) and \(b.shape) differ before their last axis")
    let (widthA, widthB) = (a.shape[a.rank - 1], b.shape[b.rank - 1])
    let (keptA, keptB) = (a.kept, b.kept)
    return sideBySide(a, b)
      .derived(from: [a, b]) { dy in [dy.columns(0..<widthA), dy.columns(widthA..<widthA + widthB)] }
      .recomputable { sideBySide(keptA(), keptB()) }
  }

  private static func sideBySide(_ a: Tensor, _ b: Tensor) -> Tensor {
    let (widthA, widthB) = (a.shape[a.rank - 1], b.shape[b.rank - 1])
    let width = widthA + widthB
    return reading(a, b) { pa, pb in
      Tensor(shape: a.shape.dropLast() + [width]) { out in
        Parallel.forEachRange(of: a.count / widthA, size: copiedRows) { range in
          let row = range.lowerBound
          ck_copy_columns(pa + row * widthA, widthA, out + row * width, width, range.count, widthA)
          ck_copy_columns(pb + row * widthB, widthB, out + row * width + widthA, width, range.count, widthB)
        }
      }
    }
  }

  /// Each pixel's channels spread over a block of pixels: `[n, h, w, size²·c]` becomes `[n, h·size, w·size, c]`.
  /// The channel order inside a block is (row, column, channel).
  public func pixelShuffled(by size: Int) -> Tensor {
    precondition(
      rank == 4 && shape[3] % (size * size) == 0, "a tensor of shape \(shape) cannot be pixel-shuffled by \(size)")
    let (batch, height, width, channels) = (shape[0], shape[1], shape[2], shape[3] / (size * size))
    let imageSize = height * width * shape[3]
    return reading(self) { px in
      Tensor(shape: [batch, height * size, width * size, channels]) { out in
        Parallel.forEach(batch) { n in
          ck_depth_to_space(px + n * imageSize, out + n * imageSize, height, width, channels, size)
        }
      }
    }
    .derived(from: [self]) { dy in [dy.pixelUnshuffled(by: size)] }
  }

  /// The inverse of `pixelShuffled(by:)`.
  public func pixelUnshuffled(by size: Int) -> Tensor {
    precondition(
      rank == 4 && shape[1] % size == 0 && shape[2] % size == 0,
      "a tensor of shape \(shape) cannot be pixel-unshuffled by \(size)")
    let (batch, height, width, channels) = (shape[0], shape[1] / size, shape[2] / size, shape[3])
    let imageSize = height * width * channels * size * size
    return reading(self) { px in
      Tensor(shape: [batch, height, width, channels * size * size]) { out in
        Parallel.forEach(batch) { n in
          ck_space_to_depth(px + n * imageSize, out + n * imageSize, height, width, channels, size)
        }
      }
    }
    .derived(from: [self]) { dy in [dy.pixelShuffled(by: size)] }
  }

  /// Each pixel of `[n, h, w, c]` repeated into a block of size×size: `[n, h·size, w·size, c]` (nearest neighbour).
  public func enlarged(by size: Int) -> Tensor {
    precondition(rank == 4, "only images can be enlarged, not a tensor of shape \(shape)")
    let (batch, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
    return reshaped(to: [batch, height, 1, width, 1, channels])
      .broadcast(to: [batch, height, size, width, size, channels])
      .reshaped(to: [batch, height * size, width * size, channels])
  }
}
