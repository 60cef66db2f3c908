import Clustering
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
