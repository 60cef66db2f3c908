import ClusteringMethods
import Diffusion
import Images
import NeuralNetworks
import TensorEngine

extension ModelConfiguration {
  /// What the squared error of an image at each of some times counts, `[times.count, 1, 1, 1]`; nil where all count 1.
  package func lossWeights(at times: [Double]) -> Tensor? {
    guard lossWeighting != .uniform else { return nil }
    let weights = times.map { Float(process.lossWeight(lossWeighting, limit: snrLimit, at: $0)) }
    return Tensor(weights, shape: [times.count, 1, 1, 1])
  }
}

/// All that a training step needs besides the network: images, times and noise.
package struct TrainingBatch: Sendable {
  /// The images' positions in the training set.
  let indices: [Int]
  package let images: Tensor
  /// The images, moved at random where the configuration says so.
  package let encoderInput: Tensor
  let times: [Double]
  let noisy: Tensor
  let target: Tensor
  package let latentNoise: Tensor
  /// 0 where an image's z is dropped, else 1; `[batch, 1]`.
  let latentMask: Tensor
  /// What each image's squared error counts, `[batch, 1, 1, 1]`; nil where all count 1.
  package var lossWeights: Tensor?
  var unmovedMean: Tensor?

  /// A batch of given draws: images, encoder input and ε `[batch, h, w, c]`, latent noise `[batch, latent]`.
  package init(
    indices: [Int], images: Tensor, encoderInput: Tensor, times: [Double], epsilon: Tensor, latentNoise: Tensor,
    latentMask: Tensor, process: DiffusionProcess
  ) {
    (self.indices, self.images, self.encoderInput, self.times) = (indices, images, encoderInput, times)
    (self.latentNoise, self.latentMask) = (latentNoise, latentMask)
    noisy = process.noised(images, with: epsilon, at: times)
    target = process.trainingTarget(images, epsilon, at: times)
  }

  /// The images at `indices`, whose draws depend on `source` (derived for seed, epoch and step), their purpose and the
  /// image's index alone, not on what else is in the batch.
  package init(_ configuration: ModelConfiguration, _ images: ImageSet, _ indices: [Int], source: RandomSource) {
    let unmoved = configuration.tensor(of: images, at: indices)
    let moved = configuration.motion.map { motion in
      let range = configuration.pixelRange
      return Tensor(
        motion.floats(of: images, at: indices, from: source.derived("motion"), in: range), shape: unmoved.shape)
    }
    func sources(for purpose: String) -> [RandomSource] {
      let root = source.derived(purpose)
      return indices.map { root.derived($0) }
    }
    let mask = sources(for: "dropout").map { source -> Float in
      var stream = source.makeStream()
      return stream.uniform() < configuration.latentDropout ? 0 : 1
    }
    self.init(
      indices: indices, images: unmoved, encoderInput: moved ?? unmoved,
      times: sources(for: "time").map { configuration.schedule.trainingTime(from: $0) },
      epsilon: .normals(imageShape: Array(unmoved.shape.dropFirst()), from: sources(for: "noise")),
      latentNoise: .normals(imageShape: [configuration.latentSize], from: sources(for: "latent")),
      latentMask: Tensor(mask, shape: [indices.count, 1]), process: configuration.process)
    lossWeights = configuration.lossWeights(at: times)
  }
}
