import Baselines
import ClusteringMethods
import Diffusion
import Images
import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

@Suite("HC-MGAN") struct HCMGANTests {
  private let shape = ImageShape(height: 8, width: 8, channels: 1)

  private func configuration(_ clusters: Int = 2) -> HCMGANMethod.Configuration {
    var configuration = HCMGANMethod.Configuration(clusterCount: clusters, imageCount: 60)
    configuration.widths = SplitWidths(4, 4)
    (configuration.noiseSize, configuration.batchSize) = (4, 10)
    (configuration.rawEpochs, configuration.refinements, configuration.refinementEpochs) = (3, 2, 2)
    (configuration.rate, configuration.generatorRate, configuration.classRate) = (1e-3, 1e-3, 1e-3)
    (configuration.checkEpoch, configuration.leastChange) = (1000, 0)
    return configuration
  }

  private func method(
    _ configuration: HCMGANMethod.Configuration, seed: UInt64 = 1
  ) throws -> HCMGANMethod {
    try HCMGANMethod(configuration, images: shape, source: RandomSource(seed: seed))
  }

  /// The kinds of images are told apart by a single split.
  @Test func findsTheKinds() throws {
    let images = halfBrightImages()
    var configuration = configuration()
    (configuration.rawEpochs, configuration.refinementEpochs, configuration.refinements) = (60, 40, 1)
    (configuration.generatorRate, configuration.widths) = (2e-3, SplitWidths(8, 8))
    var method = try method(configuration)
    let report = try method.trainRound(on: images) { _ in true }
    #expect(report.isComplete && report.metrics.count == 3 && report.metrics.allSatisfy { $0 > 0 && $0.isFinite })
    // Six batches of ten an epoch, then three of two groups.
    #expect(report.stepsDone == 60 * 6 + 40 * 3 && report.images == 60 * 60 + 40 * 60)
    let clusters = try method.finishRound(on: images) { _ in }
    #expect((0..<60).allSatisfy { clusters[$0] == clusters[$0 % 2] } && clusters[0] != clusters[1])
  }

