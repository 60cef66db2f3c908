import Clustering
import ClusteringMethods
import Images
import NeuralNetworks
import TensorEngine

/// The terms of Eq. 24, averaged over the images of some steps: `loss` = `reconstructionLoss` + weight·`priorLoss`.
public struct Losses: Sendable, Equatable {
  public let loss: Double
  public let reconstructionLoss: Double
  public let priorLoss: Double

  /// - Parameter metrics: as `ClusterDDPMModel.metrics` lists them.
  fileprivate init(_ metrics: [Double]) {
    (loss, reconstructionLoss, priorLoss) = (metrics[0], metrics[1], metrics[2])
  }
}

extension StepReport {
  /// The metrics of a ClusterDDPM model by name.
  public var losses: Losses { Losses(metrics) }
}

extension EpochReport {
  /// The metrics of a ClusterDDPM model by name.
  public var losses: Losses { Losses(metrics) }
}

extension ClusterDDPMModel: PretrainedMethod {
  public static let metrics = [
    TrainingMetric("loss", "loss", decimals: 2, width: 10),
    TrainingMetric(
      "reconstructionLoss", "reconstruction", decimals: 2,
      curve: .init("reconstruction loss", name: "reconstruction")),
    // Before EM the prior is another one.
    TrainingMetric(
      "priorLoss", "prior", decimals: 2, width: 10,
      curve: .init("prior loss", name: "mixture", pretrainingName: "N(0, I)")),
  ]

  /// An epoch of pretraining: noise reconstruction, plus `pretrainingWeight` times the divergence from N(0, I).
  public mutating func pretrainEpoch(
    on images: ImageSet, afterStep: (StepReport) -> Bool
  ) throws -> EpochReport {
    let epoch = pretrainingEpochsBegun
    pretrainingEpochsBegun += 1
    return try runEpoch(
      on: images, source: source.derived("pretraining").derived(epoch), at: ("epoch", epoch + 1),
      priorWeight: configuration.pretrainingWeight, usesUnmovedMean: false,
      prior: { encoded, _, _ in standardPriorLoss(encoded) }, afterStep: afterStep)
  }

  public mutating func beginTraining(on images: ImageSet, watch: Watch) throws {
    if mixture == nil { try expectationStep(on: images, watch: watch) }
  }

  /// The M-step: an epoch of Adam on Eq. 24 over encoder and U-Net, the mixture held.
  ///
  /// The optimiser starts afresh at the first M-step. Throws `ModelError.noMixture` if there has been no E-step.
  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    guard let mixture else { throw ModelError.noMixture(action: "the M-step") }
    let constants = MixtureConstants(mixture)
    if configuration.responsibilities == .fixed && heldResponsibilities?.rows != images.count {
      heldResponsibilities = try mixture.responsibilities(of: mixturePoints(of: images).points)
    }
    if roundsBegun == 0 { optimiser = Self.optimiser(configuration) }
    let round = roundsBegun
    roundsBegun += 1
    let held = heldResponsibilities
    let responsibilities = configuration.responsibilities
    return try runEpoch(
      on: images, source: source.derived("maximisation").derived(round), at: ("round", round + 1),
      priorWeight: configuration.lambda, usesUnmovedMean: responsibilities == .unmoved,
      prior: { encoded, z, batch in
        let logResponsibilities =
          switch responsibilities {
          case .live: constants.logResponsibilities(of: z)
          case .fixed: Self.logRows(of: held!, batch.indices)
          case .unmoved: constants.logResponsibilities(of: batch.unmovedMean!)
          }
        return mixturePriorLoss(encoded, logResponsibilities: logResponsibilities, mixture: constants)
      }, afterStep: afterStep)
  }

  /// The E-step.
  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    let assignments = try expectationStep(on: images, watch: watch).assignments
    try requireSpread(assignments)
    return assignments
  }

  public mutating func forgetImages() { heldResponsibilities = nil }

  /// log w of some images; w = 0 stands as 1e-37, whose product with its logarithm is as good as 0.
  package static func logRows(of responsibilities: Matrix, _ indices: [Int]) -> Tensor {
    let rows = indices.flatMap { responsibilities.row($0) }.map { Float($0) }
    return Tensor(rows, shape: [indices.count, responsibilities.columns]).clamped(to: 1e-37...1).logarithm
  }

  private mutating func runEpoch(
    on images: ImageSet, source: RandomSource, at position: Trainer.Position, priorWeight: Double,
    usesUnmovedMean: Bool, prior: PriorLoss, afterStep: (StepReport) -> Bool
  ) throws -> EpochReport {
    let (trainer, configuration) = (trainer, configuration)
    func step<Network: ConditionalNetwork>(
      _ network: inout Network, _ indices: [Int], _ source: RandomSource
    ) -> [Double] {
      trainer.update(&network, &optimiser, indices: indices) { network, indices in
        var batch = TrainingBatch(configuration, images, indices, source: source)
        if usesUnmovedMean {
          // A copy: this pass must not count twice in the running statistics.
          var frozen = network
          batch.unmovedMean = frozen.encode(batch.images, .training).mean
        }
        return batch
      } loss: { network, batch in
        let terms = network.lossTerms(on: batch, prior: prior)
        return (
          terms.reconstruction + terms.prior * Float(priorWeight),
          [Double(terms.reconstruction.scalar), Double(terms.prior.scalar)]
        )
      }
    }
    return try trainer.epoch(
      imageCount: images.count, batchSize: configuration.batchSize, at: position, source: source,
      step: { step(&network, $0, $1) }, afterStep: afterStep)
  }
}
