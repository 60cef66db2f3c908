import Baselines
import ClusteringMethods
import Diffusion
import Images
import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

@Suite("GAN-EM") struct GANEMTests {
  private let shape = ImageShape(height: 8, width: 8, channels: 1)

  private func method(seed: UInt64 = 1, passes: Int = 2) throws -> GANEMMethod {
    var configuration = GANEMMethod.Configuration(clusterCount: 2)
    configuration.widths = ImageWidths(8, 8, hidden: 32)
    (configuration.noiseSize, configuration.batchSize, configuration.passes) = (4, 10, passes)
    (configuration.encoderSteps, configuration.encoderBatch) = (5, 20)
    (configuration.rate, configuration.generatorRate, configuration.encoderRate) = (1e-3, 2e-3, 1e-3)
    return try GANEMMethod(configuration, images: shape, source: RandomSource(seed: seed))
  }

  /// A round is told as one: its steps are counted through, its metrics are of all phases.
  @Test func aRoundHasItsPhases() throws {
    let images = halfBrightImages()
    var method = try method()
    #expect(throws: MethodError.untrained(action: "sampling")) {
      try method.samples(perCluster: 1, clusters: [0], options: SamplingOptions(), number: 0) { _, _ in }
    }
    var steps: [Int] = []
    let report = try method.trainRound(on: images) {
      steps.append($0.step)
      #expect($0.metrics.count == 3 && $0.fraction <= 1)
      return true
    }
    #expect(steps == Array(1...17) && report.stepsDone == 17 && report.isComplete && report.images == 220)
    #expect(report.metrics.allSatisfy { $0 > 0 && $0.isFinite })
    // Stopped in a phase, the next is not begun.
    let stopped = try method.trainRound(on: images) { $0.step < 8 }
    #expect(stopped.stepsDone == 8 && !stopped.isComplete && stopped.metrics[2] == 0)
    let last = try method.trainRound(on: images) { $0.step < 15 }
    #expect(last.stepsDone == 15 && !last.isComplete && last.metrics[2] > 0)
  }

  @Test func clustersAndTheirImages() throws {
    let images = halfBrightImages()
    var method = try method()
    var clusters: [Int] = []
    for _ in 0..<12 {
      _ = try method.trainRound(on: images) { _ in true }
      clusters = try method.finishRound(on: images) { _ in }
    }
    #expect(clusters.count == 60 && clusters.allSatisfy { (0..<2).contains($0) })
    #expect(abs(method.weight(ofCluster: 0) + method.weight(ofCluster: 1) - 1) < 1e-9)
    let latents = try method.latents(of: images)
    #expect(try method.assignments(ofLatents: latents) == clusters)
    let probabilities = try method.clusterProbabilities(ofLatents: latents)
    #expect((0..<60).allSatisfy { abs(probabilities.row($0).reduce(0, +) - 1) < 1e-9 })
    // The encoder learnt what is drawn; an image is the same whatever is drawn beside it.
    let drawn = try method.samples(perCluster: 6, clusters: [1, 0], options: SamplingOptions(), number: 2) { _, _ in }
    let again = try method.samples(perCluster: 6, clusters: [0], options: SamplingOptions(), number: 2) { _, _ in }
    #expect(drawn.count == 12 && Array(drawn.pixels[384...]) == again.pixels)
    let health = try method.health(on: images)
    #expect(health.brokenArray == nil && health.adversary?.clusterOfClass.count == 2)
    #expect((0...1).contains(health.adversary?.separation ?? -1))
  }

  /// An encoder that puts all images in one cluster after two rounds is given up, four times at most.
  @Test func beginsAnewWhereAllIsOneCluster() throws {
    let all = halfBrightImages()
    let images = all.selecting(Array(stride(from: 0, to: 60, by: 2)))
    var method = try method(passes: 1)
    for _ in 0..<14 {
      _ = try method.trainRound(on: images) { _ in true }
      _ = try method.finishRound(on: images) { _ in }
    }
    let assumption = try #require(method.assumption)
    #expect(assumption.hasPrefix("training began anew "), "\(assumption)")
    #expect(method.roundsBegun == 14)
  }

  @Test func threadsChangeNothing() throws {
    let images = halfBrightImages()
    let states = try resultsAcrossThreadCounts {
      var method = try method()
      _ = try method.trainRound(on: images) { _ in true }
      return method.state
    }
    #expect(states.allSatisfy { $0 == states[0] })
  }

  @Test func scaledSettings() throws {
    let traits = ImageTraits(shape: ImageShape(height: 28, width: 28, channels: 1), count: 70_000, margin: 0)
    let scaled = try MethodEntry.ganEM.method(
      ["length": TrainingLength.scaled], clusterCount: 10, images: traits, source: RandomSource(seed: 0))
    #expect(scaled.recipe(for: traits) == TrainingRecipe(rounds: 15))
    #expect(scaled.outline.reduce(0) { $0 + $1.parameterCount } == scaled.parameterCount)
    let settings = Dictionary(uniqueKeysWithValues: scaled.settings.map { ($0.name, "\($0.value)") })
    #expect(settings["passes"] == "1" && settings["encoder-steps"] == "200" && settings["decay"] == "0.95")
    #expect(
      settings["rate"] == "0.0006" && settings["generator-rate"] == "0.002" && settings["encoder-rate"] == "0.0003")
  }
}
