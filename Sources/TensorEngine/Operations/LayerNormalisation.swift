import CKernels

extension Tensor {
  /// Each image normalised over all its elements, then times `gamma` plus `beta`, an element's own each: layer
  /// normalisation (Ba, Kiros and Hinton 2016). Shapes: `self` `[batch, …]`, `gamma` and `beta` `[…]`.
  public func layerNormalised(gamma: Tensor, beta: Tensor, epsilon: Float = 1e-5) -> Tensor {
    let batch = shape[0]
    let size = count / max(batch, 1)
    precondition(
      gamma.shape == Array(shape.dropFirst()) && beta.shape == gamma.shape,
      "gamma \(gamma.shape) and beta \(beta.shape) must be \(Array(shape.dropFirst()))")
    let (x, gain, offset) = (detached, gamma.detached, beta.detached)
    // Of each image its mean and the reciprocal of its standard deviation.
    var moments = Tensor(shape: [batch, 2]) { _ in }
    let y = reading(x, gain, offset) { px, pg, po in
      Tensor(shape: shape) { out in
        moments.mutate { moments in
          Parallel.forEach(batch) { n in
            let image = px + n * size
            let mean = Float(ck_sum(image, size) / Double(size))
            let variance = Float(ck_squares_about(image, mean, size) / Double(size))
            let reciprocal = 1 / (variance + epsilon).squareRoot()
            (moments[2 * n], moments[2 * n + 1]) = (mean, reciprocal)
            ck_normalise(image, mean, reciprocal, pg, po, out + n * size, size)
          }
        }
      }
    }
    let kept = moments
    return y.derived(from: [self, gamma, beta]) { dy in
      let dx = reading(x, dy, gain) { px, pdy, pg in
        reading(kept) { moments in
          Tensor(shape: x.shape) { out in
            Parallel.forEach(batch) { n in
              let start = n * size
              ck_normalise_backward(
                px + start, pdy + start, moments[2 * n], moments[2 * n + 1], pg, out + start, size)
            }
          }
        }
      }
      var (dGamma, dBeta) = (Tensor.zeros(gain.shape), Tensor.zeros(gain.shape))
      dGamma.mutate { pdGamma in
        dBeta.mutate { pdBeta in
          reading(x, dy, kept) { px, pdy, moments in
            Parallel.forEachRange(of: size, size: max(64, chunkSize / max(1, batch))) { range in
              for n in 0..<batch {
                let start = n * size + range.lowerBound
                ck_normalise_parameters(
                  px + start, pdy + start, moments[2 * n], moments[2 * n + 1], pdGamma + range.lowerBound,
                  pdBeta + range.lowerBound, range.count)
              }
            }
          }
        }
      }
      return [dx, dGamma, dBeta]
    }
  }
}
