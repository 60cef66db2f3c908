import CKernels

/// Convolution as matrix products over patches (im2col), a few rows of the image at a time so that the patches stay
/// in the cache: for every shape.
package struct PatchConvolution: ConvolutionMethod {
  private let shape: ConvolutionShape

  package init(_ shape: ConvolutionShape) {
    self.shape = shape
  }

  /// Patch elements that one piece holds at a time: 384 KiB, well inside L2.
  private static let patchBudget = 98_304
  /// Partial weight gradients, each over its share of the batch, summed in order.
  private static let gradientPieces = 16

  private var window: ck_window {
    ck_window(
      height: shape.height, width: shape.width, channels: shape.inputChannels, kernel: shape.kernel,
      stride: shape.stride, padding: shape.padding, outputWidth: shape.outputWidth)
  }

  private var inputSize: Int { shape.height * shape.width * shape.inputChannels }
  private var outputPixels: Int { shape.outputHeight * shape.outputWidth }
  /// A 1×1 kernel's patches are the pixels themselves.
  private var isPointwise: Bool { shape.kernel == 1 && shape.stride == 1 && shape.padding == 0 }

  /// Output rows whose patches fit the budget.
  private var rowsPerBlock: Int {
    min(shape.outputHeight, max(1, Self.patchBudget / (shape.patchSize * shape.outputWidth)))
  }

  /// Images that make one piece of work.
  private var imagesPerPiece: Int {
    max(1, Self.patchBudget / (shape.patchSize * outputPixels))
  }

  /// The convolution of `x` with `weight`, plus `bias` where there is one.
  package func forward(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    reading(x, weight, bias ?? weight) { px, pw, pb in
      Tensor(shape: shape.outputShape) { out in
        forEachPiece { images, patches in
          forEachBlock(of: images, px, patches) { block, firstPixel, pixels in
            let target = out + firstPixel * shape.outputChannels
            if bias != nil { ck_fill_rows(pb, target, pixels, shape.outputChannels) }
            ck_product(
              block, shape.patchSize, 1, pw, target, pixels, shape.outputChannels, shape.patchSize, bias != nil ? 1 : 0)
          }
        }
      }
    }
  }

  /// The gradient for the input.
  package func inputGradient(_ dy: Tensor, _ weight: Tensor) -> Tensor {
    if let turned = shape.turned {
      return Self(turned).forward(dy, shape.turnedWeight(weight), nil)
    }
    let columns = weight.reshaped(to: [shape.patchSize, shape.outputChannels]).detached.transposed
    return reading(dy, columns) { pdy, pw in
      Tensor(shape: shape.inputShape) { out in
        var window = window
        forEachPiece { images, patches in
          (out + images.lowerBound * inputSize).update(repeating: 0, count: images.count * inputSize)
          if rowsPerBlock == shape.outputHeight {
            // Whole images at a time: their rows are one matrix.
            ck_product(
              pdy + images.lowerBound * outputPixels * shape.outputChannels, shape.outputChannels, 1, pw, patches,
              images.count * outputPixels, shape.patchSize, shape.outputChannels, 0)
            for (position, image) in images.enumerated() {
              ck_add_patches(
                &window, patches + position * outputPixels * shape.patchSize, 0, shape.outputHeight,
                out + image * inputSize)
            }
            return
          }
          for image in images {
            for row in stride(from: 0, to: shape.outputHeight, by: rowsPerBlock) {
              let rows = min(rowsPerBlock, shape.outputHeight - row)
              let firstPixel = image * outputPixels + row * shape.outputWidth
              ck_product(
                pdy + firstPixel * shape.outputChannels, shape.outputChannels, 1, pw, patches,
                rows * shape.outputWidth, shape.patchSize, shape.outputChannels, 0)
              ck_add_patches(&window, patches, row, rows, out + image * inputSize)
            }
          }
        }
      }
    }
  }

  package func parameterGradients(_ x: Tensor, _ dy: Tensor) -> (weight: Tensor, bias: Tensor) {
    let size = shape.patchSize * shape.outputChannels
    let pieces = min(shape.batch, Shard.gradientPieces(images: shape.batch, atMost: Self.gradientPieces))
    let partial = reading(x, dy) { px, pdy in
      Tensor(shape: [pieces, size]) { out in
        Parallel.forEach(pieces) { piece in
          let target = out + piece * size
          var isBegun = false
          let images = shape.batch * piece / pieces..<shape.batch * (piece + 1) / pieces
          withScratch(patchScratch) { patches in
            for start in stride(from: images.lowerBound, to: images.upperBound, by: imagesPerPiece) {
              let some = start..<min(start + imagesPerPiece, images.upperBound)
              forEachBlock(of: some, px, patches) { block, firstPixel, pixels in
                ck_product(
                  block, 1, shape.patchSize, pdy + firstPixel * shape.outputChannels, target, shape.patchSize,
                  shape.outputChannels, pixels, isBegun ? 1 : 0)
                isBegun = true
              }
            }
          }
        }
      }
    }
    return (partial.columnSums.reshaped(to: shape.weightShape), dy.columnSums)
  }

  /// Room for the patches of one block.
  private var patchScratch: Int {
    max(rowsPerBlock * shape.outputWidth, imagesPerPiece * outputPixels) * shape.patchSize
  }

  /// Runs `body` for every piece of the batch with scratch for a block of patches.
  private func forEachPiece(_ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void) {
    Parallel.forEachRange(of: shape.batch, size: imagesPerPiece) { images in
      withScratch(isPointwise ? 1 : patchScratch) { body(images, $0) }
    }
  }

  /// Runs `body` with the patches of some images, a block at a time: the whole images if they fit the budget, else a
  /// few rows of one.
  private func forEachBlock(
    of images: Range<Int>, _ px: UnsafePointer<Float>, _ patches: UnsafeMutablePointer<Float>,
    _ body: (_ block: UnsafePointer<Float>, _ firstPixel: Int, _ pixels: Int) -> Void
  ) {
    if isPointwise {
      let firstPixel = images.lowerBound * outputPixels
      body(px + firstPixel * shape.inputChannels, firstPixel, images.count * outputPixels)
      return
    }
    var window = window
    if rowsPerBlock == shape.outputHeight {
      for (position, image) in images.enumerated() {
        ck_patches(
          &window, px + image * inputSize, 0, shape.outputHeight, patches + position * outputPixels * shape.patchSize)
      }
      body(patches, images.lowerBound * outputPixels, images.count * outputPixels)
      return
    }
    for image in images {
      for row in stride(from: 0, to: shape.outputHeight, by: rowsPerBlock) {
        let rows = min(rowsPerBlock, shape.outputHeight - row)
        ck_patches(&window, px + image * inputSize, row, rows, patches)
        body(patches, image * outputPixels + row * shape.outputWidth, rows * shape.outputWidth)
      }
    }
  }
}
