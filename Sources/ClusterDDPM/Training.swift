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
    let objective = Objective(priorWeight: configuration.pretrainingWeight) { encoded, _, _ in
      standardPriorLoss(encoded)
    }
    return try runEpoch(
      objective, on: images, source: source.derived("pretraining").derived(epoch), at: ("epoch", epoch + 1),
      afterStep: afterStep)
  }

  public mutating func beginTraining(on images: ImageSet, watch: Watch) throws {
    guard mixture == nil else { return }
    // Nobody sees these clusters unless the first round is stopped: the quick way of finding some will do.
    _ = try expectationStep(
      on: images, grouping: configuration.grouping == .graph ? .consensus : configuration.grouping, watch: watch)
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
    var objective = priorObjective(constants)
    if configuration.gamma > 0 {
      objective.attraction = Attraction(
        weight: configuration.gamma,
        targets: try clusters(of: images, for: "train")
          .targets(atLeast: configuration.confidence, surest: configuration.surest),
        clusterOfComponent: clusterOfComponent)
    }
    return try runEpoch(
      objective, on: images, source: source.derived("maximisation").derived(round), at: ("round", round + 1),
      logProbabilities: constants.logResponsibilities, afterStep: afterStep)
  }

  /// Eq. 24 with the mixture held.
  func priorObjective(_ mixture: MixtureConstants) -> Objective {
    let held = heldResponsibilities
    let responsibilities = configuration.responsibilities
    return Objective(
      priorWeight: configuration.lambda,
      prior: { encoded, z, batch in
        let logResponsibilities =
          switch responsibilities {
          case .live: mixture.logResponsibilities(of: z)
          case .fixed: Self.logRows(of: held!, batch.indices)
          case .unmoved: mixture.logResponsibilities(of: batch.unmovedMean!)
          }
        return mixturePriorLoss(encoded, logResponsibilities: logResponsibilities, mixture: mixture)
      }, usesUnmovedMean: responsibilities == .unmoved)
  }

  /// The E-step.
  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    let assignments = try expectationStep(on: images, watch: watch).assignments
    try requireSpread(assignments)
    return assignments
  }

  public mutating func forgetImages() { (heldResponsibilities, earlierPartitions) = (nil, []) }

  /// log w of some images; w = 0 stands as 1e-37, whose product with its logarithm is as good as 0.
  package static func logRows(of responsibilities: Matrix, _ indices: [Int]) -> Tensor {
    let rows = indices.flatMap { responsibilities.row($0) }.map { Float($0) }
    return Tensor(rows, shape: [indices.count, responsibilities.columns]).clamped(to: 1e-37...1).logarithm
  }
}
