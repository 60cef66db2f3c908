import ClusterDDPM
import Clustering
import ClusteringMethods
import Diffusion
import Images
import TensorEngine
import TestSupport
import Testing

@Suite("Sampling from a model") struct SamplingTests {
  private static let images = patternImages(48)
  private static let trained = Result {
    var model = try smallModel { $0.learningRate = 3e-3 }
    try model.pretrain(6, on: images)
    try model.run(rounds: 1, on: images)
    return model
  }
  private let options = SamplingOptions(steps: 4, guidanceScale: 0.5)

  @Test(arguments: SamplingMethod.all) func samplesDependOnNumberClusterAndPosition(method: SamplingMethod) throws {
    let model = try Self.trained.get()
    var options = options
    options.method = method
    let all = try model.samples(perCluster: 3, clusters: [0, 1, 2, 3], options: options)
    #expect(all.count == 12 && all.height == 8 && all.channelCount == 1)
    #expect(try all == model.samples(perCluster: 3, clusters: [0, 1, 2, 3], options: options))
    #expect(try all.pixels != model.samples(perCluster: 3, clusters: [0, 1, 2, 3], options: options, number: 1).pixels)
    // Fewer, of other clusters, in another order: each image stays what it is.
    let some = try model.samples(perCluster: 2, clusters: [2, 0], options: options)
    #expect(some == all.selecting([6, 7, 0, 1]))
    #expect(Set((0..<12).map { Array(all[$0]) }).count == 12)
  }

  @Test func reconstructionsDependOnTheirImageAlone() throws {
    let model = try Self.trained.get()
    let all = try model.reconstructions(of: Self.images, options: options)
    #expect(all.count == 48)
    #expect(try all == model.reconstructions(of: Self.images, options: options))
    #expect(try all.selecting(0..<3) == model.reconstructions(of: Self.images.selecting(0..<3), options: options))
  }

  /// The published code's convention: ε̂ = (1 + w)·ε_θ(x, t, z) − w·ε_θ(x, t, 0).
  @Test(arguments: [0, 0.5, 3]) func guidanceIsPinned(scale: Double) throws {
    let model = try Self.trained.get()
    let latents = [[0.5, -1, 2, 0.25], [1, 1, -1, 0]]
    let x = fixedNormals([2, 8, 8, 1], "x")
    let found = model.denoiser(latents: latents, guidanceScale: scale)(x, 0.4)
    var network = model.network
    let z = Tensor(latents.joined().map { Float($0) }, shape: [2, 4])
    let conditional = network.predict(x, times: [0.4, 0.4], latents: z, .evaluation).scalars
    let unconditional = network.predict(x, times: [0.4, 0.4], latents: .zeros([2, 4]), .evaluation).scalars
    #expect(conditional != unconditional)
    let w = Float(scale)
    let expected = zip(conditional, unconditional).map { (1 + w) * $0 - w * $1 }
    #expect(largestDifference(found.scalars, expected) < 1e-5)
  }

  @Test func stepsAreCappedByTheSchedule() throws {
    let reference = try smallModel(.reference)
    #expect(reference.stepCount(SamplingOptions(steps: 5000)) == 400)
    #expect(reference.stepCount(SamplingOptions(steps: 50)) == 50)
    #expect(try Self.trained.get().stepCount(SamplingOptions(steps: 5000)) == 5000)
  }

  /// Nichol and Dhariwal's own combination: at the cosine schedule's end ε says nothing of the image, and a network
  /// that has hardly learnt must not send it beyond all bounds.
  @Test(arguments: SamplingMethod.all) func noisePredictionGoesWithTheCosineSchedule(
    method: SamplingMethod
  ) throws {
    var model = try smallModel { $0.target = .noise }
    try model.pretrain(5, on: Self.images)
    let sampler = Sampler(process: model.configuration.process, method: method, variance: .posterior, steps: 50)
    let x = try sampler.sample(
      imageShape: [8, 8, 1], from: (0..<4).map { RandomSource(seed: 1).derived($0) },
      denoiser: model.denoiser(latents: Array(repeating: [0, 0, 0, 0], count: 4), guidanceScale: 0))
    // At worst, where it predicts no noise at all, x_T grows by the reciprocal of the smallest α, 200.
    #expect(x.scalars.allSatisfy { abs($0) < 1500 })
  }

  @Test func progressCountsEveryStep() throws {
    let model = try Self.trained.get()
    var seen: [[Int]] = []
    _ = try model.samples(perCluster: 2, clusters: [0], options: options) { seen.append([$0, $1]) }
    #expect(seen == [[1, 4], [2, 4], [3, 4], [4, 4]])
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try model.samples(perCluster: 2, clusters: [0], options: options) { _, _ in throw Stop() }
    }
  }

  @Test func samplesComeFromTheirClustersComponents() throws {
    var model = try smallModel { $0.componentCount = 8 }
    let images = patternImages(96)
    try model.pretrain(3, on: images)
    try model.expectationStep(on: images)
    #expect(model.mixture?.componentCount == 8)
    #expect(model.clusterOfComponent.count == 8 && Set(model.clusterOfComponent) == [0, 1, 2, 3])
    let total = (0..<4).reduce(0) { $0 + model.weight(ofCluster: $1) }
    #expect(abs(total - 1) < 1e-9)
    #expect(try model.samples(perCluster: 2, clusters: [3], options: options).count == 2)
  }

  @Test(arguments: MergeCriterion.allCases, ResponsibilitySource.allCases)
  func mergingLeavesClustersThatTrainOn(criterion: MergeCriterion, source: ResponsibilitySource) throws {
    var model = try smallModel {
      $0.componentCount = 7
      $0.responsibilities = source
    }
    let images = patternImages(96)
    try model.pretrain(2, on: images)
    try model.run(rounds: 1, on: images)
    let report = try model.mergeComponents(by: criterion, on: images)
    #expect(report.groups.count == 7 && Set(report.groups) == [0, 1, 2, 3])
    #expect((-1...1).contains(report.agreement))
    #expect(model.mixture?.componentCount == 4 && model.configuration.componentCount == 4)
    #expect(model.clusterOfComponent == [0, 1, 2, 3])
    #expect(throws: ModelError.tooFewComponents(4, asked: 4)) { try model.mergeComponents(by: criterion, on: images) }
    try model.run(rounds: 1, on: images)
    #expect(model.mixture?.componentCount == 4)
    #expect(model.roundsBegun == 2)
  }

  @Test func encodingDoesNotDependOnTheBatch() throws {
    let model = try Self.trained.get()
    var done: [Activity] = []
    let all = try model.encoded(Self.images) { done.append($0) }
    #expect(done == [.encoding(done: 48, count: 48)])
    let some = try model.encoded(Self.images.selecting(10..<13))
    #expect(largestDifference(some.means.elements, all.means.selecting(10..<13).elements) < 1e-5)
    #expect(largestDifference(some.logVariances.elements, all.logVariances.selecting(10..<13).elements) < 1e-5)
    #expect(try model.latents(of: Self.images) == all.means)
  }
}
