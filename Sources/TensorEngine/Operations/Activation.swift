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
  /// 1/(1 + e⁻ˣ).
  case sigmoid = 4
  /// The hyperbolic tangent; absolute error below 3e-7.
  case tanh = 5
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
  /// x where it is above 0, else slope·x (Maas, Hannun and Ng 2013); its derivative at 0 is taken as the slope.
  public func leakyRectified(slope: Float) -> Tensor {
    precondition(slope > 0 && slope <= 1, "a leaky ReLU has a slope in (0, 1], not \(slope)")
    let y = reading(self) { px in
      elementwise(shape) { out, range in
        ck_leaky(px + range.lowerBound, slope, out + range.lowerBound, range.count)
      }
    }
    return y.derived(from: [self]) { dy in [dy.leakySlopes(of: y, slope: slope)] }
  }

  /// This times the derivative of the leaky ReLU whose result was `y`; records no derivative.
  func leakySlopes(of y: Tensor, slope: Float) -> Tensor {
    reading(y, self) { py, pdy in
      elementwise(shape) { out, range in
        let start = range.lowerBound
        ck_leaky_backward(py + start, pdy + start, slope, out + start, range.count)
      }
    }
  }
}
