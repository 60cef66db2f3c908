import Interruptions
import NeuralNetworks
import TensorEngine

/// Trains a network: draws batches in the order of a plan, sums gradients over shards in a fixed order, and updates.
///
/// A batch is cut into `shardCount` pieces by its length alone, and pieces are combined by a fixed tree (`ShardTree`): how
/// many peers share them changes no byte. Statistics that a network follows in training, such as batch norm's, are those of a
/// shard, averaged over the shards.
public struct Trainer: Sendable {
  public let peers: any Peers
  public let shardCount: Int

  /// - Parameter shardCount: pieces of a batch; it takes part in the result, in its last bits. Of more peers than pieces
  ///   some have nothing to do.
  public init(peers: any Peers = OnePeer(), shardCount: Int = 1) {
    precondition(shardCount > 0, "a batch of \(shardCount) shards")
    (self.peers, self.shardCount) = (peers, shardCount)
  }

  /// Where an epoch stands in a training: "round" 3, from 1, for errors.
  public typealias Position = (phase: String, number: Int)

  /// Runs through the batches of an epoch.
  ///
  /// - Parameters:
  ///   - source: decides the order of the images and, derived for the step, what is drawn in it.
  ///   - step: trains on the images at some indices and gives its metrics, the first of which must be finite.
  ///   - afterStep: whether to go on.
  /// - Throws: `MethodError.diverged`, and what `step` throws.
  public func epoch(
    imageCount: Int, batchSize: Int, at position: Position, source: RandomSource,
    step: ([Int], RandomSource) throws -> [Double], afterStep: (StepReport) -> Bool
  ) throws -> EpochReport {
    let batches = BatchPlan(imageCount: imageCount, batchSize: batchSize, epoch: 0, from: source.derived("order"))
    var averages: [Double] = []
    var seen = 0
    for (number, indices) in batches.enumerated() {
      // A step that was begun is finished.
      let metrics = try Interruption.disregarding { try step(Array(indices), source.derived("step").derived(number)) }
      guard metrics[0].isFinite else {
        throw MethodError.diverged(phase: position.phase, position: position.number, step: number + 1)
      }
      seen += indices.count
      let share = Double(indices.count) / Double(seen)
      if averages.isEmpty { averages = [Double](repeating: 0, count: metrics.count) }
      for (place, value) in metrics.enumerated() { averages[place] += (value - averages[place]) * share }
      let report = StepReport(
        step: number + 1, images: seen, metrics: averages, fraction: Double(number + 1) / Double(batches.count))
      if !afterStep(report) {
        return EpochReport(
          metrics: averages, images: seen, stepsDone: number + 1, isComplete: number + 1 == batches.count)
      }
    }
    return EpochReport(metrics: averages, images: seen, stepsDone: batches.count, isComplete: true)
  }

  /// A loss to go down, averaged over some images, and what else is told of it.
  public typealias Loss = (value: Tensor, metrics: [Double])

  /// One step of `optimiser` down the mean loss of the images at `indices`.
  ///
  /// - Parameters:
  ///   - batch: what the loss of some of them needs, worked out without a gradient.
  ///   - loss: their loss; what it does to the network's statistics is kept.
  /// - Returns: the loss, then its other metrics, averaged over the images. A gradient that is not finite changes no
  ///   parameter and gives a loss of NaN.
  /// - Throws: what the peers throw; nothing has changed then.
  public func update<Network: Layer, Batch>(
    _ network: inout Network, _ optimiser: inout Adam, indices: [Int], batch: (Network, [Int]) -> Batch,
    loss: (inout Network, Batch) -> Loss
  ) throws -> [Double] {
    // Of one shard peers have nothing to share: each does it whole.
    let (gradients, metrics) =
      shardCount == 1
      ? Self.gradients(of: &network, batch(network, indices), loss)
      : try combinedGradients(of: &network, indices, batch, loss)
    let norm = network.mutateParameters { optimiser.update(&$0, gradients: gradients) }
    return norm.isFinite ? metrics : [.nan] + metrics.dropFirst()
  }

  private static func gradients<Network: Layer, Batch>(
    of network: inout Network, _ batch: Batch, _ loss: (inout Network, Batch) -> Loss
  ) -> (gradients: [Tensor], metrics: [Double]) {
    var metrics: [Double] = []
    let (value, gradients) = network.valueAndGradient { network in
      let result = loss(&network, batch)
      metrics = result.metrics
      return result.value
    }
    return (gradients, [Double(value.scalar)] + metrics)
  }

  /// The same over shards: each a network of its own from the same start, all combined by weight in one tree.
  private func combinedGradients<Network: Layer, Batch>(
    of network: inout Network, _ indices: [Int], _ batch: (Network, [Int]) -> Batch,
    _ loss: (inout Network, Batch) -> Loss
  ) throws -> (gradients: [Tensor], metrics: [Double]) {
    let shards = Self.shards(of: indices, count: shardCount)
    let start = network
    let sums = try ParameterForms.keeping(of: start.parameters) {
      try ShardTree(shardCount: shards.count).sum(over: peers) { number in
        var copy = start
        let (gradients, metrics) = Shard.computing { Self.gradients(of: &copy, batch(start, shards[number]), loss) }
        let share = Float(shards[number].count) / Float(indices.count)
        return (gradients + copy.statistics + [Tensor(metrics.map { Float($0) })], share)
      }
    }
    let gradients = sums.prefix(network.parameters.count)
    network.statistics = Array(sums[gradients.count..<sums.count - 1])
    return (Array(gradients), sums[sums.count - 1].scalars.map { Double($0) })
  }

  /// `indices` in `count` pieces of nearly equal length, those without any left out.
  package static func shards(of indices: [Int], count: Int) -> [[Int]] {
    (0..<count).map { number in
      Array(indices[number * indices.count / count..<(number + 1) * indices.count / count])
    }.filter { !$0.isEmpty }
  }
}

extension Layer {
  /// What the layer follows besides its parameters, in the order of the state.
  fileprivate var statistics: [Tensor] {
    get { tensors(of: .statistic) }
    set {
      var next = 0
      visitTensors { kind, tensor in
        guard kind == .statistic else { return }
        tensor = newValue[next]
        next += 1
      }
    }
  }
}
