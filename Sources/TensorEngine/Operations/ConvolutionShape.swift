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
    return ParameterForms.form(.turned, weightShape, of: weight) {
      reading(weight) { pw in
        Tensor(shape: [kernel, kernel, outer, inner]) { out in
          Parallel.forEach(taps) { tap in
            ck_transpose(pw + (taps - 1 - tap) * inner * outer, outer, out + tap * inner * outer, inner, outer)
          }
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