  @Test func theTreeGrowsLeafByLeaf() throws {
    let images = halfBrightImages()
    var method = try method(configuration(4))
    #expect(method.clusterCount == 4 && method.tree == nil && method.recipe(for: traits).rounds == 3)
    #expect(throws: MethodError.untrained(action: "sampling")) {
      try method.samples(perCluster: 1, clusters: [0], options: SamplingOptions(), number: 0) { _, _ in }
    }
    for round in 1...3 {
      var last = 0.0
      let before = method.tree
      let report = try method.trainRound(on: images) { step in
        #expect(step.fraction >= last && step.fraction <= 1)
        last = step.fraction
        return true
      }
      #expect(report.isComplete && method.roundsBegun == round)
      // Until it is finished it is begun and still to be done.
      #expect(method.tree?.nodes.count == before?.nodes.count && method.roundsDone == round - 1)
      let clusters = try method.finishRound(on: images) { _ in }
      #expect(method.clusterCount == round + 1 && method.roundsDone == round)
      #expect(clusters.count == 60 && clusters.allSatisfy { (0...round).contains($0) })
      let tree = try #require(method.tree)
      #expect(tree.nodes.count == 2 * round + 1 && abs(tree.nodes[0].mass - 60) < 1e-3)
      // Clusters are numbered from left to right.
      #expect(tree.clusters(below: 0) == Array(0...round))
      for node in tree.nodes where !node.children.isEmpty {
        #expect(abs(node.children.reduce(0) { $0 + tree.nodes[$1].mass } - node.mass) < 1e-6 * 60)
      }
      // What was divided was the heaviest leaf, and the others are as they were.
      if let before {
        let heaviest = before.nodes.filter { $0.cluster != nil }.map(\.mass).max()
        let divided = before.nodes.indices.filter { before.nodes[$0].children != tree.nodes[$0].children }
        #expect(divided.count == 1 && before.nodes[divided[0]].mass == heaviest)
        #expect(before.nodes.map(\.mass) == tree.nodes.prefix(before.nodes.count).map(\.mass))
      }
      // Memberships of the leaves are those of which masses are the sums.
      let latents = try method.latents(of: images)
      let probabilities = try method.clusterProbabilities(ofLatents: latents)
      #expect(try method.assignments(ofLatents: latents) == clusters)
      #expect((0..<60).allSatisfy { abs(probabilities.row($0).reduce(0, +) - 1) < 1e-9 })
      for node in tree.nodes {
        guard let cluster = node.cluster else { continue }
        let mass = (0..<60).reduce(0) { $0 + probabilities[$1, cluster] }
        #expect(abs(mass - node.mass) < 1e-3)
        #expect(abs(method.weight(ofCluster: cluster) - node.mass / 60) < 1e-6)
      }
    }
    let health = try method.health(on: images)
    #expect(health.brokenArray == nil && health.adversary?.clusterOfClass.count == 4)
    // An image is the same whatever is drawn beside it.
    let drawn = try method.samples(perCluster: 6, clusters: [1, 0], options: SamplingOptions(), number: 2) { _, _ in }
    let again = try method.samples(perCluster: 6, clusters: [0], options: SamplingOptions(), number: 2) { _, _ in }
    #expect(drawn.count == 12 && Array(drawn.pixels[384...]) == again.pixels)
    let error = #expect(throws: (any Error).self) { try method.trainRound(on: images) { _ in true } }
    #expect(error.map { "\($0)".contains("the tree has the 4 leaves that clusters= asks for") } == true)
  }

  /// A round that is stopped goes on where it was, in whichever stage, to the same bytes.
  @Test(arguments: [1, 5, 18, 19, 22, 29, 30])
  func aStoppedSplitGoesOn(step: Int) throws {
    let images = halfBrightImages()
    var whole = try method(configuration(3))
    let expected = try whole.trainRound(on: images) { _ in true }
    #expect(expected.stepsDone == 30)
    var stopped = try method(configuration(3))
    let report = try stopped.trainRound(on: images) { $0.step < step }
    #expect(!report.isComplete && report.stepsDone == step && stopped.tree == nil)
    // What its last step came to is the same whether its end was worked out or not.
    if step == 30 { #expect(stopped.state == whole.state) }
    let rest = try stopped.trainRound(on: images) { _ in true }
    #expect(rest.isComplete && rest.stepsDone == 30 - step && rest.metrics == expected.metrics)
    #expect(try stopped.finishRound(on: images) { _ in } == whole.finishRound(on: images) { _ in })
    #expect(stopped.state == whole.state && stopped.roundsBegun == 1)
    #expect(!stopped.state.contains { $0.name.hasPrefix("growth") })
    // Other images begin it anew.
    var others = try method(configuration(3))
    _ = try others.trainRound(on: images) { $0.step < step }
    others.forgetImages()
    #expect(try others.trainRound(on: images) { _ in true }.stepsDone == 30)
  }

  @Test func drawsFollowFromTheSeedAndNotFromThreads() throws {
    let images = halfBrightImages()
    func trained(_ seed: UInt64) throws -> HCMGANMethod {
      var method = try method(configuration(3), seed: seed)
      for _ in 0..<2 {
        _ = try method.trainRound(on: images) { _ in true }
        _ = try method.finishRound(on: images) { _ in }
      }
      return method
    }
    let states = try resultsAcrossThreadCounts { try trained(3).state }
    #expect(states.allSatisfy { $0 == states[0] })
    #expect(try trained(4).state != states[0])
  }

  /// A discriminator that finds a generator out begins the stage anew, attempts= times in all, then there is an error.
  @Test func generatorsThatAreFoundOut() throws {
    let images = halfBrightImages()
    var configuration = configuration()
    (configuration.checkEpoch, configuration.checkEvery, configuration.attempts) = (2, 2, 3)
    // No loss is as large as that of a guess by far.
    configuration.checkLoss = 50
    var method = try method(configuration)
    let error = #expect(throws: (any Error).self) { try method.trainRound(on: images) { _ in true } }
    #expect(
      error.map { "\($0)".hasPrefix("the raw split of node 0 was given up: in each of 3 attempts") } == true)
    // None is found out below 0.
    configuration.checkLoss = 0
    method = try self.method(configuration)
    #expect(try method.trainRound(on: images) { _ in true }.stepsDone == 30 && method.assumption == nil)
  }

  /// Refinements end once one, the second at least, changes little.
  @Test func refinementsEndEarly() throws {
    let images = halfBrightImages()
    var configuration = configuration()
    (configuration.refinements, configuration.leastChange) = (5, 1e9)
    var method = try method(configuration)
    #expect(try method.trainRound(on: images) { _ in true }.stepsDone == 18 + 2 * 6)
    configuration.leastChange = 0
    method = try self.method(configuration)
    #expect(try method.trainRound(on: images) { _ in true }.stepsDone == 18 + 5 * 6)
    // Without any the raw split's classifier and generators are what there is.
    configuration.refinements = 0
    method = try self.method(configuration)
    #expect(try method.trainRound(on: images) { _ in true }.stepsDone == 18)
    _ = try method.finishRound(on: images) { _ in }
    let drawn = try method.samples(perCluster: 3, clusters: [0, 1], options: SamplingOptions(), number: 0) { _, _ in }
    #expect(drawn.count == 6)
  }

  private let traits = ImageTraits(shape: ImageShape(height: 28, width: 28, channels: 1), count: 70_000, margin: 0)

  @Test func publishedAndScaledSettings() throws {
    func made(_ given: [String: any Sendable], count: Int = 70_000) throws -> any ClusteringMethod {
      try MethodEntry.hcMGAN.method(
        given, clusterCount: 10, images: ImageTraits(shape: traits.shape, count: count, margin: 0),
        source: RandomSource(seed: 0))
    }
    func settings(_ method: some ClusteringMethod) -> [String: String] {
      Dictionary(uniqueKeysWithValues: method.settings.map { ($0.name, "\($0.value)") })
    }
    let published = try made([:])
    #expect(published.outline.reduce(0) { $0 + $1.parameterCount } == published.parameterCount)
    #expect(published.recipe(for: traits).rounds == 9 && published.latentSize == 10)
    let found = settings(published)
    #expect(found["width1"] == "128" && found["refinements"] == "6" && found["least-change"] == "150.0")
    let scaled = settings(try made(["length": TrainingLength.scaled, "width2": 16], count: 7000))
    #expect(scaled["width1"] == "32" && scaled["width2"] == "16" && scaled["raw-epochs"] == "8")
    #expect(scaled["generator-norms"] == "true" && found["generator-norms"] == "false")
    #expect(scaled["refinements"] == "1" && scaled["epoch-images"] == "10000" && scaled["least-change"] == "15.0")
    #expect(scaled["batch"] == "50" && scaled["class-rate"] == "0.0004" && found["class-rate"] == "2e-05")
  }

  /// What a cluster draws with BatchNorm does not depend on what else is drawn.
  @Test func generatorsWithNorms() throws {
    let images = halfBrightImages()
    var configuration = configuration()
    let plain = try method(configuration).parameterCount
    configuration.hasGeneratorNorms = true
    var method = try method(configuration)
    // Gain and offset of 8 and of 4 channels, in two groups of two generators.
    #expect(method.parameterCount == plain + 4 * 2 * (8 + 4))
    _ = try method.trainRound(on: images) { _ in true }
    _ = try method.finishRound(on: images) { _ in }
    func samples(_ counts: [Int], _ clusters: [Int]) throws -> [UInt8] {
      try method.samples(counts: counts, of: clusters, options: SamplingOptions(), number: 0) { _, _ in }.pixels
    }
    let (few, many) = (try samples([2], [1]), try samples([7, 3], [0, 1]))
    #expect(Array(many[(7 * 64)..<(9 * 64)]) == few)
    #expect(Set(few).count > 1)
  }

  /// An epoch of a node draws as many images as it holds, or as epoch-images= says.
  @Test func epochsAreAsLongAsNodesAreHeavyOrAsAskedFor() throws {
    let images = halfBrightImages()
    var configuration = configuration(3)
    configuration.refinements = 0
    for (asked, steps) in [(0, 18), (70, 21), (30, 9)] {
      configuration.epochImages = asked
      var method = try method(configuration)
      #expect(try method.trainRound(on: images) { _ in true }.stepsDone == steps)
      _ = try method.finishRound(on: images) { _ in }
      // The heavier of two leaves holds fewer than there are.
      guard asked > 0 else { continue }
      #expect(try method.trainRound(on: images) { _ in true }.stepsDone == steps)
    }
  }

  @Test func sidesThatFourDoesNotDivide() throws {
    let error = #expect(throws: (any Error).self) {
      try HCMGANMethod(
        configuration(), images: ImageShape(height: 8, width: 10, channels: 1), source: RandomSource(seed: 0))
    }
    #expect(error.map { "\($0)".contains("4 must divide their sides; these are 10×8") } == true)
  }
}
