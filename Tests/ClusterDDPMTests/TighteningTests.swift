import ClusterDDPM
import Clustering
import ClusteringMethods
import ElementaryFunctions
import Images
import TensorEngine
import TestSupport
import Testing

@Suite("Images drawn to their clusters") struct TighteningTests {
  private static let images = patternImages(160)

  private static func trained(
    grouping: Grouping = .graph, pretraining: Int = 12
  ) throws -> ClusterDDPMModel {
    var model = try smallModel {
      $0.componentCount = 8
      $0.grouping = grouping
      $0.learningRate = 3e-3
    }
    try model.pretrain(pretraining, on: images)
    try model.expectationStep(on: images)
    return model
  }

  private static func options(epochs: Int = 4) -> TighteningOptions {
    var options = TighteningOptions()
    (options.epochs, options.warmUp, options.averaging, options.renewal) = (epochs, 3, 0.5, 5)
    (options.confidence, options.surest) = (0.6, 0.5)
    return options
  }

  /// The mean of −log p(c|μ) over images that are given a cluster, from its definition, in Double.
  private static func crossEntropy(_ model: ClusterDDPMModel, _ means: Matrix, _ targets: [Int?]) throws -> Double {
    let densities = try #require(model.mixture).logDensities(of: means)
    func logSum(_ values: [Double]) -> Double {
      let largest = values.max()!
      return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
    }
    var sum = 0.0
    for (image, target) in targets.enumerated() {
      guard let target else { continue }
      let row = Array(densities.row(image))
      sum -= logSum(row.indices.filter { model.clusterOfComponent[$0] == target }.map { row[$0] }) - logSum(row)
    }
    return sum / Double(targets.count)
  }

  /// The share of the latents' variance that is within clusters.
  private static func spreadWithin(_ clusters: [Int], _ latents: Matrix) -> Double {
    func variation(_ rows: [Int]) -> Double {
      (0..<latents.columns).reduce(0) { sum, column in
        let values = rows.map { latents[$0, column] }
        let mean = values.reduce(0, +) / Double(max(values.count, 1))
        return sum + values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      }
    }
    let within = (0..<4).reduce(0) { sum, cluster in
      sum + variation(clusters.indices.filter { clusters[$0] == cluster })
    }
    return within / variation(Array(clusters.indices))
  }

