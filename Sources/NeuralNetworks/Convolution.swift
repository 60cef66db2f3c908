import TensorEngine

/// A convolution with bias over channels-last images.
///
/// Input `[batch, h, w, inputs]`, output `[batch, (h + 2·padding − kernel)/stride + 1, …, outputs]`, weight
/// `[kernel, kernel, inputs, outputs]`. Initialised as PyTorch does: weight and bias uniform in ±1/√(kernel²·inputs).
public struct Convolution: Layer {
  public var weight: Tensor
  public var bias: Tensor
  public let stride: Int
  public let padding: Int

  public static let parts: [Part<Self>] = [
    .parameter("weight", \.weight) { FileLayout(convolution: $0.weight.shape) },
    .parameter("bias", \.bias),
  ]

  public init(weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0) {
    (self.weight, self.bias, self.stride, self.padding) = (weight, bias, stride, padding)
  }

  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, source: RandomSource
  ) {
    let bound = 1 / Float(kernel * kernel * inputs).squareRoot()
    self.init(
      weight: .initialWeights([kernel, kernel, inputs, outputs], within: bound, source.derived("weight")),
      bias: .uniforms([outputs], from: source.derived("bias"), low: -bound, high: bound),
      stride: stride, padding: padding)
  }

  /// A convolution whose output is zero until it has learned: the last of a residual block or of a network.
  public init(zero inputs: Int, _ outputs: Int, kernel: Int, padding: Int) {
    self.init(
      weight: .zerosUnlessInterrupted([kernel, kernel, inputs, outputs]), bias: .zeros([outputs]), padding: padding)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.convolved(with: weight, bias: bias, stride: stride, padding: padding)
  }
}

/// A transposed convolution with bias over channels-last images: with kernel 4, stride 2 and padding 1 it doubles their
/// sides.
///
/// Input `[batch, h, w, inputs]`, output `[batch, (h − 1)·stride + kernel − 2·padding, …, outputs]`, weight
/// `[kernel, kernel, outputs, inputs]`. Initialised as PyTorch does: uniform in ±1/√(kernel²·outputs).
public struct TransposedConvolution: Layer {
  public var weight: Tensor
  public var bias: Tensor
  public let stride: Int
  public let padding: Int

  public static let parts: [Part<Self>] = [
    .parameter("weight", \.weight) { FileLayout(convolution: $0.weight.shape) },
    .parameter("bias", \.bias),
  ]

  public init(weight: Tensor, bias: Tensor, stride: Int, padding: Int) {
    (self.weight, self.bias, self.stride, self.padding) = (weight, bias, stride, padding)
  }

  public init(_ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, padding: Int, source: RandomSource) {
    let bound = 1 / Float(kernel * kernel * outputs).squareRoot()
    self.init(
      weight: .initialWeights([kernel, kernel, outputs, inputs], within: bound, source.derived("weight")),
      bias: .uniforms([outputs], from: source.derived("bias"), low: -bound, high: bound), stride: stride,
      padding: padding)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.transposeConvolved(with: weight, bias: bias, stride: stride, padding: padding)
  }
}

/// A transposed convolution whose stride equals its kernel: every input pixel becomes a block of size×size pixels.
///
/// Input `[batch, h, w, inputs]`, output `[batch, h·size, w·size, outputs]`, weight `[inputs, size·size·outputs]` with
/// columns in the order (row, column, output). Initialised as PyTorch does: uniform in ±1/√(size²·outputs).
public struct Upsampling: Layer {
  public var weight: Tensor
  public var bias: Tensor
  public let size: Int

  public static let parts: [Part<Self>] = [
    .parameter("weight", \.weight) { FileLayout(upsampling: $0.weight.shape, size: $0.size) },
    .parameter("bias", \.bias),
  ]

  public init(weight: Tensor, bias: Tensor, size: Int) {
    (self.weight, self.bias, self.size) = (weight, bias, size)
  }

  public init(_ inputs: Int, _ outputs: Int, size: Int, source: RandomSource) {
    let bound = 1 / Float(size * size * outputs).squareRoot()
    self.init(
      weight: .initialWeights([inputs, size * size * outputs], within: bound, source.derived("weight")),
      bias: .uniforms([outputs], from: source.derived("bias"), low: -bound, high: bound), size: size)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.upsampled(by: size, weight: weight, bias: bias)
  }
}
