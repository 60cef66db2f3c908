import Clustering
import Images
import NeuralNetworks
import TensorEngine

/// Losses averaged over the images of some steps; `loss` = `reconstructionLoss` + weight·`priorLoss`.
public struct Losses: Sendable, Equatable {
  public var loss = 0.0
  public var reconstructionLoss = 0.0
  public var priorLoss = 0.0

  fileprivate mutating func add(_ other: Losses, share: Double) {
    loss += (other.loss - loss) * share
    reconstructionLoss += (other.reconstructionLoss - reconstructionLoss) * share
    priorLoss += (other.priorLoss - priorLoss) * share
  }
}

/// Where an epoch stands after a step.
public struct StepReport: Sendable {
  /// Steps done, from 1.
  public let step: Int
  public let stepCount: Int
  /// Images seen in this epoch.
  public let images: Int
  /// Averages over this epoch so far.
  public let losses: Losses
}

/// An epoch that ended, or was stopped.
public struct EpochReport: Sendable {
  public let losses: Losses
  public let images: Int
  public let stepsDone: Int
  public let stepCount: Int

  public var isComplete: Bool { stepsDone == stepCount }
}

extension ClusteringModel {
  /// An epoch of pretraining: noise reconstruction, plus `pretrainingWeight` times the divergence from N(0, I).
  ///
  /// `afterStep` is called after every step and says whether to go on; a stopped epoch keeps what it learnt. Throws
  /// `ModelError.diverged` if a loss is not a number.
  public mutating func pretrainEpoch(
    on images: ImageSet, afterStep: (StepReport) -> Bool
  ) throws -> EpochReport {
    let epoch = pretrainingEpochsBegun
    pretrainingEpochsBegun += 1
    return try runEpoch(
      on: images, source: source.derived("pretraining").derived(epoch), phase: ("epoch", epoch + 1),
      priorWeight: configuration.pretrainingWeight, usesUnmovedMean: false,
      prior: { encoded, _, _ in standardPriorLoss(encoded) }, afterStep: afterStep)
  }

  /// The M-step: an epoch of Adam on Eq. 24 over encoder and U-Net, the mixture held.
  ///
  /// The optimiser starts afresh at the first M-step. Arguments and errors as in `pretrainEpoch`; throws
  /// `ModelError.noMixture` if there has been no E-step.
  public mutating func maximisationStep(
    on images: ImageSet, afterStep: (StepReport) -> Bool
  ) throws -> EpochReport {
    guard let mixture else { throw ModelError.noMixture(action: "the M-step") }
    let constants = MixtureConstants(mixture)
    if configuration.responsibilities == .fixed && heldResponsibilities?.rows != images.count {
      heldResponsibilities = mixture.responsibilities(of: try mixturePoints(of: images).points)
    }
    if roundsBegun == 0 { optimiser = Self.optimiser(configuration) }
    let round = roundsBegun
    roundsBegun += 1
    let held = heldResponsibilities
    let responsibilities = configuration.responsibilities
    return try runEpoch(
      on: images, source: source.derived("maximisation").derived(round), phase: ("round", round + 1),
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

  /// log w of some images; w = 0 stands as 1e-37, whose product with its logarithm is as good as 0.
  package static func logRows(of responsibilities: Matrix, _ indices: [Int]) -> Tensor {
    let rows = indices.flatMap { responsibilities.row($0) }.map { Float($0) }
    return Tensor(rows, shape: [indices.count, responsibilities.columns]).clamped(to: 1e-37...1).logarithm
  }

  private mutating func runEpoch(
    on images: ImageSet, source: RandomSource, phase: (name: String, number: Int), priorWeight: Double,
    usesUnmovedMean: Bool, prior: PriorLoss, afterStep: (StepReport) -> Bool
  ) throws -> EpochReport {
    let batches = BatchPlan(
      imageCount: images.count, batchSize: configuration.batchSize, epoch: 0, from: source.derived("order"))
    var averages = Losses()
    var seen = 0
    for (step, indices) in batches.enumerated() {
      let batch = TrainingBatch(self, images, Array(indices), source: source.derived("step").derived(step))
      let losses = trainingStep(
        on: batch, priorWeight: priorWeight, usesUnmovedMean: usesUnmovedMean, prior: prior)
      guard losses.loss.isFinite else {
        throw ModelError.diverged(phase: phase.name, position: phase.number, step: step + 1)
      }
      seen += indices.count
      averages.add(losses, share: Double(indices.count) / Double(seen))
      let report = StepReport(step: step + 1, stepCount: batches.count, images: seen, losses: averages)
      if !afterStep(report) {
        return EpochReport(losses: averages, images: seen, stepsDone: step + 1, stepCount: batches.count)
      }
    }
    return EpochReport(losses: averages, images: seen, stepsDone: batches.count, stepCount: batches.count)
  }

  /// One step of Adam on `batch`. A gradient that is not finite changes no parameter and gives a loss of NaN.
  private mutating func trainingStep(
    on batch: TrainingBatch, priorWeight: Double, usesUnmovedMean: Bool, prior: PriorLoss
  ) -> Losses {
    func step<Network: ConditionalNetwork>(_ network: inout Network) -> Losses {
      var batch = batch
      if usesUnmovedMean {
        // A copy: this pass must not count twice in the running statistics.
        var frozen = network
        batch.unmovedMean = frozen.encode(batch.images, .training).mean
      }
      var losses = Losses()
      let (loss, gradients) = network.valueAndGradient { network in
        let terms = network.lossTerms(on: batch, prior: prior)
        losses.reconstructionLoss = Double(terms.reconstruction.scalar)
        losses.priorLoss = Double(terms.prior.scalar)
        return terms.reconstruction + terms.prior * Float(priorWeight)
      }
      losses.loss = Double(loss.scalar)
      let norm = network.mutateParameters { optimiser.update(&$0, gradients: gradients) }
      if !norm.isFinite { losses.loss = .nan }
      return losses
    }
    return step(&network)
  }
}
