import Baselines
import Clustering
import ClusteringMethods
import Diffusion
import Images
import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

/// Two kinds of images, bright above or below, with some noise.
func halfBrightImages(_ count: Int = 60, side: Int = 8) -> ImageSet {
  let size = side * side
  let noise = RandomSource(seed: 4).uniforms(count: count * size)
  let pixels = (0..<count * size).map { place -> UInt8 in
    let (image, row) = (place / size, place % size / side)
    return UInt8(min(255, Float((row < side / 2) == (image % 2 == 0) ? 200 : 5) + 50 * noise[place]))
  }
  return ImageSet(count: count, height: side, width: side, channelCount: 1, pixels: pixels)
}

@Suite("ClusterGAN") struct ClusterGANTests {
  private let shape = ImageShape(height: 8, width: 8, channels: 1)

  private func method(seed: UInt64 = 1, noiseWeight: Double = 10) throws -> ClusterGANMethod {
    var configuration = ClusterGANMethod.Configuration(clusterCount: 2)
    configuration.widths = ImageWidths(8, 8, hidden: 32)
    (configuration.noiseSize, configuration.noiseWeight) = (3, noiseWeight)
    (configuration.criticSteps, configuration.restarts) = (2, 3)
    configuration.batchSize = 10
    (configuration.rate, configuration.criticRate) = (2e-3, 2e-3)
    return try ClusterGANMethod(configuration, images: shape, source: RandomSource(seed: seed))
  }

  @Test func findsTheKinds() throws {
    let images = halfBrightImages()
    var method = try method()
    #expect(throws: MethodError.untrained(action: "sampling")) {
      try method.samples(perCluster: 1, clusters: [0], options: SamplingOptions(), number: 0) { _, _ in }
    }
    var clusters: [Int] = []
    for _ in 0..<60 {
      let report = try method.trainRound(on: images) { _ in true }
      #expect(report.isComplete && report.stepsDone == 3 && report.metrics.count == 5)
      // The loss is distance and penalty.
      #expect(abs(report.metrics[0] - report.metrics[1] - 10 * report.metrics[2]) < 1e-3)
      clusters = try method.finishRound(on: images) { _ in }
    }
    #expect((0..<60).allSatisfy { clusters[$0] == clusters[$0 % 2] } && clusters[0] != clusters[1])
    #expect([0, 1].map(method.weight(ofCluster:)) == [0.5, 0.5])
    // What it draws is the same whatever is drawn beside it.
    let drawn = try method.samples(perCluster: 4, clusters: [1, 0], options: SamplingOptions(), number: 2) { _, _ in }
    let again = try method.samples(perCluster: 4, clusters: [0], options: SamplingOptions(), number: 2) { _, _ in }
    #expect(drawn.count == 8 && Array(drawn.pixels[256...]) == again.pixels)
    let latents = try method.latents(of: images)
    #expect(latents.columns == 5 && (0..<60).allSatisfy { abs(latents[$0, 3] + latents[$0, 4] - 1) < 1e-5 })
    let probabilities = try method.clusterProbabilities(ofLatents: latents)
    #expect((0..<60).allSatisfy { abs(probabilities.row($0).reduce(0, +) - 1) < 1e-9 })
    let health = try method.health(on: images)
    // Not looked at before the generator has learnt for a while.
    #expect(health.brokenArray == nil && health.adversary == nil)
    for _ in 0..<110 { _ = try method.trainRound(on: images) { _ in true } }
    _ = try method.finishRound(on: images) { _ in }
    let adversary = try #require(try method.health(on: images).adversary)
    #expect(Set(adversary.clusterOfClass) == [0, 1] && adversary.separation == nil)
  }

  /// Without a weight the noise is not learnt, and is no part of what is grouped.
  @Test func classesAlone() throws {
    let images = halfBrightImages()
    var method = try method(noiseWeight: 0)
    _ = try method.trainRound(on: images) { _ in true }
    #expect(try method.latents(of: images).columns == 2 && method.latentSize == 2)
    #expect(try method.finishRound(on: images) { _ in }.count == 60)
  }

  @Test func drawsFollowFromTheSeedAndNotFromThreads() throws {
    let images = halfBrightImages()
    func trained(_ seed: UInt64) throws -> ClusterGANMethod {
      var method = try method(seed: seed)
      _ = try method.trainRound(on: images) { _ in true }
      _ = try method.finishRound(on: images) { _ in }
      return method
    }
    let states = try resultsAcrossThreadCounts { try trained(3).state }
    #expect(states.allSatisfy { $0 == states[0] })
    #expect(try trained(4).state != states[0])
  }

  @Test func scaledSettings() throws {
    let traits = ImageTraits(shape: ImageShape(height: 28, width: 28, channels: 1), count: 70_000, margin: 0)
    func made(_ given: [String: any Sendable]) throws -> any ClusteringMethod {
      try MethodEntry.clusterGAN.method(given, clusterCount: 10, images: traits, source: RandomSource(seed: 0))
    }
    let published = try made([:])
    // 500,000 steps after five batches of 64 each.
    #expect(published.recipe(for: traits).rounds == 2286 && published.latentSize == 40)
    #expect(published.outline.reduce(0) { $0 + $1.parameterCount } == published.parameterCount)
    let scaled = try made(["length": TrainingLength.scaled, "width3": 300])
    let settings = Dictionary(uniqueKeysWithValues: scaled.settings.map { ($0.name, "\($0.value)") })
    #expect(settings["width1"] == "32" && settings["width3"] == "300" && settings["critic-steps"] == "2")
    #expect(settings["deviation"] == "0.2" && settings["class-weight"] == "1.0")
    #expect(settings["rate"] == "0.001" && settings["critic-rate"] == "0.001")
    #expect(scaled.recipe(for: traits).rounds == 19)
  }

  @Test func sidesThatFourDoesNotDivide() throws {
    let configuration = ClusterGANMethod.Configuration(clusterCount: 2)
    let error = #expect(throws: (any Error).self) {
      try ClusterGANMethod(
        configuration, images: ImageShape(height: 8, width: 10, channels: 1), source: RandomSource(seed: 0))
    }
    #expect(error.map { "\($0)".contains("4 must divide their sides; these are 10×8") } == true)
  }
}
