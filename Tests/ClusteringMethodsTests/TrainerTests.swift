import ClusteringMethods
import NeuralNetworks
import Synchronization
import TensorEngine
import TestSupport
import Testing

/// A line through points, and how many images it has seen in a batch, as a statistic.
private struct Line: Layer {
  var slope = Linear(3, 2, source: RandomSource(seed: 1))
  var seen = Tensor.zeros([1])

  static let parts: [Part<Self>] = [.layer("slope", \.slope), .statistic("seen", \.seen)]
}

/// Peers that note what one of them did, and answer with what all did once that is known.
private final class Exchange: Sendable {
  let shards = Mutex<[Int: [Float]]>([:])
}

private struct NotingPeers: Peers {
  let exchange: Exchange
  let count: Int
  let rank: Int
  /// Whether the others have been heard.
  let isComplete: Bool

  func gathered(_ own: [[Float]], shardCount: Int) -> [[Float]] {
    exchange.shards.withLock { shards in
      for (place, shard) in own.enumerated() { shards[rank + place * count] = shard }
      return (0..<shardCount).map { isComplete ? shards[$0]! : own[0] }
    }
  }
}

@Suite("Trainer") struct TrainerTests {
  private static let inputs = Tensor(formulaValues(30, "inputs").map { Float($0) }, shape: [10, 3])
  private static let outputs = Tensor(formulaValues(20, "outputs").map { Float($0) }, shape: [10, 2])

  private func step(
    _ trainer: Trainer, _ network: inout Line, _ optimiser: inout Adam, _ indices: [Int]
  ) -> [Double] {
    trainer.update(&network, &optimiser, indices: indices) { _, indices in
      indices
    } loss: { network, indices in
      func rows(_ tensor: Tensor) -> Tensor {
        Tensor(indices.flatMap { tensor.rows($0..<$0 + 1).scalars }, shape: [indices.count, tensor.shape[1]])
      }
      network.seen = Tensor(repeating: Float(indices.count), shape: [1])
      let error = (network.slope(rows(Self.inputs)) - rows(Self.outputs)).squared.sum * (1 / Float(indices.count))
      return (error, [2 * Double(error.scalar)])
    }
  }

  private func start() -> (Line, Adam) { (Line(), Adam(learningRate: 0.1, clippingNorm: 1)) }

  @Test func shardsComeToTheWhole() {
    var (whole, optimiser) = start()
    let metrics = (0..<5).map { _ in step(Trainer(), &whole, &optimiser, Array(0..<10)) }
    for count in [2, 3, 10, 16] {
      var (parts, optimiser) = start()
      for expected in metrics {
        let found = step(Trainer(shardCount: count), &parts, &optimiser, Array(0..<10))
        #expect(abs(found[0] / expected[0] - 1) < 1e-5 && abs(found[1] / expected[1] - 1) < 1e-5)
      }
      for (a, b) in zip(parts.parameters, whole.parameters) {
        #expect(zip(a.scalars, b.scalars).allSatisfy { abs($0 - $1) < 1e-5 })
      }
      // The mean over images of the size of their shard.
      let sizes = Trainer.shards(of: Array(0..<10), count: count).map(\.count)
      let mean = sizes.reduce(0) { $0 + Float($1 * $1) } / 10
      #expect(abs(parts.seen.scalars[0] - mean) < 1e-5)
    }
  }

  @Test(arguments: [1, 2, 3, 4]) func peersComeToTheSameBytes(peerCount: Int) {
    var (alone, optimiser) = start()
    var expected: [[Double]] = []
    for batch in [Array(0..<10), [3, 1, 2], [7]] {
      expected.append(step(Trainer(shardCount: 4), &alone, &optimiser, batch))
    }
    var peers = (0..<peerCount).map { _ in start() }
    for (number, batch) in [Array(0..<10), [3, 1, 2], [7]].enumerated() {
      // Of a batch of one image only the first peer has a shard.
      let exchange = Exchange()
      let active = min(peerCount, batch.count)
      for isComplete in [false, true] {
        for rank in 0..<active {
          var (network, optimiser) = peers[rank]
          let peer = NotingPeers(exchange: exchange, count: peerCount, rank: rank, isComplete: isComplete)
          let found = step(Trainer(peers: peer, shardCount: 4), &network, &optimiser, batch)
          guard isComplete else { continue }
          #expect(found == expected[number])
          peers[rank] = (network, optimiser)
        }
      }
      for rank in active..<peerCount {
        let peer = NotingPeers(exchange: exchange, count: peerCount, rank: rank, isComplete: true)
        var (network, optimiser) = peers[rank]
        #expect(step(Trainer(peers: peer, shardCount: 4), &network, &optimiser, batch) == expected[number])
        peers[rank] = (network, optimiser)
      }
    }
    for (network, _) in peers {
      #expect(zip(network.state, alone.state).allSatisfy { $0.tensor.scalars == $1.tensor.scalars })
    }
  }

  @Test func epochsCutTheirImagesAndAverage() throws {
    var batches: [[Int]] = []
    var reports: [StepReport] = []
    let report = try Trainer().epoch(
      imageCount: 10, batchSize: 4, at: ("round", 1), source: RandomSource(seed: 2),
      step: { indices, _ in
        batches.append(indices)
        return [Double(indices.count), 1]
      },
      afterStep: { report in
        reports.append(report)
        return true
      })
    #expect(batches.map(\.count) == [4, 4, 2] && batches.joined().sorted() == Array(0..<10))
    #expect(reports.map(\.images) == [4, 8, 10] && reports.map(\.fraction) == [1.0 / 3, 2.0 / 3, 1])
    #expect(abs(report.metrics[0] - 3.6) < 1e-12 && report.metrics[1] == 1 && report.isComplete)
  }

  @Test func epochsEndWhereTheyAreTold() throws {
    func run(_ step: @escaping (Int) -> Double, stop: Int) throws -> EpochReport {
      var number = 0
      return try Trainer().epoch(
        imageCount: 10, batchSize: 4, at: ("epoch", 3), source: RandomSource(seed: 2),
        step: { _, _ in
          number += 1
          return [step(number)]
        }, afterStep: { $0.step < stop })
    }
    let stopped = try run({ _ in 1 }, stop: 2)
    #expect(stopped.stepsDone == 2 && stopped.images == 8 && !stopped.isComplete)
    #expect(try run({ _ in 1 }, stop: 3).isComplete)
    #expect(throws: MethodError.diverged(phase: "epoch", position: 3, step: 2)) {
      try run({ $0 == 2 ? .nan : 1 }, stop: 9)
    }
  }

  @Test func unsoundGradientsMoveNothing() {
    var (network, optimiser) = start()
    let before = network.parameters.map(\.scalars)
    let metrics = Trainer().update(&network, &optimiser, indices: [0]) { _, _ in
      ()
    } loss: { network, _ in
      (network.slope.weight.sum * .infinity, [1])
    }
    #expect(metrics[0].isNaN && metrics[1] == 1 && network.parameters.map(\.scalars) == before)
  }
}
