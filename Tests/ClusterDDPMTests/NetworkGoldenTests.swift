import ClusterDDPM
import Clustering
import ClusteringMethods
import Diffusion
import Foundation
import Images
import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

/// What `make_networks.py` computed for one network.
struct NetworkGolden: Decodable {
  struct Outputs: Decodable {
    let mean, logVariance, prediction: [Float]
  }
  struct Loss: Decodable {
    let reconstruction, prior: Double
    /// Of each parameter's gradient, the norm and the first element.
    let gradients: [String: [Double]]
  }
  let training: Outputs?
  let evaluation: Outputs
  let parameterCount: Int
  let loss: Loss
}

/// Whole networks against PyTorch in float64, with parameters that follow from their paths.
@Suite("Networks against PyTorch") struct NetworkGoldenTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let preset: Preset
    let images: ImageShape
    /// Relative error of a gradient. Max pooling and ReLU have kinks: of the reference network's 100,000 windows and
    /// units one near the edge may fall to the other side by rounding, which moves a norm by a thousandth.
    let tolerance: Double
    var channels: Int?
    var latents: Int?
    var testDescription: String { name }
  }

  private static let digits = ImageShape(height: 28, width: 28, channels: 1)

  static let cases = [
    Case(name: "reference", preset: .reference, images: digits, tolerance: 3e-3),
    Case(name: "fast", preset: .fast, images: digits, tolerance: 1e-5),
    Case(name: "fastColour", preset: .fast, images: ImageShape(height: 32, width: 24, channels: 3), tolerance: 1e-5),
    Case(
      name: "fastLarge", preset: .fast, images: ImageShape(height: 64, width: 64, channels: 1), tolerance: 2e-5,
      channels: 16),
    Case(
      name: "cifar10", preset: .cifar10, images: ImageShape(height: 16, width: 24, channels: 3), tolerance: 1e-4,
      channels: 8, latents: 12),
    Case(
      name: "coil20", preset: .coil20, images: ImageShape(height: 64, width: 64, channels: 1), tolerance: 1e-4,
      channels: 8),
  ]

  private func load(_ test: Case) throws -> (
    golden: NetworkGolden, model: ClusterDDPMModel, network: any ConditionalNetwork
  ) {
    let goldens = try golden("networks", in: .module, as: [String: NetworkGolden].self)
    var configuration = test.preset.configuration(clusterCount: 4, for: .example)
    configuration.channelCount = test.channels ?? configuration.channelCount
    configuration.latentSize = test.latents ?? configuration.latentSize
    let model = try ClusterDDPMModel(configuration, images: test.images, source: RandomSource(seed: 0))
    var network = model.network
    network.visitState { path, kind, tensor in
      let shape = tensor.shape
      tensor =
        switch path.split(separator: ".").last! {
        case "weight":
          formulaTensor(shape, path, scale: 1.5 / Double(shape.dropLast().reduce(1, *)).squareRoot())
        case "gamma": formulaTensor(shape, path, scale: 0.3, offset: 1)
        case "runningVariance": formulaTensor(shape, path, scale: 0.5, offset: 1)
        default: formulaTensor(shape, path, scale: 0.2)
        }
    }
    return (try #require(goldens[test.name]), model, network)
  }

  private func shape(_ test: Case) -> [Int] { [3, test.images.height, test.images.width, test.images.channels] }

  @Test(arguments: cases) func outputsAgree(_ test: Case) throws {
    var (golden, model, network) = try load(test)
    #expect(model.parameterCount == golden.parameterCount)
    let images = formulaTensor(shape(test), "images")
    let latents = formulaTensor([3, model.configuration.latentSize], "latents")
    // In this order: the training pass moves the statistics that the evaluation uses.
    for (mode, expected) in [(PassMode.training, golden.training), (.evaluation, golden.evaluation)] {
      guard let expected else { continue }
      let encoded = network.encode(images, mode)
      let prediction = network.predict(images, times: [1, 0.25, 0.5], latents: latents, mode)
      #expect(largestDifference(encoded.mean.scalars, expected.mean) < 2e-5)
      #expect(largestDifference(encoded.logVariance.scalars, expected.logVariance) < 2e-5)
      #expect(prediction.shape == images.shape)
      #expect(largestDifference(prediction.rows(0..<2).scalars, expected.prediction) < 5e-5)
    }
  }

  @Test(arguments: cases) func lossAndItsGradientAgree(_ test: Case) throws {
    let (golden, model, network) = try load(test)
    let configuration = model.configuration
    let j = configuration.latentSize
    let images = formulaTensor(shape(test), "images")
    let batch = TrainingBatch(
      indices: [0, 1, 2], images: images, encoderInput: images, times: [1, 0.25, 0.5],
      epsilon: formulaTensor(images.shape, "epsilon", scale: 2),
      latentNoise: formulaTensor([3, j], "latent noise", scale: 1.5),
      latentMask: Tensor([1, 0, 1], shape: [3, 1]), process: configuration.process)
    let mixture = MixtureConstants(
      GaussianMixture(
        mixingWeights: [0.1, 0.2, 0.3, 0.4],
        means: Matrix(rows: 4, columns: j, elements: formulaValues(4 * j, "mixture means")),
        variances: Matrix(
          rows: 4, columns: j, elements: formulaValues(4 * j, "mixture variances").map { 0.5 * $0 + 1 })))

    func check<Network: ConditionalNetwork>(_ network: Network) {
      var network = network
      let expected = golden.loss
      let (_, gradients) = network.valueAndGradient { network in
        let terms = network.lossTerms(on: batch) { encoded, z, _ in
          mixturePriorLoss(encoded, logResponsibilities: mixture.logResponsibilities(of: z), mixture: mixture)
        }
        #expect(abs(Double(terms.reconstruction.scalar) / expected.reconstruction - 1) < 1e-5)
        #expect(abs(Double(terms.prior.scalar) / expected.prior - 1) < 1e-5)
        return terms.reconstruction + terms.prior * 2
      }
      let paths = network.state.filter { $0.kind == .parameter }.map(\.path)
      #expect(Set(paths) == Set(expected.gradients.keys))
      // A gradient that cancels out (a bias before batch norm) is as good as its rounding: relative to the largest.
      let largest = expected.gradients.values.map { $0[0] }.max()!
      for (path, gradient) in zip(paths, gradients) {
        let wanted = expected.gradients[path]!
        let scale = max(wanted[0], 1e-3 * largest)
        #expect(abs(gradient.sumOfSquares.squareRoot() - wanted[0]) < test.tolerance * scale, "\(path)")
        #expect(abs(Double(gradient.scalars[0]) - wanted[1]) < test.tolerance * scale, "\(path)")
      }
    }
    check(network)
  }
}