  @Test func attractionIsTheCrossEntropyOfClusters() throws {
    let model = try Self.trained(grouping: .consensus)
    let means = try model.latents(of: Self.images)
    let constants = MixtureConstants(try #require(model.mixture))
    let clusters = try model.assignments(ofLatents: means)
    let targets = clusters.indices.map { $0 % 3 == 0 ? nil : $0 % 7 == 0 ? (clusters[$0] + 1) % 4 : clusters[$0] }
    let attraction = Attraction(weight: 2.5, targets: targets, clusterOfComponent: model.clusterOfComponent)
    let tensor = Tensor(means.elements.map { Float($0) }, shape: [means.rows, means.columns])
    let loss = Double(attraction.loss(constants.logResponsibilities(of: tensor), Array(0..<160)).scalar)
    let expected = try 2.5 * Self.crossEntropy(model, means, targets)
    #expect(expected > 0.1 && abs(loss / expected - 1) < 1e-4, "\(loss), \(expected)")
    let few = [3, 1, 41, 7]
    let rows = Tensor(few.flatMap { means.row($0) }.map { Float($0) }, shape: [4, means.columns])
    #expect(gradientError(at: [rows]) { attraction.loss(constants.logResponsibilities(of: $0[0]), few) } < 2e-2)
    #expect(attraction.loss(constants.logResponsibilities(of: rows), [0, 3, 6, 9]).scalar == 0)
  }

  @Test func theRateRisesThenFallsToNothing() throws {
    var model = try Self.trained()
    var options = Self.options(epochs: 2)
    options.warmUp = 4
    try model.beginTightening(options, on: Self.images)
    var tightening = try #require(model.tightening)
    // 160 images in steps of 32, twice.
    #expect(tightening.stepCount == 10)
    let rates = (0..<10).map { step in
      tightening.stepsBegun = step
      return tightening.learningRate / options.learningRate
    }
    #expect(rates[..<4].elementsEqual([0.25, 0.5, 0.75, 1]))
    #expect(abs(rates[6] - 0.5) < 1e-12 && abs(rates[9]) < 1e-12)
    #expect(zip(rates[3...], rates[4...]).allSatisfy { $0 > $1 })
  }

  @Test func imagesGatherInTheirClusters() throws {
    // Hardly trained: the clusters are there, but wide.
    var model = try Self.trained(pretraining: 3)
    let before = try #require(model.neighbourClusters).clusters
    try model.beginTightening(Self.options(), on: Self.images)
    let targets = try #require(model.tightening).targets
    #expect(targets.contains { $0 != nil } && zip(targets, before).allSatisfy { $0 == nil || $0 == $1 })
    let spread = try Self.spreadWithin(before, model.latents(of: Self.images))
    var assignments: [Int] = []
    for _ in 0..<4 {
      let report = try model.tightenEpoch(on: Self.images) { _ in true }
      #expect(report.isComplete && report.stepsDone == 5)
      assignments = try model.finishTighteningEpoch(on: Self.images)
    }
    model.endTightening()
    #expect(model.tightening == nil && model.roundsBegun == 4)
    // What is told of the last epoch is what the model says from now on.
    let latents = try model.latents(of: Self.images)
    #expect(try model.assignments(ofLatents: latents) == assignments)
    #expect(Self.spreadWithin(assignments, latents) < spread / 2)
    #expect(model.componentCount == 4 && model.clusterOfComponent == [0, 1, 2, 3] && model.neighbourClusters == nil)
    #expect(zip(assignments, before).count { $0 == $1 } > 140)
    // The mixture is each cluster's mean and variances.
    let mixture = try #require(model.mixture)
    for cluster in 0..<4 {
      let rows = assignments.indices.filter { assignments[$0] == cluster }
      for column in 0..<latents.columns {
        let values = rows.map { latents[$0, column] }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        #expect(abs(mixture.means[cluster, column] - mean) < 1e-9)
        #expect(abs(mixture.variances[cluster, column] - variance - 1e-4) < 1e-9)
      }
      #expect(abs(mixture.mixingWeights[cluster] - Double(rows.count) / 160) < 1e-9)
    }
    // Training can go on.
    try model.run(rounds: 1, on: Self.images)
  }

  /// Parameters averaged by hand over the steps are those that the model ends with.
  @Test func theAverageTakesThePlaceOfTheLast() throws {
    var model = try Self.trained()
    try model.beginTightening(Self.options(epochs: 1), on: Self.images)
    var expected = model.network.parameters.map(\.scalars)
    var reached = model
    for step in 1...5 {
      // Up to a step, from the same start: the same draws.
      reached = model
      _ = try reached.tightenEpoch(on: Self.images) { $0.step < step }
      for (place, tensor) in reached.network.parameters.enumerated() {
        // The average keeps half, or less in the first steps: (1 + n)/(10 + n).
        let kept = min(0.5, Float(1 + step) / Float(10 + step))
        expected[place] = zip(expected[place], tensor.scalars).map { kept * $0 + (1 - kept) * $1 }
      }
    }
    reached.endTightening()
    for (place, tensor) in reached.network.parameters.enumerated() {
      #expect(largestDifference(tensor.scalars, expected[place]) < 1e-5)
    }
  }

  @Test func bytesDoNotDependOnThreads() throws {
    let threadCount = Parallel.threadCount
    defer { Parallel.threadCount = threadCount }
    var prints: [[[UInt64]]] = []
    for threads in [1, 3] {
      Parallel.threadCount = threads
      var model = try Self.trained()
      try model.beginTightening(Self.options(epochs: 1), on: Self.images)
      _ = try model.tightenEpoch(on: Self.images) { _ in true }
      _ = try model.finishTighteningEpoch(on: Self.images)
      model.endTightening()
      prints.append(model.fingerprint)
    }
    #expect(prints[0] == prints[1])
  }

  /// Who is sure enough is drawn, and of each cluster some in any case.
  @Test func theSurestOfEachClusterAreDrawn() {
    let clusters = ClusteredLatents(
      means: Matrix(rows: 6, columns: 1), assignments: [0, 0, 1, 1, 1, 0],
      confidence: [0.95, 0.3, 0.2, 0.5, 0.4, 0.9])
    #expect(clusters.targets(atLeast: 0.9, surest: 0) == [0, nil, nil, nil, nil, 0])
    #expect(clusters.targets(atLeast: 0.9, surest: 0.5) == [0, nil, nil, 1, 1, 0])
    #expect(clusters.targets(atLeast: 0.35, surest: 0.1) == [0, nil, nil, 1, 1, 0])
    #expect(clusters.targets(atLeast: 1, surest: 1) == [0, 0, 1, 1, 1, 0])
    #expect(clusters.targets(atLeast: 0, surest: 0) == [0, 0, 1, 1, 1, 0])
  }

  @Test func nothingToGatherBeforeThereAreClusters() throws {
    var model = try smallModel()
    #expect(throws: ModelError.self) { try model.beginTightening(Self.options(), on: Self.images) }
  }

  /// In rounds of training the weight alone decides, and none is the paper's algorithm.
  @Test func trainingCanDrawImagesToo() throws {
    // Hardly trained: nothing is far from anything yet.
    let model = try Self.trained(grouping: .consensus, pretraining: 1)
    func losses(_ gamma: Double, _ confidence: Double) throws -> Losses {
      var copy = model
      (copy.configuration.gamma, copy.configuration.confidence) = (gamma, confidence)
      return try copy.trainRound(on: Self.images) { $0.step < 1 }.losses
    }
    let paper = try losses(0, 0.9)
    let drawn = try losses(50, 0)
    #expect(abs(paper.loss - paper.reconstructionLoss - paper.priorLoss) < 1e-3 * paper.loss)
    #expect(drawn.reconstructionLoss == paper.reconstructionLoss && drawn.priorLoss == paper.priorLoss)
    #expect(drawn.loss > paper.loss)
    #expect(try losses(100, 0).loss > drawn.loss)
  }
}
