import ElementaryFunctions
import TensorEngine

/// What the latents of a batch are drawn by, an image by its own source.
struct VaGANDraws {
  let sources: [RandomSource]
  let latentSize: Int
  let prior: LatentPrior

  /// n, `[batch, J]`.
  var noise: Tensor { .normals(imageShape: [latentSize], from: sources.map { $0.derived("noise") }) }

  /// e of the gamma draws with shapes `[batch, 1]`, `[batch, J]`: uniform in ±1 as published, which keeps them far too
  /// near their mean, or normal and kept as Marsaglia and Tsang say, which makes them exact.
  func proposals(_ shapes: Tensor) -> Tensor {
    let values = zip(sources, shapes.scalars).flatMap { source, shape in
      let source = source.derived("gamma")
      guard prior == .student else { return source.uniforms(count: latentSize).map { 2 * $0 - 1 } }
      return (0..<latentSize).map { Float(GammaDraw.proposal(shape: Double(shape), from: source.derived($0))) }
    }
    return Tensor(values, shape: [sources.count, latentSize])
  }
}

/// Draws of a gamma distribution by rejection (Marsaglia and Tsang 2000), for shapes of at least 1.
package enum GammaDraw {
  /// A standard normal e such that d(1 + e/√(9d))³, d = shape − 1/3, is a draw of Gamma(shape, 1).
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

  package static func value(shape: Double, from source: RandomSource) -> Double {
    let d = shape - 1.0 / 3
    let stem = 1 + proposal(shape: shape, from: source) / (9 * d).squareRoot()
    return d * stem * stem * stem
  }
}
