import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

/// What layers promise beyond their numbers: their state, their start, and values that stay apart.
@Suite("Layers") struct LayerTests {
  private struct Pair: Layer {
    var linear: Linear
    var norm: BatchNorm

    static let parts: [Part<Self>] = [.layer("linear", \.linear), .layer("norm", \.norm)]
  }

  private let pair = Pair(linear: Linear(3, 4, source: RandomSource(seed: 1)), norm: BatchNorm(4))

  @Test func stateIsListedInOrderWithItsKind() {
    #expect(
      pair.state.map(\.path) == [
        "linear.weight", "linear.bias", "norm.gamma", "norm.beta", "norm.runningMean", "norm.runningVariance",
      ])
    #expect(pair.state.filter { $0.kind == .statistic }.map(\.path) == ["norm.runningMean", "norm.runningVariance"])
    #expect(pair.parameterCount == 3 * 4 + 4 + 4 + 4)
    #expect(pair.parameters.map(\.shape) == [[3, 4], [4], [4], [4]])
  }

  @Test func settingParametersLeavesStatistics() {
    var changed = pair
    changed.norm.runningMean = Tensor([1, 2, 3, 4])
    changed.parameters = pair.parameters.map { $0 * 2 }
    #expect(changed.linear.weight == pair.linear.weight * 2)
    #expect(changed.norm.runningMean == Tensor([1, 2, 3, 4]))
  }

  @Test func differentiationKeepsParametersAndNewStatistics() {
    var model = pair
    let x = formulaTensor([6, 3], "x")
    let (value, gradients) = model.valueAndGradient { model in
      let linear = model.linear
      return (model.norm(linear(x), .training).squared * formulaTensor([6, 4], "w")).sum
    }
    #expect(value.count == 1 && gradients.map(\.shape) == [[3, 4], [4], [4], [4]])
    #expect(zip(model.parameters, pair.parameters).allSatisfy { $0 == $1 })
    #expect(model.norm.runningMean != pair.norm.runningMean)
    #expect(pair.norm.runningMean == .zeros([4]))
  }

  @Test func optimisingACopyLeavesTheOriginal() {
    let weight = pair.linear.weight.scalars
    var copy = pair
    var adam = Adam(learningRate: 0.1)
    var parameters = copy.parameters
    adam.update(&parameters, gradients: parameters.map { Tensor(repeating: 1, shape: $0.shape) })
    copy.parameters = parameters
    #expect(pair.linear.weight.scalars == weight)
    #expect(largestDifference(copy.linear.weight.scalars, weight.map { $0 - 0.1 }) < 1e-6)
    // A second copy of everything in mid-course goes its own way from the same state.
    var (other, otherAdam) = (parameters, adam)
    let gradients = parameters.map { formulaTensor($0.shape, "g") }
    otherAdam.update(&other, gradients: gradients)
    let before = parameters.map(\.scalars)
    #expect(parameters.map(\.scalars) == before)
    adam.update(&parameters, gradients: gradients)
    #expect(zip(parameters, other).allSatisfy { $0 == $1 })
  }

  @Test(arguments: [Float.nan, .infinity]) func adamRefusesAGradientThatIsNotFinite(bad: Float) {
    var adam = Adam(learningRate: 0.1, clippingNorm: 1)
    var parameters = [Tensor([1, 2]), Tensor([3])]
    let norm = adam.update(&parameters, gradients: [Tensor([0, bad]), Tensor([1])])
    #expect(!norm.isFinite)
    #expect(parameters == [Tensor([1, 2]), Tensor([3])] && adam.step == 0)
    // And it has learnt nothing from it: the next step is as good as the first.
    adam.update(&parameters, gradients: [Tensor([1, 0]), Tensor([0])])
    #expect(largestDifference(parameters[0].scalars, [0.9, 2]) < 1e-6)
  }

  /// PyTorch's defaults: uniform in ±1/√fan, for a transposed convolution by its outputs.
  @Test func initialisationHasItsBoundAndSpread() {
    let source = RandomSource(seed: 3)
    let cases: [(String, [Tensor], Float)] = [
      ("linear", Linear(50, 60, source: source).parameters, 1 / Float(50).squareRoot()),
      ("convolution", Convolution(8, 40, kernel: 3, source: source).parameters, 1 / Float(72).squareRoot()),
      ("upsampling", Upsampling(30, 10, size: 2, source: source).parameters, 1 / Float(40).squareRoot()),
    ]
    for (name, parameters, bound) in cases {
      for parameter in parameters {
        let largest = parameter.scalars.map(abs).max()!
        #expect(largest <= bound, "\(name)")
        // Of the ten biases of a case, all below this by chance in one seed of ten thousand.
        #expect(largest > 0.4 * bound, "\(name)")
      }
      let weight = parameters[0]
      let variance = Float(weight.sumOfSquares) / Float(weight.count)
      #expect(abs(variance / (bound * bound / 3) - 1) < 0.1, "\(name)")
      #expect(abs(weight.mean.scalar) < 5 * bound / Float(3 * weight.count).squareRoot(), "\(name)")
    }
    #expect(Convolution(zero: 4, 4, kernel: 3, padding: 1).parameters.allSatisfy { $0.sumOfSquares == 0 })
  }

  @Test func learnsALinearMap() {
    let truth = Linear(weight: formulaTensor([4, 2], "truth"), bias: Tensor([0.5, -1]))
    let x = formulaTensor([64, 4], "x")
    let y = truth(x)
    var model = Linear(4, 2, source: RandomSource(seed: 5))
    var adam = Adam(learningRate: 0.03)
    var loss: Float = .infinity
    for _ in 0..<600 {
      let (value, gradients) = model.valueAndGradient { ($0(x) - y).squared.mean }
      var parameters = model.parameters
      adam.update(&parameters, gradients: gradients)
      model.parameters = parameters
      loss = value.scalar
    }
    #expect(loss < 1e-6)
    #expect(largestDifference(model.weight.scalars, truth.weight.scalars) < 1e-2)
  }
}
