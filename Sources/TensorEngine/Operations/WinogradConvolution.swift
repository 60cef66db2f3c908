import CKernels

/// 3×3 convolutions with stride 1 and padding 1 by Winograd's F(4×4, 3×3) (Lavin and Gray 2016): a quarter of the
/// multiplications, with a rounding error about five times that of direct summation.
package struct WinogradConvolution: ConvolutionMethod {
  private let shape: ConvolutionShape

  /// Most tiles transformed at a time: with up to 128 channels both sides' transforms stay in L2.
  private static let largestBlock = 48
  /// Partial weight gradients, each over its share of the tiles, summed in order.
  private static let gradientPieces = 8

  /// Nil for shapes that this method cannot compute.
  package init?(_ shape: ConvolutionShape) {
    guard
      shape.kernel == 3, shape.stride == 1, shape.padding == 1, shape.inputChannels % 16 == 0,
      shape.outputChannels % 16 == 0
    else { return nil }
    self.shape = shape
  }

  private var window: ck_winograd {
    ck_winograd(
      height: shape.height, width: shape.width, inputChannels: shape.inputChannels,
      outputChannels: shape.outputChannels)
  }

  private var filterShape: [Int] { [Int(CK_WINOGRAD_POSITIONS), shape.inputChannels, shape.outputChannels] }

  private var tileCount: Int { shape.batch * ck_winograd_tiles(window) }

  /// Tiles of one block: nearly alike in all, and a multiple of four blocks, so that threads end together.
  private var blockSize: Int {
    let blocks = (tileCount + Self.largestBlock - 1) / Self.largestBlock
    let even = (blocks + 3) / 4 * 4
    return max(1, (tileCount + even - 1) / even)
  }

  package func forward(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    let tiles = tileCount
    let filter = ParameterForms.form(.winograd, filterShape, of: weight) {
      reading(weight) { pw in
        Tensor(shape: filterShape) { out in
          Parallel.forEachRange(of: shape.inputChannels * shape.outputChannels, size: 256) { columns in
            ck_winograd_filter(window, pw, columns.lowerBound, columns.count, out)
          }
        }
      }
    }
    return reading(x, filter, bias ?? filter) { px, pf, pb in
      Tensor(shape: shape.outputShape) { out in
        Parallel.forEachRange(of: tiles, size: blockSize) { block in
          withScratch(ck_winograd_scratch(window, block.count)) { scratch in
            ck_winograd_forward(
              window, px, pf, bias == nil ? nil : pb, out, block.lowerBound, block.count, scratch)
          }
        }
      }
    }
  }

  package func inputGradient(_ dy: Tensor, _ weight: Tensor) -> Tensor {
    Self(shape.turned!)!.forward(dy, shape.turnedWeight(weight), nil)
  }

  package func parameterGradients(_ x: Tensor, _ dy: Tensor) -> (weight: Tensor, bias: Tensor) {
    let (tiles, blockSize) = (tileCount, blockSize)
    let blocks = (tiles + blockSize - 1) / blockSize
    let pieces = min(blocks, Shard.gradientPieces(images: shape.batch, atMost: Self.gradientPieces))
    let weightSize = shape.weightShape.reduce(1, *)
    // A row of each piece.
    var weights = Tensor([])
    let biases = Tensor(shape: [pieces, shape.outputChannels]) { biasRows in
      weights = reading(x, dy) { px, pdy in
        Tensor(shape: [pieces, weightSize]) { weightRows in
          Parallel.forEach(pieces) { piece in
            withScratch(ck_winograd_scratch(window, blockSize)) { scratch in
              withScratch(filterShape.reduce(1, *)) { filter in
                let first = blocks * piece / pieces
                for block in first..<blocks * (piece + 1) / pieces {
                  ck_winograd_weight_gradient(
                    window, px, pdy, block * blockSize, min(blockSize, tiles - block * blockSize), scratch,
                    block > first ? 1 : 0, filter, biasRows + piece * shape.outputChannels)
                }
                ck_winograd_filter_backward(window, filter, weightRows + piece * weightSize)
              }
            }
          }
        }
      }
    }
    return (weights.columnSums.reshaped(to: shape.weightShape), biases.columnSums)
  }
}
