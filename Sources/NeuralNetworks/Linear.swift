import TensorEngine

/// A fully connected layer, y = x·W + b.
///
/// Input `[batch, inputs]`, output `[batch, outputs]`, weight `[inputs, outputs]`. Initialised as PyTorch does:
/// weight and bias uniform in ±1/√inputs.
public struct Linear: Layer {
  public var weight: Tensor
  public var bias: Tensor

  public static let parts: [Part<Self>] = [
    .parameter("weight", \.weight) { FileLayout(linear: $0.weight.shape) },
    .parameter("bias", \.bias),
  ]

  public init(weight: Tensor, bias: Tensor) {
    precondition(
      weight.rank == 2 && bias.shape == [weight.shape[1]], "weight \(weight.shape) does not fit bias \(bias.shape)")
    (self.weight, self.bias) = (weight, bias)
  }

  public init(_ inputs: Int, _ outputs: Int, source: RandomSource) {
    let bound = 1 / Float(inputs).squareRoot()
    self.init(
      weight: .initialWeights([inputs, outputs], within: bound, source.derived("weight")),
      bias: .uniforms([outputs], from: source.derived("bias"), low: -bound, high: bound))
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.matrixProduct(weight).addingToChannels(bias)
  }
}

/// Two linear layers with an activation after the first: the perceptrons that embed time and latent.
public struct Perceptron: Layer {
  public var first: Linear
  public var second: Linear
  public let activation: Activation

  public static let parts: [Part<Self>] = [
    .layer("first", \.first),
    .layer("second", \.second),
  ]

  public init(_ inputs: Int, hidden: Int, _ outputs: Int, activation: Activation, source: RandomSource) {
    first = Linear(inputs, hidden, source: source.derived("first"))
    second = Linear(hidden, outputs, source: source.derived("second"))
    self.activation = activation
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    second(first(x).activated(activation))
  }
}
