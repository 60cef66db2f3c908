import ClusteringMethods
import Images
import NeuralNetworks
import TensorEngine

/// The prior's part of the loss from the encoder's output, a draw of z and the batch.
package typealias PriorLoss = (EncodedImages, Tensor, TrainingBatch) -> Tensor

/// What training goes down: reconstruction + `priorWeight`·prior (Eq. 24) and, where images are drawn to their clusters,
/// the weighted `attraction`.
struct Objective {
  let priorWeight: Double
  let prior: PriorLoss
  /// Whether the prior needs μ of the unmoved images.
  var usesUnmovedMean = false
  var attraction: Attraction?

  /// What the loss of the images at `indices` needs.
  func batch<Network: ConditionalNetwork>(
    _ configuration: ModelConfiguration, _ network: Network, _ images: ImageSet, _ indices: [Int],
    _ source: RandomSource
  ) -> TrainingBatch {
    var batch = TrainingBatch(configuration, images, indices, source: source)
    if usesUnmovedMean {
      // A copy: this pass must not count twice in the running statistics.
      var frozen = network
      batch.unmovedMean = frozen.encode(batch.images, .training).mean
    }
    return batch
  }

  /// The loss of a batch, averaged over its images, with its two terms of Eq. 24.
  ///
  /// - Parameter logProbabilities: log p(component | μ) by which images are drawn to their clusters.
  func loss<Network: ConditionalNetwork>(
    of network: inout Network, on batch: TrainingBatch, logProbabilities: (Tensor) -> Tensor
  ) -> Trainer.Loss {
    var drawn: Tensor?
    let terms = network.lossTerms(on: batch) { encoded, z, batch in
      drawn = attraction.map { $0.loss(logProbabilities(encoded.mean), batch.indices) }
      return prior(encoded, z, batch)
    }
    var loss = terms.reconstruction + terms.prior * Float(priorWeight)
    if let drawn { loss = loss + drawn }
    return (loss, [Double(terms.reconstruction.scalar), Double(terms.prior.scalar)])
  }
}

extension ConditionalNetwork {
  /// The two terms of Eq. 24 for a batch, averaged over its images; the prior's without its weight.
  package mutating func lossTerms(
    on batch: TrainingBatch, prior: PriorLoss
  ) -> (reconstruction: Tensor, prior: Tensor) {
    let encoded = encode(batch.encoderInput, .training)
    let z = encoded.sampled(with: batch.latentNoise)
    let prediction = predict(batch.noisy, times: batch.times, latents: z * batch.latentMask, .training)
    return (reconstructionLoss(prediction, target: batch.target, weights: batch.lossWeights), prior(encoded, z, batch))
  }
}

/// γ times the cross-entropy that draws moved images to given clusters: −γ Σ_c w_c log p(c|μ), w being one for an image's
/// cluster, p(c|μ) a sum over the cluster's components. It is no part of the paper's objective.
package struct Attraction {
  /// γ
  let weight: Double
  /// The cluster of each training image; nil for those that are left alone.
  let targets: [Int?]
  /// The cluster of each component.
  let clusterOfComponent: [Int]

  package init(weight: Double, targets: [Int?], clusterOfComponent: [Int]) {
    (self.weight, self.targets, self.clusterOfComponent) = (weight, targets, clusterOfComponent)
  }

  /// The mean over a batch, in which images without a target count nothing; `logProbabilities` of the components is
  /// `[batch, components]`.
  package func loss(_ logProbabilities: Tensor, _ indices: [Int]) -> Tensor {
    let (rows, count) = (indices.count, clusterOfComponent.count)
    let values = logProbabilities.scalars
    var wanted = [Float](repeating: 0, count: rows * count)
    // Of each row the largest of the wanted ones, so that however far off an image is, its logarithm has a gradient.
    var largest = [Float](repeating: 0, count: rows)
    var unwanted = [Float](repeating: 1, count: rows)
    for (row, index) in indices.enumerated() {
      guard let target = targets[index] else { continue }
      let places = (0..<count).filter { clusterOfComponent[$0] == target }.map { row * count + $0 }
      for place in places { wanted[place] = 1 }
      largest[row] = places.map { values[$0] }.max() ?? 0
      unwanted[row] = places.isEmpty ? 1 : 0
    }
    let shifted = logProbabilities - Tensor(largest, shape: [rows, 1])
    // What is clamped is not wanted, or too small to count beside the largest.
    let sums = (shifted.clamped(to: -80...80).exponential * Tensor(wanted, shape: [rows, count])).sum(axes: [1])
    let logarithms = (sums + Tensor(unwanted, shape: [rows, 1])).logarithm + Tensor(largest, shape: [rows, 1])
    return logarithms.sum * Float(-weight / Double(rows))
  }
}

extension ClusterDDPMModel {
  /// An epoch of the model's optimiser down an objective.
  mutating func runEpoch(
    _ objective: Objective, on images: ImageSet, source: RandomSource, at position: Trainer.Position,
    logProbabilities: (Tensor) -> Tensor = { $0 }, afterStep: (StepReport) -> Bool
  ) throws -> EpochReport {
    let (trainer, configuration) = (trainer, configuration)
    func step<Network: ConditionalNetwork>(
      _ network: inout Network, _ indices: [Int], _ source: RandomSource
    ) throws -> [Double] {
      try trainer.update(&network, &optimiser, indices: indices) { network, indices in
        objective.batch(configuration, network, images, indices, source)
      } loss: {
        objective.loss(of: &$0, on: $1, logProbabilities: logProbabilities)
      }
    }
    return try trainer.epoch(
      imageCount: images.count, batchSize: configuration.batchSize, at: position, source: source,
      step: {
        let metrics = try step(&network, $0, $1)
        weightAverage?.follow(network, decay: configuration.averaging)
        return metrics
      }, afterStep: afterStep)
  }
}
