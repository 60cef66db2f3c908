import Diffusion
import Images
import NeuralNetworks
import TensorEngine

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

  /// The images at `indices` with every draw from `source`.
  package init(_ model: ClusteringModel, _ images: ImageSet, _ indices: [Int], source: RandomSource) {
    let configuration = model.configuration
    let unmoved = model.tensor(of: images, at: indices)
    let moved = configuration.motion.map { motion in
      let range = configuration.pixelRange
      return Tensor(
        motion.floats(of: images, at: indices, from: source.derived("motion"), in: range), shape: unmoved.shape)
    }
    let mask = source.derived("dropout").uniforms(count: indices.count)
      .map { Double($0) < configuration.latentDropout ? Float(0) : 1 }
    self.init(
      indices: indices, images: unmoved, encoderInput: moved ?? unmoved,
      times: configuration.schedule.trainingTimes(count: indices.count, from: source.derived("times")),
      epsilon: .normals(unmoved.shape, from: source.derived("noise")),
      latentNoise: .normals([indices.count, configuration.latentSize], from: source.derived("latent")),
      latentMask: Tensor(mask, shape: [indices.count, 1]), process: configuration.process)
  }
}

/// The prior's part of the loss from the encoder's output, a draw of z and the batch.
package typealias PriorLoss = (EncodedImages, Tensor, TrainingBatch) -> Tensor

extension ConditionalNetwork {
  /// The two terms of Eq. 24 for a batch, averaged over its images; the prior's without its weight.
  package mutating func lossTerms(
    on batch: TrainingBatch, prior: PriorLoss
  ) -> (reconstruction: Tensor, prior: Tensor) {
    let encoded = encode(batch.encoderInput, .training)
    let z = encoded.sampled(with: batch.latentNoise)
    let prediction = predict(batch.noisy, times: batch.times, latents: z * batch.latentMask, .training)
    return (reconstructionLoss(prediction, target: batch.target), prior(encoded, z, batch))
  }
}
