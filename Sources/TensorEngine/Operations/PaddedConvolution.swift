import CKernels

/// Winograd's method for outputs that are no multiple of 16, such as a network's last convolution: computed with zero
/// channels besides, which costs less than patches whose product has few columns.
package struct PaddedConvolution: ConvolutionMethod {
  private let outputs: Int
  private let padded: Int
  private let method: WinogradConvolution

  /// Nil for shapes that this method cannot compute.
  package init?(_ shape: ConvolutionShape) {
    outputs = shape.outputChannels
    padded = (outputs + 15) / 16 * 16
    let whole = ConvolutionShape(
      input: shape.inputShape, weight: [shape.kernel, shape.kernel, shape.inputChannels, padded],
      stride: shape.stride, padding: shape.padding)
    guard let method = WinogradConvolution(whole) else { return nil }
    self.method = method
  }

  package func forward(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    method.forward(x, weight.paddedColumns(to: padded), bias?.paddedColumns(to: padded)).columns(0..<outputs)
  }

  package func inputGradient(_ dy: Tensor, _ weight: Tensor) -> Tensor {
    method.inputGradient(dy.paddedColumns(to: padded), weight.paddedColumns(to: padded))
  }

  package func parameterGradients(_ x: Tensor, _ dy: Tensor) -> (weight: Tensor, bias: Tensor) {
    let gradients = method.parameterGradients(x, dy.paddedColumns(to: padded))
    return (gradients.weight.columns(0..<outputs), gradients.bias.columns(0..<outputs))
  }
}

extension Tensor {
  /// This tensor with zeros after its last axis up to `width`; records no derivative.
  fileprivate func paddedColumns(to width: Int) -> Tensor {
    let own = shape[rank - 1]
    return ParameterForms.form(.padded, shape + [width], of: self) {
      reading(self) { px in
        Tensor(shape: shape.dropLast() + [width]) { out in
          Parallel.forEachRange(of: count / own, size: 2048) { rows in
            let target = out + rows.lowerBound * width
            target.update(repeating: 0, count: rows.count * width)
            ck_copy_columns(px + rows.lowerBound * own, own, target, width, rows.count, own)
          }
        }
      }
    }
  }
}
