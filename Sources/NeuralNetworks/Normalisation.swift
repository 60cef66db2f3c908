import TensorEngine

/// Group normalisation (Wu and He 2018) with an activation in the same pass.
///
/// Input and output `[batch, …, channels]`; starts with gamma 1 and beta 0. Given `scale` and `shift`
/// (`[batch, channels]`) it is adaptive: (x̂·gamma + beta)·(1 + scale) + shift.
public struct GroupNorm: Layer {
  public var gamma: Tensor
  public var beta: Tensor
  public let groups: Int
  public let activation: Activation

  public static let parts: [Part<Self>] = [
    .parameter("gamma", \.gamma),
    .parameter("beta", \.beta),
  ]

  public init(gamma: Tensor, beta: Tensor, groups: Int, activation: Activation = .identity) {
    (self.gamma, self.beta, self.groups, self.activation) = (gamma, beta, groups, activation)
  }

  public init(_ channels: Int, groups: Int = 8, activation: Activation = .identity) {
    self.init(
      gamma: Tensor(repeating: 1, shape: [channels]), beta: .zeros([channels]), groups: groups,
      activation: activation)
  }

  public func callAsFunction(_ x: Tensor, scale: Tensor? = nil, shift: Tensor? = nil) -> Tensor {
    x.groupNormalised(groups: groups, gamma: gamma, beta: beta, scale: scale, shift: shift, activation: activation)
  }
}

/// Batch normalisation (Ioffe and Szegedy 2015) with an activation in the same pass.
///
/// Training normalises by the batch and moves the running statistics by `momentum` (the variance unbiased, as in
/// PyTorch); evaluation normalises by the running statistics, through which gradients flow too. Input and output `[batch, …, channels]`.
public struct BatchNorm: Layer {
  public var gamma: Tensor
  public var beta: Tensor
  public var runningMean: Tensor
  public var runningVariance: Tensor
  public let activation: Activation
  public let momentum: Float

  public static let parts: [Part<Self>] = [
    .parameter("gamma", \.gamma),
    .parameter("beta", \.beta),
    .statistic("runningMean", \.runningMean),
    .statistic("runningVariance", \.runningVariance),
  ]

  public init(_ channels: Int, activation: Activation = .identity, momentum: Float = 0.1) {
    gamma = Tensor(repeating: 1, shape: [channels])
    beta = .zeros([channels])
    runningMean = .zeros([channels])
    runningVariance = Tensor(repeating: 1, shape: [channels])
    (self.activation, self.momentum) = (activation, momentum)
  }

  public mutating func callAsFunction(_ x: Tensor, _ mode: PassMode) -> Tensor {
    guard mode != .evaluation else {
      return x.batchNormalised(
        mean: runningMean, variance: runningVariance, gamma: gamma, beta: beta, activation: activation)
    }
    let (output, statistics) = x.batchNormalised(gamma: gamma, beta: beta, activation: activation)
    guard mode == .training else { return output }
    let unbiased = statistics.variance * (Float(statistics.count) / Float(max(statistics.count - 1, 1)))
    runningMean = runningMean * (1 - momentum) + statistics.mean * momentum
    runningVariance = runningVariance * (1 - momentum) + unbiased * momentum
    return output
  }
}

/// Layer normalisation over all of an image (Ba, Kiros and Hinton 2016), gain and offset being an element's own.
///
/// Input and output `[batch] + shape`; starts with gamma 1 and beta 0.
public struct LayerNorm: Layer {
  public var gamma: Tensor
  public var beta: Tensor

  public static let parts: [Part<Self>] = [
    .parameter("gamma", \.gamma) { FileLayout(image: $0.gamma.shape) },
    .parameter("beta", \.beta) { FileLayout(image: $0.beta.shape) },
  ]

  /// - Parameter shape: an image's, `[height, width, channels]`.
  public init(_ shape: [Int]) {
    gamma = Tensor(repeating: 1, shape: shape)
    beta = .zeros(shape)
  }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.layerNormalised(gamma: gamma, beta: beta) }
}
