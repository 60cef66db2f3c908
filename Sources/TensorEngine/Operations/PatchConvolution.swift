import CKernels

/// Convolution as matrix products over patches (im2col), a few rows of the image at a time so that the patches stay
/// in the cache. A faster kernel for some shapes goes beside this one, behind `ConvolutionShape`'s three methods.
extension ConvolutionShape {
  /// Patch elements that one piece holds at a time: 384 KiB, well inside L2.
  private static let patchBudget = 98_304
  /// Partial weight gradients, each over its share of the batch, summed in order.
  private static let gradientPieces = 16

  private var window: ck_window {
    ck_window(
      height: height, width: width, channels: inputChannels, kernel: kernel, stride: stride, padding: padding,
      outputWidth: outputWidth)
  }

  private var inputSize: Int { height * width * inputChannels }
  private var outputPixels: Int { outputHeight * outputWidth }
  /// A 1×1 kernel's patches are the pixels themselves.
  private var isPointwise: Bool { kernel == 1 && stride == 1 && padding == 0 }

  /// Output rows whose patches fit the budget.
  private var rowsPerBlock: Int {
    min(outputHeight, max(1, Self.patchBudget / (patchSize * outputWidth)))
  }

  /// Images that make one piece of work.
  private var imagesPerPiece: Int {
    max(1, Self.patchBudget / (patchSize * outputPixels))
  }

  /// The convolution of `x` with `weight`, plus `bias` where there is one.
  func forward(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    reading(x, weight, bias ?? weight) { px, pw, pb in
      Tensor(shape: outputShape) { out in
        forEachPiece { images, patches in
          forEachBlock(of: images, px, patches) { block, firstPixel, pixels in
            let target = out + firstPixel * outputChannels
            if bias != nil { ck_fill_rows(pb, target, pixels, outputChannels) }
            BLAS.multiply(
              block, pw, into: target, rows: pixels, columns: outputChannels, depth: patchSize,
              beta: bias == nil ? 0 : 1)
          }
        }
      }
    }
  }

  /// The gradient for the input.
  func inputGradient(_ dy: Tensor, _ weight: Tensor) -> Tensor {
    if stride == 1 && padding < kernel {
      // Each input pixel gathers what it gave: a convolution of dy with the kernel turned by 180°.
      let turned = ConvolutionShape(
        input: outputShape, weight: [kernel, kernel, outputChannels, inputChannels], stride: 1,
        padding: kernel - 1 - padding)
      return turned.forward(dy, turnedWeight(weight), nil)
    }
    return reading(dy, weight) { pdy, pw in
      Tensor(shape: inputShape) { out in
        out.update(repeating: 0, count: batch * inputSize)
        var window = window
        forEachPiece { images, patches in
          for image in images {
            for row in Swift.stride(from: 0, to: outputHeight, by: rowsPerBlock) {
              let rows = min(rowsPerBlock, outputHeight - row)
              let firstPixel = image * outputPixels + row * outputWidth
              BLAS.multiply(
                pdy + firstPixel * outputChannels, pw, secondTransposed: true, into: patches, rows: rows * outputWidth,
                columns: patchSize, depth: outputChannels)
              ck_add_patches(&window, patches, row, rows, out + image * inputSize)
            }
          }
        }
      }
    }
  }

  /// The gradient for the weight, `[k, k, c, o]`.
  func weightGradient(_ x: Tensor, _ dy: Tensor) -> Tensor {
    let size = patchSize * outputChannels
    let pieces = min(batch, Self.gradientPieces)
    let partial = reading(x, dy) { px, pdy in
      Tensor(shape: [pieces, size]) { out in
        Parallel.forEach(pieces) { piece in
          let target = out + piece * size
          target.update(repeating: 0, count: size)
          let images = batch * piece / pieces..<batch * (piece + 1) / pieces
          withScratch(patchScratch) { patches in
            for start in Swift.stride(from: images.lowerBound, to: images.upperBound, by: imagesPerPiece) {
              let some = start..<min(start + imagesPerPiece, images.upperBound)
              forEachBlock(of: some, px, patches) { block, firstPixel, pixels in
                BLAS.multiply(
                  block, firstTransposed: true, pdy + firstPixel * outputChannels, into: target, rows: patchSize,
                  columns: outputChannels, depth: pixels, beta: 1)
              }
            }
          }
        }
      }
    }
    return partial.columnSums.reshaped(to: [kernel, kernel, inputChannels, outputChannels])
  }

  /// Room for the patches of one block.
  private var patchScratch: Int {
    max(rowsPerBlock * outputWidth, imagesPerPiece * outputPixels) * patchSize
  }

  /// Runs `body` for every piece of the batch with scratch for a block of patches.
  private func forEachPiece(_ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void) {
    Parallel.forEachRange(of: batch, size: imagesPerPiece) { images in
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
      body(px + firstPixel * inputChannels, firstPixel, images.count * outputPixels)
      return
    }
    var window = window
    if rowsPerBlock == outputHeight {
      for (position, image) in images.enumerated() {
        ck_patches(
          &window, px + image * inputSize, 0, outputHeight, patches + position * outputPixels * patchSize)
      }
      body(patches, images.lowerBound * outputPixels, images.count * outputPixels)
      return
    }
    for image in images {
      for row in Swift.stride(from: 0, to: outputHeight, by: rowsPerBlock) {
        let rows = min(rowsPerBlock, outputHeight - row)
        ck_patches(&window, px + image * inputSize, row, rows, patches)
        body(patches, image * outputPixels + row * outputWidth, rows * outputWidth)
      }
    }
  }

  /// The kernel turned by 180° with its channels exchanged, `[k, k, o, c]`.
  private func turnedWeight(_ weight: Tensor) -> Tensor {
    let taps = kernel * kernel
    let (inner, outer) = (inputChannels, outputChannels)
    return reading(weight) { pw in
      Tensor(shape: [kernel, kernel, outer, inner]) { out in
        for tap in 0..<taps {
          let from = pw + (taps - 1 - tap) * inner * outer
          let to = out + tap * inner * outer
          for o in 0..<outer {
            for i in 0..<inner { to[o * inner + i] = from[i * outer + o] }
          }
        }
      }
    }
  }
}
