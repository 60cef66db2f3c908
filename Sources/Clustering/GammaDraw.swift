import ElementaryFunctions
import TensorEngine

/// Draws of a gamma distribution by rejection (Marsaglia and Tsang 2000).
package enum GammaDraw {
  /// A standard normal e such that d(1 + e/√(9d))³, d = shape − 1/3, is a draw of Gamma(shape, 1); of shapes of at least 1.
  package static func proposal(shape: Double, from source: RandomSource) -> Double {
    let d = shape - 1.0 / 3
    let tries = 4
    for round in 0... {
      let source = source.derived(round)
      let normals = source.normals(count: tries)
      var stream = source.derived("acceptance").makeStream()
      for normal in normals {
        let e = Double(normal)
        let stem = 1 + e / (9 * d).squareRoot()
        let uniform = stream.uniform()
        guard stem > 0 else { continue }
        let cube = stem * stem * stem
        if log(max(uniform, 1e-300)) < 0.5 * e * e + d - d * cube + d * log(cube) { return e }
      }
    }
    preconditionFailure("unreachable")
  }

  /// A draw of Gamma(shape, 1), of any shape above 0: one below 1 is a share of a draw of the shape one larger.
  package static func value(shape: Double, from source: RandomSource) -> Double {
    guard shape >= 1 else {
      let uniform = source.derived("power").uniforms(count: 1)[0]
      return value(shape: shape + 1, from: source) * exp(log(max(Double(uniform), 1e-300)) / shape)
    }
    let d = shape - 1.0 / 3
    let stem = 1 + proposal(shape: shape, from: source) / (9 * d).squareRoot()
    return d * stem * stem * stem
  }
}
