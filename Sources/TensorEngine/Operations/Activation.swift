import CKernels

/// A non-linearity, applied alone or inside a normalisation's pass over its output.
public enum Activation: Int32, Sendable, CaseIterable {
  case identity = 0
  /// x·σ(x).
  case silu = 1
  /// x·Φ(x) with the exact normal distribution function (erf's absolute error below 6e-7).
  case gelu = 2
  /// max(x, 0); its derivative at 0 is taken as 0.
  case relu = 3
}

extension Tensor {
  /// The activation of every element.
  public func activated(_ activation: Activation) -> Tensor {
    let kind = activation.rawValue
    let x = detached
    return reading(x) { px in
      elementwise(shape) { out, range in
        ck_activate(kind, px + range.lowerBound, out + range.lowerBound, range.count)
      }
    }
    .derived(from: [self]) { dy in
      let dx = reading(x, dy) { px, pdy in
        elementwise(x.shape) { out, range in
          let start = range.lowerBound
          ck_activate_backward(kind, px + start, pdy + start, out + start, range.count)
        }
      }
      return [dx]
    }
  }
}
