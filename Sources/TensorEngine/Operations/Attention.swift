import CKernels

extension Tensor {
  /// softmax(Q·Kᵀ/√c)·V over the positions of each image (Vaswani et al. 2017, arXiv 1706.03762, Eq. 1): attention of
  /// one head.
  ///
  /// Shapes: `self` `[batch, positions, 3·c]`, a position's query, key and value side by side; the result
  /// `[batch, positions, c]`.
  public var selfAttended: Tensor {
    precondition(
      rank == 3 && shape[2] % 3 == 0, "queries, keys and values must be [batch, positions, 3·c], not \(shape)")
    let (batch, positions, packed) = (shape[0], shape[1], shape[2])
    let width = packed / 3
    let scale = 1 / Float(width).squareRoot()
    let (square, values) = (positions * positions, positions * width)
    let x = detached
    // How much each position takes of each other, [batch, positions, positions].
    var weights = Tensor(shape: [batch, positions, positions]) { _ in }
    let y = reading(x) { px in
      Tensor(shape: [batch, positions, width]) { out in
        weights.mutate { pw in
          Parallel.forEach(batch) { n in
            let (image, shares) = (px + n * positions * packed, pw + n * square)
            withScratch(values + square + positions) { scratch in
              let (other, scores) = (scratch, scratch + values)
              let logSums = scores + square
              ck_transpose(image + width, packed, other, positions, width)
              ck_product(image, packed, 1, other, scores, positions, positions, width, 0)
              ck_affine(scores, scale, 0, scores, square)
              ck_log_sum_exp(scores, logSums, positions, positions)
              for row in 0..<positions {
                let start = row * positions
                ck_affine(scores + start, 1, -logSums[row], scores + start, positions)
              }
              ck_exp(scores, shares, square)
              ck_copy_columns(image + 2 * width, packed, other, width, positions, width)
              ck_product(shares, positions, 1, other, out + n * values, positions, width, positions, 0)
            }
          }
        }
      }
    }
    let kept = weights
    return y.derived(from: [self]) { dy in
      let dx = reading(x, kept, dy) { px, pw, pdy in
        Tensor(shape: x.shape) { out in
          Parallel.forEach(batch) { n in
            let (image, gradient) = (px + n * positions * packed, out + n * positions * packed)
            let (shares, dOutput) = (pw + n * square, pdy + n * values)
            withScratch(2 * values + 2 * square) { scratch in
              let (other, result) = (scratch, scratch + values)
              let (dShares, products) = (scratch + 2 * values, scratch + 2 * values + square)
              // dV = Wᵀ·dO.
              ck_product(shares, 1, positions, dOutput, result, positions, width, positions, 0)
              ck_copy_columns(result, width, gradient + 2 * width, packed, positions, width)
              // dW = dO·Vᵀ, and through the softmax dS = W∘(dW − Σ W∘dW), the sum over each row.
              ck_transpose(image + 2 * width, packed, other, positions, width)
              ck_product(dOutput, width, 1, other, dShares, positions, positions, width, 0)
              ck_multiply(shares, dShares, products, square)
              for row in 0..<positions {
                let start = row * positions
                let sum = Float(ck_sum(products + start, positions))
                ck_accumulate(shares + start, -sum, products + start, positions)
              }
              ck_affine(products, scale, 0, products, square)
              // dQ = dS·K/√c, dK = dSᵀ·Q/√c.
              ck_copy_columns(image + width, packed, other, width, positions, width)
              ck_product(products, positions, 1, other, result, positions, width, positions, 0)
              ck_copy_columns(result, width, gradient, packed, positions, width)
              ck_copy_columns(image, packed, other, width, positions, width)
              ck_product(products, 1, positions, other, result, positions, width, positions, 0)
              ck_copy_columns(result, width, gradient + width, packed, positions, width)
            }
          }
        }
      }
      return [dx]
    }
  }
}
