import Foundation
import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

/// What `make_layers.py` computed.
struct LayerGoldens: Decodable {
  struct Case: Decodable {
    let output: [Float]
    let gradients: [[Float]]
  }
  struct Running: Decodable {
    let mean, variance, evaluated: [Float]
  }
  struct AdamRun: Decodable {
    let norms: [Double]
    let parameters: [[Float]]
  }
  let cases: [String: Case]
  let running: Running
  struct Penalty: Decodable {
    let value: Double
    let gradients: [[Double]]
  }
  let adam: [AdamRun]
  let penalty: Penalty

  static let shared = Result { try golden("layers", in: .module, as: LayerGoldens.self) }
}

/// Every layer's output and gradients against PyTorch's in float64, on the same formula-made inputs.
@Suite("Layers against PyTorch") struct LayerGoldenTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let inputs: [Tensor]
    let function: @Sendable ([Tensor]) -> Tensor
    var testDescription: String { name }
  }

  static let dense: [Case] =
    [
      Case(
        name: "linear",
        inputs: [formulaTensor([5, 7], "x"), formulaTensor([7, 4], "weight"), formulaTensor([4], "bias")]
      ) { Linear(weight: $0[1], bias: $0[2])($0[0]) }
    ]
    + [Activation.silu, .gelu].map { activation in
      Case(
        name: "perceptron \(activation)",
        inputs: [
          formulaTensor([3, 6], "x"), formulaTensor([6, 8], "first.weight"), formulaTensor([8], "first.bias"),
          formulaTensor([8, 5], "second.weight"), formulaTensor([5], "second.bias"),
        ]
      ) {
        var perceptron = Perceptron(6, hidden: 8, 5, activation: activation, source: RandomSource(seed: 0))
        perceptron.parameters = Array($0[1...])
        return perceptron($0[0])
      }
    }

  static let convolutions: [Case] = [(3, 1, 1), (1, 1, 0), (4, 2, 1), (2, 2, 0), (3, 2, 1), (3, 1, 0)]
    .map { kernel, stride, padding in
      Case(
        name: "convolution \(kernel) \(stride) \(padding)",
        inputs: [
          formulaTensor([2, 6, 8, 3], "x"), formulaTensor([kernel, kernel, 3, 5], "weight"), formulaTensor([5], "bias"),
        ]
      ) { Convolution(weight: $0[1], bias: $0[2], stride: stride, padding: padding)($0[0]) }
    }

  static let upsamplings: [Case] = [(2, 3), (7, 1)].map { size, height in
    Case(
      name: "upsampling \(size)",
      inputs: [
        formulaTensor([2, height, 2, 4], "x"), formulaTensor([4, size * size * 3], "weight"),
        formulaTensor([3], "bias"),
      ]
    ) { Upsampling(weight: $0[1], bias: $0[2], size: size)($0[0]) }
  }

  static let transposed: [Case] = [(4, 2, 1), (5, 2, 2), (3, 1, 1)].map { kernel, stride, padding in
    Case(
      name: "transposed convolution \(kernel) \(stride) \(padding)",
      inputs: [
        formulaTensor([2, 4, 3, 6], "x"), formulaTensor([kernel, kernel, 5, 6], "weight"), formulaTensor([5], "bias"),
      ]
    ) { TransposedConvolution(weight: $0[1], bias: $0[2], stride: stride, padding: padding)($0[0]) }
  }

  static let others: [Case] = [
    Case(
      name: "layer norm",
      inputs: [
        formulaTensor([3, 4, 5, 6], "x", scale: 3, offset: 1),
        formulaTensor([4, 5, 6], "gamma", scale: 0.5, offset: 1),
        formulaTensor([4, 5, 6], "beta"),
      ]
    ) {
      var norm = LayerNorm([4, 5, 6])
      (norm.gamma, norm.beta) = ($0[1], $0[2])
      return norm($0[0])
    },
    Case(
      name: "batch norm by running statistics",
      inputs: [
        formulaTensor([3, 4, 2, 6], "x", scale: 3, offset: 1), formulaTensor([6], "gamma", scale: 0.5, offset: 1),
        formulaTensor([6], "beta"),
      ]
    ) {
      var norm = BatchNorm(6, activation: .silu)
      (norm.gamma, norm.beta) = ($0[1], $0[2])
      norm.runningMean = formulaTensor([6], "mean")
      norm.runningVariance = formulaTensor([6], "variance", scale: 0.5, offset: 1)
      return norm($0[0], .evaluation)
    },
    Case(name: "log gamma", inputs: [formulaTensor([40], "x", scale: 9, offset: 10)]) { $0[0].logGamma },
    Case(name: "digamma", inputs: [formulaTensor([40], "x", scale: 9, offset: 10)]) { $0[0].digamma },
    Case(name: "leaky ReLU", inputs: [formulaTensor([200], "x", scale: 3)]) { $0[0].leakyRectified(slope: 0.2) },
    Case(name: "logistic losses", inputs: [formulaTensor([200], "x", scale: 30)]) {
      $0[0].logisticLosses(target: formulaTensor([200], "target", scale: 0.5, offset: 0.5))
    },
    Case(name: "sigmoid", inputs: [formulaTensor([200], "x", scale: 20)]) { $0[0].activated(.sigmoid) },
    Case(name: "tanh", inputs: [formulaTensor([200], "x", scale: 20)]) { $0[0].activated(.tanh) },
  ]

  static let normalisations: [Case] = Activation.allCases.flatMap { activation in
    let grouped = [
      formulaTensor([2, 3, 4, 16], "x", scale: 3, offset: 1), formulaTensor([16], "gamma", scale: 0.5, offset: 1),
      formulaTensor([16], "beta"),
    ]
    return [
      Case(name: "group norm \(activation)", inputs: grouped) {
        GroupNorm(gamma: $0[1], beta: $0[2], groups: 4, activation: activation)($0[0])
      },
      Case(
        name: "adaptive group norm \(activation)",
        inputs: grouped + [formulaTensor([2, 16], "scale"), formulaTensor([2, 16], "shift")]
      ) {
        GroupNorm(gamma: $0[1], beta: $0[2], groups: 4, activation: activation)($0[0], scale: $0[3], shift: $0[4])
      },
      Case(
        name: "batch norm \(activation)",
        inputs: [
          formulaTensor([3, 4, 2, 6], "x", scale: 3, offset: 1), formulaTensor([6], "gamma", scale: 0.5, offset: 1),
          formulaTensor([6], "beta"),
        ]
      ) {
        var norm = BatchNorm(6, activation: activation)
        (norm.gamma, norm.beta) = ($0[1], $0[2])
        return norm($0[0], .training)
      },
    ]
  }

  static let rearrangements: [Case] = [
    Case(name: "max pool", inputs: [formulaTensor([2, 6, 5, 3], "x")]) { $0[0].maxPooled(by: 2) },
    Case(name: "average pool", inputs: [formulaTensor([2, 14, 7, 3], "x")]) { $0[0].averagePooled(by: 7) },
    Case(name: "pixel unshuffle", inputs: [formulaTensor([2, 4, 6, 3], "x")]) { $0[0].pixelUnshuffled(by: 2) },
    Case(name: "pixel shuffle", inputs: [formulaTensor([2, 2, 3, 12], "x")]) { $0[0].pixelShuffled(by: 2) },
    Case(name: "enlarged", inputs: [formulaTensor([2, 3, 2, 3], "x")]) { $0[0].enlarged(by: 2) },
    Case(name: "attention", inputs: [formulaTensor([2, 5, 12], "x", scale: 3)]) { $0[0].selfAttended },
  ]

  static let functions: [Case] = [
    Case(name: "log softmax", inputs: [formulaTensor([4, 7], "x", scale: 30)]) { $0[0].logSoftmax },
    Case(name: "softmax", inputs: [formulaTensor([4, 7], "x", scale: 3)]) { $0[0].softmax },
    Case(name: "log-sum-exp", inputs: [formulaTensor([4, 7], "x", scale: 30)]) { $0[0].logSumExp },
    Case(name: "silu", inputs: [formulaTensor([200], "x", scale: 20)]) { $0[0].activated(.silu) },
    Case(name: "gelu", inputs: [formulaTensor([200], "x", scale: 20)]) { $0[0].activated(.gelu) },
  ]

  @Test(
    arguments: dense + convolutions + transposed + others + upsamplings + normalisations + rearrangements + functions)
  func agrees(_ test: Case) throws {
    let expected = try #require(LayerGoldens.shared.get().cases[test.name])
    let output = test.function(test.inputs)
    #expect(largestDifference(output.scalars, expected.output) < 5e-6)

    let weights = formulaTensor(output.shape, "contraction")
    let (_, gradients) = valueAndGradient(at: test.inputs) { (test.function($0) * weights).sum }
    #expect(gradients.count == expected.gradients.count)
    for (index, (found, wanted)) in zip(gradients, expected.gradients).enumerated() {
      #expect(found.shape == test.inputs[index].shape)
      #expect(largestDifference(found.scalars, wanted) < 1e-5, "gradient of input \(index)")
    }
  }

  /// Against differentiating twice.
  @Test func gradientPenaltyAgrees() throws {
    let expected = try LayerGoldens.shared.get().penalty
    let shapes: [(String, [Int], Double)] = [
      ("w1", [4, 4, 2, 8], 0.4), ("b1", [8], 1), ("w2", [4, 4, 8, 12], 0.2), ("b2", [12], 1), ("w3", [48, 10], 0.3),
      ("b3", [10], 1), ("w4", [10, 1], 1), ("b4", [1], 1),
    ]
    let parameters = shapes.map { formulaTensor($1, $0, scale: $2) }
    let x = formulaTensor([5, 8, 8, 2], "x")
    let (value, gradients) = valueAndGradient(at: parameters) { p in
      x.gradientPenalty(
        of: [
          .convolution(weight: p[0], bias: p[1], stride: 2, padding: 1),
          .convolution(weight: p[2], bias: p[3], stride: 2, padding: 1), .linear(weight: p[4], bias: p[5]),
          .linear(weight: p[6], bias: p[7]),
        ], slope: 0.2)
    }
    #expect(abs(Double(value.scalar) / expected.value - 1) < 1e-6)
    for (found, wanted) in zip(gradients, expected.gradients) {
      let scale = wanted.map(abs).max()!
      for (found, wanted) in zip(found.scalars, wanted) {
        #expect(abs(Double(found) - wanted) <= 1e-6 * scale, "\(found), not \(wanted)")
      }
    }
    #expect(expected.gradients.filter { $0.contains { $0 != 0 } }.count == 4)
  }

  @Test func batchNormFollowsItsStatistics() throws {
    let expected = try LayerGoldens.shared.get().running
    var norm = BatchNorm(6, activation: .gelu)
    norm.gamma = formulaTensor([6], "gamma", scale: 0.5, offset: 1)
    norm.beta = formulaTensor([6], "beta")
    for step in 0..<3 {
      _ = norm(formulaTensor([3, 4, 2, 6], "x\(step)", scale: 3, offset: Double(step)), .training)
    }
    #expect(largestDifference(norm.runningMean.scalars, expected.mean) < 2e-6)
    #expect(largestDifference(norm.runningVariance.scalars, expected.variance) < 2e-6)

    let before = norm
    let evaluated = norm(formulaTensor([2, 4, 2, 6], "evaluated", scale: 3, offset: 1), .evaluation)
    #expect(largestDifference(evaluated.scalars, expected.evaluated) < 5e-6)
    #expect(norm.runningMean == before.runningMean && norm.runningVariance == before.runningVariance)
  }

  @Test(arguments: [0, 1]) func adamAgrees(run: Int) throws {
    let expected = try LayerGoldens.shared.get().adam[run]
    var parameters = [formulaTensor([3, 4], "p0"), formulaTensor([5], "p1")]
    var adam = Adam(learningRate: 1e-2, clippingNorm: run == 0 ? nil : 2)
    for step in 0..<8 {
      let gradients = parameters.indices.map {
        formulaTensor(parameters[$0].shape, "g\($0).\(step)", scale: [0.3, 10, 1e-4, 3][step % 4])
      }
      let norm = adam.update(&parameters, gradients: gradients)
      #expect(abs(norm - expected.norms[step]) < 1e-6 * expected.norms[step])
    }
    #expect(adam.step == 8)
    for (found, wanted) in zip(parameters, expected.parameters) {
      #expect(largestDifference(found.scalars, wanted) < 2e-6)
    }
  }
}
