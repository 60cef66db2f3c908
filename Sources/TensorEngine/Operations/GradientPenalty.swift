/// A layer of a network that is linear but for leaky ReLUs between its layers.
public enum PiecewiseLinearLayer: Sendable {
  /// `[n, h, w, c]` with `weight` `[k, k, c, o]` and `bias` `[o]`.
  case convolution(weight: Tensor, bias: Tensor, stride: Int, padding: Int)
  /// Whatever shape an image has, as a row, with `weight` `[c, o]` and `bias` `[o]`.
  case linear(weight: Tensor, bias: Tensor)

  var weight: Tensor {
    switch self {
    case .convolution(let weight, _, _, _), .linear(let weight, _): weight
    }
  }

  private var bias: Tensor {
    switch self {
    case .convolution(_, let bias, _, _), .linear(_, let bias): bias
    }
  }

  /// The layer itself, or without its bias; differentiated by the operations in it.
  func callAsFunction(_ x: Tensor, hasBias: Bool = true) -> Tensor {
    switch self {
    case .convolution(let weight, _, let stride, let padding):
      let bias = hasBias ? bias : .zeros(bias.shape)
      return x.convolved(with: weight, bias: bias, stride: stride, padding: padding)
    case .linear(let weight, _):
      let product = x.reshaped(to: [x.shape[0], weight.shape[0]]).matrixProduct(weight)
      return hasBias ? product.addingToChannels(bias) : product
    }
  }

  /// The layer with constants for parameters.
  var detached: PiecewiseLinearLayer {
    switch self {
    case .convolution(let weight, let bias, let stride, let padding):
      .convolution(weight: weight.detached, bias: bias.detached, stride: stride, padding: padding)
    case .linear(let weight, let bias): .linear(weight: weight.detached, bias: bias.detached)
    }
  }

  /// What `gradient` of the output is of an input like `x`; parameters are constants.
  func inputGradient(_ gradient: Tensor, like x: Tensor) -> Tensor {
    switch self {
    case .convolution(let weight, _, let stride, let padding):
      return ConvolutionShape(input: x.shape, weight: weight.shape, stride: stride, padding: padding).method
        .inputGradient(gradient, weight)
    case .linear(let weight, _): return gradient.matrixProduct(weight.transposed).reshaped(to: x.shape)
    }
  }

  /// What `gradient` of the output is of the weight, where `x` is the input.
  func weightGradient(_ gradient: Tensor, input x: Tensor) -> Tensor {
    switch self {
    case .convolution(let weight, _, let stride, let padding):
      return ConvolutionShape(input: x.shape, weight: weight.shape, stride: stride, padding: padding).method
        .parameterGradients(x, gradient).weight
    case .linear(let weight, _):
      return x.reshaped(to: [x.shape[0], weight.shape[0]]).transposedProduct(gradient)
    }
  }
}

extension Tensor {
  /// mean (‖∇D(x)‖ − 1)² over the images of a batch, D being a network of these layers with a leaky ReLU between any two
  /// and one number an image at the end: the penalty that keeps a critic's slope near 1 (Gulrajani et al. 2017, Eq. 3).
  ///
  /// Differentiable by the layers' weights; the images are constants. Where no unit changes sides the network is linear,
  /// so its gradient is a product of weights and masks, and what the penalty's is by a weight follows without
  /// differentiating twice: with v = 2(‖g‖ − 1)g/(‖g‖n) sent forward through the same masks without biases, it is the
  /// ordinary gradient of a layer whose input is v's image before it and whose output's gradient is D's. A bias has none.
  public func gradientPenalty(of layers: [PiecewiseLinearLayer], slope: Float) -> Tensor {
    precondition(!isTraced, "the images of a gradient penalty are constants")
    let batch = shape[0]
    let fixed = layers.map(\.detached)
    // What each layer is given; the leaky ReLU's result has the sign of what it was of.
    var inputs = [self]
    for layer in fixed.dropLast() { inputs.append(layer(inputs.last!).leakyRectified(slope: slope)) }
    precondition(
      fixed.last?.weight.shape.last == 1, "a critic gives one number an image, not \(fixed.last?.weight.shape ?? [])")
    // D's gradient for each layer's output, and at last for the images.
    var slopes = [Tensor(repeating: 1, shape: [batch, 1])]
    for place in fixed.indices.reversed() {
      let gradient = fixed[place].inputGradient(slopes.last!, like: inputs[place])
      slopes.append(place == 0 ? gradient : gradient.leakySlopes(of: inputs[place], slope: slope))
    }
    let gradient = slopes.removeLast().reshaped(to: [batch, count / batch])
    slopes.reverse()
    let norms = gradient.squared.sum(axes: [1]).squareRoot
    let penalty = (norms - 1).squared.mean

    let given = inputs
    let outputSlopes = slopes
    return penalty.derived(from: [self] + layers.map(\.weight)) { dy in
      // A slope of 0 has no direction.
      let factors = norms.scalars.map { $0 > 0 ? 2 * ($0 - 1) / ($0 * Float(batch)) : 0 }
      var direction = (gradient * Tensor(factors, shape: [batch, 1]) * dy.scalar).reshaped(to: given[0].shape)
      var gradients: [Tensor?] = [nil]
      for (place, layer) in fixed.enumerated() {
        gradients.append(layer.weightGradient(outputSlopes[place], input: direction))
        guard place + 1 < fixed.count else { break }
        direction = layer(direction, hasBias: false).leakySlopes(of: given[place + 1], slope: slope)
      }
      return gradients
    }
  }
}
