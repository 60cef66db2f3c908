import CKernels

/// Elements that one piece of element-wise work handles: enough to outweigh handing it over, few enough that the last
/// pieces end together.
let chunkSize = 16_384

/// A tensor of `shape` filled in parallel pieces; `body` gets a range of elements.
func elementwise(_ shape: [Int], _ body: (UnsafeMutablePointer<Float>, Range<Int>) -> Void) -> Tensor {
  Tensor(shape: shape) { out in
    Parallel.forEachRange(of: shape.reduce(1, *), size: chunkSize) { body(out, $0) }
  }
}

private typealias BinaryKernel =
  @convention(c) (UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
private typealias UnaryKernel = @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void

private func combined(_ a: Tensor, _ b: Tensor, _ kernel: BinaryKernel) -> Tensor {
  reading(a, b) { pa, pb in
    elementwise(a.shape) { out, range in
      kernel(pa + range.lowerBound, pb + range.lowerBound, out + range.lowerBound, range.count)
    }
  }
}

private func mapped(_ x: Tensor, _ kernel: UnaryKernel) -> Tensor {
  reading(x) { px in
    elementwise(x.shape) { out, range in
      kernel(px + range.lowerBound, out + range.lowerBound, range.count)
    }
  }
}

/// The operands stretched to one shape by the rules of numpy's broadcasting.
private func aligned(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
  guard a.shape != b.shape else { return (a, b) }
  let shape = broadcastShape(a.shape, b.shape)
  return (a.broadcast(to: shape), b.broadcast(to: shape))
}

extension Tensor {
  /// Element-wise sum; shapes broadcast as in numpy.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    let (a, b) = aligned(a, b)
    let sum = combined(a, b, ck_add).derived(from: [a, b]) { dy in [dy, dy] }
    guard let first = a.recomputed, let second = b.recomputed else { return sum }
    return sum.recomputable { first() + second() }
  }

  /// Element-wise difference; shapes broadcast as in numpy.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    let (a, b) = aligned(a, b)
    return combined(a, b, ck_subtract).derived(from: [a, b]) { dy in [dy, b.isTraced ? -dy : nil] }
  }

  /// Element-wise product; shapes broadcast as in numpy.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    let (a, b) = aligned(a, b)
    return combined(a, b, ck_multiply).derived(from: [a, b]) { dy in
      [a.isTraced ? dy * b.detached : nil, b.isTraced ? dy * a.detached : nil]
    }
  }

  /// Element-wise quotient; shapes broadcast as in numpy.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let (a, b) = aligned(a, b)
    return combined(a, b, ck_divide).derived(from: [a, b]) { dy in
      let divisor = b.detached
      return [
        a.isTraced ? dy / divisor : nil,
        b.isTraced ? -(dy * a.detached / (divisor * divisor)) : nil,
      ]
    }
  }

  public static func * (x: Tensor, factor: Float) -> Tensor {
    x.affine(scale: factor, offset: 0)
  }

  public static func + (x: Tensor, offset: Float) -> Tensor {
    x.affine(scale: 1, offset: offset)
  }

  public static func - (x: Tensor, offset: Float) -> Tensor {
    x.affine(scale: 1, offset: -offset)
  }

  public static prefix func - (x: Tensor) -> Tensor {
    x.affine(scale: -1, offset: 0)
  }

  /// scale · x + offset.
  public func affine(scale: Float, offset: Float) -> Tensor {
    let y = reading(self) { px in
      elementwise(shape) { out, range in
        ck_affine(px + range.lowerBound, scale, offset, out + range.lowerBound, range.count)
      }
    }
    .derived(from: [self]) { dy in [dy * scale] }
    guard let recomputed else { return y }
    return y.recomputable { recomputed().affine(scale: scale, offset: offset) }
  }

  /// eˣ; relative error below 3e-7, saturating beyond ±88.
  public var exponential: Tensor {
    let y = mapped(self, ck_exp)
    return y.derived(from: [self]) { dy in [dy * y] }
  }

  /// Natural logarithm; relative error below 2e-7.
  public var logarithm: Tensor {
    let x = detached
    return mapped(self, ck_log).derived(from: [self]) { dy in [dy / x] }
  }

  /// Square root; the derivative at 0 is infinite.
  public var squareRoot: Tensor {
    let y = mapped(self, ck_square_root)
    return y.derived(from: [self]) { dy in [dy * 0.5 / y] }
  }

  /// x².
  public var squared: Tensor {
    let x = detached
    return combined(self, self, ck_multiply).derived(from: [self]) { dy in [dy * x * 2] }
  }

  /// Elements limited to `range`; the gradient passes inside it and stops outside.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    let (low, high) = (range.lowerBound, range.upperBound)
    let x = detached
    return reading(x) { px in
      elementwise(shape) { out, piece in
        ck_clamp(px + piece.lowerBound, low, high, out + piece.lowerBound, piece.count)
      }
    }
    .derived(from: [self]) { dy in
      let dx = reading(x, dy) { px, pdy in
        elementwise(x.shape) { out, piece in
          let start = piece.lowerBound
          ck_clamp_backward(px + start, pdy + start, low, high, out + start, piece.count)
        }
      }
      return [dx]
    }
  }

  /// Becomes the weighted sum of itself and none, one or three others of the same shape, neighbours first, in place.
  package mutating func addNeighbours(_ others: [Tensor], weights: [Float]) {
    precondition(
      [1, 2, 4].contains(weights.count) && others.count == weights.count - 1,
      "\(1 + others.count) tensors cannot be added with \(weights.count) weights")
    for other in others where other.shape != shape {
      preconditionFailure("cannot add a tensor of shape \(other.shape) to one of shape \(shape)")
    }
    let count = count
    withExtendedLifetime(others) {
      let from = others.map { UnsafePointer($0.storage.address) }
      mutate { out in
        Parallel.forEachRange(of: count, size: chunkSize) { range in
          let (start, length) = (range.lowerBound, range.count)
          let (y, w) = (out + start, weights)
          switch from.count {
          case 0: ck_scale(y, w[0], length)
          case 1: ck_weighted_pair(y, w[0], from[0] + start, w[1], length)
          default:
            ck_weighted_four(
              y, w[0], from[0] + start, w[1], from[1] + start, w[2], from[2] + start, w[3], length)
          }
        }
      }
    }
  }

  /// Adds `other`, which must have the same shape, in place.
  package mutating func accumulate(_ other: Tensor, scale: Float = 1) {
    precondition(shape == other.shape, "cannot add a tensor of shape \(other.shape) to one of shape \(shape)")
    let count = count
    mutate { out in
      reading(other) { from in
        Parallel.forEachRange(of: count, size: chunkSize) { range in
          ck_accumulate(from + range.lowerBound, scale, out + range.lowerBound, range.count)
        }
      }
    }
  }
}
