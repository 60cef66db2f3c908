import CKernels

/// The shape of a convolution over `[batch, height, width, inputChannels]` with a square kernel and zero padding.
package struct ConvolutionShape: Sendable {
  package let batch, height, width, inputChannels, outputChannels: Int
  package let kernel, stride, padding: Int

  package var outputHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
  package var outputWidth: Int { (width + 2 * padding - kernel) / stride + 1 }
  package var inputShape: [Int] { [batch, height, width, inputChannels] }
  package var outputShape: [Int] { [batch, outputHeight, outputWidth, outputChannels] }
  /// Inputs that one output pixel sees.
  var patchSize: Int { kernel * kernel * inputChannels }

  package var weightShape: [Int] { [kernel, kernel, inputChannels, outputChannels] }

  package init(input: [Int], weight: [Int], stride: Int, padding: Int) {
    precondition(
      input.count == 4 && weight.count == 4 && weight[0] == weight[1] && input[3] == weight[2],
      "a convolution needs [n, h, w, c] and [k, k, c, o], not \(input) and \(weight)")
    (batch, height, width, inputChannels) = (input[0], input[1], input[2], input[3])
    (kernel, outputChannels) = (weight[0], weight[3])
    (self.stride, self.padding) = (stride, padding)
    precondition(
      height + 2 * padding >= kernel && width + 2 * padding >= kernel && stride >= 1,
      "a \(kernel)×\(kernel) kernel with stride \(stride), padding \(padding) does not fit images of \(input)")
  }
}

extension ConvolutionShape {
  /// With stride 1 the gradient for the input is a convolution itself, of the output's gradient with `turnedWeight`:
  /// each input pixel gathers what it gave.
  var turned: ConvolutionShape? {
    guard stride == 1 && padding < kernel else { return nil }
    return ConvolutionShape(
      input: outputShape, weight: [kernel, kernel, outputChannels, inputChannels], stride: 1,
      padding: kernel - 1 - padding)
  }

  /// The kernel turned by 180° with its channels exchanged, `[k, k, o, c]`.
  func turnedWeight(_ weight: Tensor) -> Tensor {
    let taps = kernel * kernel
    let (inner, outer) = (inputChannels, outputChannels)
    return reading(weight) { pw in
      Tensor(shape: [kernel, kernel, outer, inner]) { out in
        Parallel.forEach(taps) { tap in
          ck_transpose(pw + (taps - 1 - tap) * inner * outer, outer, out + tap * inner * outer, inner, outer)
        }
      }
    }
  }
}

/// A way to compute a convolution and its derivatives; all ways agree but for rounding.
package protocol ConvolutionMethod: Sendable {
  /// The convolution of `x` with `weight` `[k, k, c, o]`, plus `bias` `[o]` where there is one.
  func forward(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor
  /// The gradient for the input.
  func inputGradient(_ dy: Tensor, _ weight: Tensor) -> Tensor
  /// The gradients for the weight and the bias.
  func parameterGradients(_ x: Tensor, _ dy: Tensor) -> (weight: Tensor, bias: Tensor)
}

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
