extension ConvolutionShape {
  /// The fastest method for this shape.
  package var method: any ConvolutionMethod {
    if let method = WinogradConvolution(self) { return method }
    if let method = PaddedConvolution(self) { return method }
    return PatchConvolution(self)
  }
}

extension Tensor {
  /// Convolution (cross-correlation, as in PyTorch) of `[n, h, w, c]` with `weight` `[k, k, c, o]` and `bias` `[o]`,
  /// zero-padded; the result is `[n, (h + 2·padding − k)/stride + 1, …, o]`.
  public func convolved(with weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0) -> Tensor {
    let convolution = ConvolutionShape(input: shape, weight: weight.shape, stride: stride, padding: padding)
    precondition(
      bias.shape == [convolution.outputChannels], "bias \(bias.shape) does not fit a kernel of shape \(weight.shape)")
    let (w, x) = (weight.detached, kept)
    let (needsInput, needsParameters) = (isTraced, weight.isTraced || bias.isTraced)
    let method = convolution.method
    return method.forward(self, w, bias).derived(from: [self, weight, bias]) { dy in
      // The parameters' gradients first: what they need of x is free again before the input's gradient takes memory.
      let parameters = needsParameters ? method.parameterGradients(x(), dy) : nil
      return [needsInput ? method.inputGradient(dy, w) : nil, parameters?.weight, parameters?.bias]
    }
  }

  /// Transposed convolution of `[n, h, w, c]` with `weight` `[k, k, o, c]` and `bias` `[o]`: what a convolution with this
  /// weight, stride and padding from o to c channels does to gradients of its output. The result is
  /// `[n, (h − 1)·stride + k − 2·padding, …, o]`.
  public func transposeConvolved(with weight: Tensor, bias: Tensor, stride: Int, padding: Int) -> Tensor {
    precondition(
      rank == 4 && weight.rank == 4 && weight.shape[3] == shape[3] && bias.shape == [weight.shape[2]],
      "a transposed convolution needs [n, h, w, c], [k, k, o, c] and [o], not \(shape), \(weight.shape) and \(bias.shape)"
    )
    func side(_ length: Int) -> Int { (length - 1) * stride + weight.shape[0] - 2 * padding }
    let method = ConvolutionShape(
      input: [shape[0], side(shape[1]), side(shape[2]), weight.shape[2]], weight: weight.shape, stride: stride,
      padding: padding
    ).method
    let (w, x) = (weight.detached, kept)
    let (needsInput, needsParameters) = (isTraced, weight.isTraced || bias.isTraced)
    let y = method.inputGradient(detached, w).addingToChannels(bias.detached)
    return y.derived(from: [self, weight, bias]) { dy in
      let dw = needsParameters ? method.parameterGradients(dy, x()).weight : nil
      return [needsInput ? method.forward(dy, w, nil) : nil, dw, needsParameters ? dy.columnSums : nil]
    }
  }

  /// Transposed convolution whose stride equals its kernel, so that patches do not overlap: `[n, h, w, c]` with
  /// `weight` `[c, size·size·o]` (columns in the order row, column, channel) and `bias` `[o]` gives
  /// `[n, h·size, w·size, o]`.
  public func upsampled(by size: Int, weight: Tensor, bias: Tensor) -> Tensor {
    let (n, h, w, c) = (shape[0], shape[1], shape[2], shape[3])
    return reshaped(to: [n * h * w, c]).matrixProduct(weight)
      .reshaped(to: [n, h, w, weight.shape[1]])
      .pixelShuffled(by: size)
      .addingToChannels(bias)
  }

  /// Adds `bias` `[c]` to the last axis.
  public func addingToChannels(_ bias: Tensor) -> Tensor {
    precondition(bias.shape == [shape[rank - 1]], "bias \(bias.shape) does not fit a tensor of shape \(shape)")
    return scaledAndShifted(by: Tensor(repeating: 1, shape: bias.shape), bias, activation: .identity)
      .derived(from: [self, bias]) { dy in [dy, bias.isTraced ? dy.columnSums : nil] }
  }
}
