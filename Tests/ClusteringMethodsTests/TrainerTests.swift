import ClusteringMethods
import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

/// A line through points, and how many images it has seen in a batch, as a statistic.
private struct Line: Layer {
  var slope = Linear(3, 2, source: RandomSource(seed: 1))
  var seen = Tensor.zeros([1])

  static let parts: [Part<Self>] = [.layer("slope", \.slope), .statistic("seen", \.seen)]
}

@Suite("Trainer") struct TrainerTests {
  private static let inputs = Tensor(formulaValues(30, "inputs").map { Float($0) }, shape: [10, 3])
  private static let outputs = Tensor(formulaValues(20, "outputs").map { Float($0) }, shape: [10, 2])

  private func step(
    _ trainer: Trainer, _ network: inout Line, _ optimiser: inout Adam, _ indices: [Int]
  ) throws -> [Double] {
    try trainer.update(&network, &optimiser, indices: indices) { _, indices in
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

  @Test func shardsComeToTheWhole() throws {
    var (whole, optimiser) = start()
    let metrics = try (0..<5).map { _ in try step(Trainer(), &whole, &optimiser, Array(0..<10)) }
    for count in [2, 3, 10, 16] {
      var (parts, optimiser) = start()
      for expected in metrics {
        let found = try step(Trainer(shardCount: count), &parts, &optimiser, Array(0..<10))
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

  /// More peers than shards, and batches of fewer images than peers, among them.
  @Test(arguments: [1, 2, 3, 4, 5, 8], [2, 4, 7]) func peersComeToTheSameBytes(peerCount: Int, shardCount: Int) throws {
    let batches = [Array(0..<10), [3, 1, 2], [7]]
    func train(_ peers: any Peers) throws -> [[Float]] {
      var (network, optimiser) = start()
      let trainer = Trainer(peers: peers, shardCount: shardCount)
      let metrics = try batches.map { try step(trainer, &network, &optimiser, $0).map { Float($0) } }
      return network.state.map(\.tensor.scalars) + metrics
    }
    let alone = try train(OnePeer())
    let found = try ThreadPeers.run(peerCount, train)
    #expect(found.count == peerCount && found.allSatisfy { $0 == alone })
  }

  @Test(arguments: [1, 2, 3, 5]) func peersShareWork(peerCount: Int) throws {
    let found = try ThreadPeers.run(peerCount) { peers in
      try peers.shared(4, length: { $0 }) { piece in [Float](repeating: Float(10 * piece + peers.rank), count: piece) }
    }
    // Pieces of no, one, two and three numbers, each made by one peer.
    let makers = (0..<4).map { piece in
      (0..<peerCount).first { $0 * 4 / peerCount <= piece && piece < ($0 + 1) * 4 / peerCount }!
    }
    let expected = (0..<4).flatMap { piece in [Float](repeating: Float(10 * piece + makers[piece]), count: piece) }
    #expect(found.allSatisfy { $0 == expected })
  }

  @Test func aPeersErrorChangesNothing() throws {
    struct Lost: Peers {
      struct Gone: Error {}
      let count = 2
      let rank = 0
      func gathered(_ own: [Float], lengths: [Int]) throws -> [Float] { throw Gone() }
      func exchanged(_ own: [Float], given: [Int], taken: [Int]) throws -> [Float] { throw Gone() }
    }
    var (network, optimiser) = start()
    let before = network.state.map(\.tensor.scalars)
    #expect(throws: Lost.Gone.self) {
      try step(Trainer(peers: Lost(), shardCount: 2), &network, &optimiser, [0, 1, 2])
    }
    #expect(network.state.map(\.tensor.scalars) == before)
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

  @Test func unsoundGradientsMoveNothing() throws {
    var (network, optimiser) = start()
    let before = network.parameters.map(\.scalars)
    let metrics = try Trainer().update(&network, &optimiser, indices: [0]) { _, _ in
      ()
    } loss: { network, _ in
      (network.slope.weight.sum * .infinity, [1])
    }
    #expect(metrics[0].isNaN && metrics[1] == 1 && network.parameters.map(\.scalars) == before)
  }
}
