import CKernels

/// The statistics of a batch normalisation's channels.
public struct ChannelStatistics: Sendable {
  /// `[channels]`.
  public let mean: Tensor
  /// `[channels]`, divided by the count (biased).
  public let variance: Tensor
  /// Values that each channel's statistics were taken over.
  public let count: Int
}

extension Tensor {
  /// Group normalisation over each image's groups of channels, then
  /// activation((x̂·gamma + beta)·(1 + scale) + shift).
  ///
  /// Without `scale` and `shift` this is plain group norm (Wu and He 2018); with them, `[batch, channels]` each, it is
  /// the adaptive form that conditions every residual block (Dhariwal and Nichol 2021, section 4.3). Shapes: `self`
  /// `[batch, …, channels]`, `gamma` and `beta` `[channels]`.
  public func groupNormalised(
    groups: Int, gamma: Tensor, beta: Tensor, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Float = 1e-5,
    activation: Activation = .identity
  ) -> Tensor {
    let (batch, channels) = (shape[0], shape[rank - 1])
    precondition(channels % groups == 0, "\(channels) channels cannot be cut into \(groups) groups")
    precondition(
      gamma.shape == [channels] && beta.shape == [channels],
      "gamma \(gamma.shape) and beta \(beta.shape) must be [\(channels)]")
    for modulation in [scale, shift].compactMap({ $0 }) {
      precondition(
        modulation.shape == [batch, channels], "a modulation must be [\(batch), \(channels)], not \(modulation.shape)")
    }
    // gamma and beta with each image's modulation, [batch, channels]; differentiated by the operations in them.
    let rows = [batch, channels]
    let onePlusScale = scale.map { $0 + 1 }
    let gain = onePlusScale.map { $0 * gamma } ?? gamma.broadcast(to: rows)
    let scaledBeta = onePlusScale.map { $0 * beta } ?? beta.broadcast(to: rows)
    let offset = shift.map { scaledBeta + $0 } ?? scaledBeta
    return imageNormalised(groups: groups, gain: gain, offset: offset, epsilon: epsilon, activation: activation)
  }

  /// activation(x̂·gain + offset) with x̂ normalised over groups of each image; gain and offset `[batch, channels]`.
  private func imageNormalised(
    groups: Int, gain: Tensor, offset: Tensor, epsilon: Float, activation: Activation
  ) -> Tensor {
    let (batch, channels) = (shape[0], shape[rank - 1])
    let pixels = count / (batch * channels)
    let width = channels / groups
    let groupCount = Float(pixels * width)
    let kind = activation.rawValue
    let x = detached
    let imageSize = pixels * channels

    // Of each image [4, channels]: the group mean, the reciprocal r of the group's standard deviation, and p = gain·r,
    // q = offset − mean·p, so that y = activation(x·p + q). An image passes through the cache once for all of it.
    var coefficients = Tensor(shape: [batch, 4, channels]) { _ in }
    let y = reading(x, gain, offset) { px, pg, po in
      Tensor(shape: shape) { out in
        coefficients.mutate { rows in
          Parallel.forEach(batch) { n in
            let image = px + n * imageSize
            let (gain, offset) = (pg + n * channels, po + n * channels)
            let mean = rows + n * 4 * channels
            let (reciprocal, p, q) = (mean + channels, mean + 2 * channels, mean + 3 * channels)
            ck_column_sums(image, channels, pixels, channels, mean)
            shareGroupTotals(mean, groups: groups, width: width) { $0 / groupCount }
            ck_column_squares(image, pixels, channels, mean, reciprocal)
            shareGroupTotals(reciprocal, groups: groups, width: width) { 1 / ($0 / groupCount + epsilon).squareRoot() }
            for c in 0..<channels {
              p[c] = gain[c] * reciprocal[c]
              q[c] = offset[c] - mean[c] * p[c]
            }
            ck_scale_shift(kind, image, p, q, out + n * imageSize, pixels, channels)
          }
        }
      }
    }
    let (gainValues, kept) = (gain.detached, coefficients)
    let result = y.derived(from: [self, gain, offset]) { dy in
      var (dGain, dOffset) = (Tensor.zeros([batch, channels]), Tensor.zeros([batch, channels]))
      var dx = Tensor(shape: x.shape) { _ in }
      dx.mutate { pdx in
        dGain.mutate { pdGain in
          dOffset.mutate { pdOffset in
            reading(x, dy) { px, pdy in
              reading(kept, gainValues) { rows, pg in
                Parallel.forEach(batch) { n in
                  let start = n * imageSize
                  let mean = rows + n * 4 * channels
                  let (reciprocal, p, q) = (mean + channels, mean + 2 * channels, mean + 3 * channels)
                  let (sum, product) = (pdOffset + n * channels, pdGain + n * channels)
                  let gain = pg + n * channels
                  ck_scale_shift_backward(
                    kind, px + start, pdy + start, p, q, mean, pdx + start, sum, product, pixels, channels)
                  // From here `product` is Σ du·x̂.
                  for c in 0..<channels { product[c] *= reciprocal[c] }
                  withScratch(5 * channels) { scratch in
                    let (m1, m2) = (scratch, scratch + channels)
                    for c in 0..<channels {
                      m1[c] = gain[c] * sum[c]
                      m2[c] = gain[c] * product[c]
                    }
                    shareGroupTotals(m1, groups: groups, width: width) { $0 / groupCount }
                    shareGroupTotals(m2, groups: groups, width: width) { $0 / groupCount }
                    normalisationInputGradient(
                      pdx + start, px + start, gain: gain, mean: mean, reciprocal: reciprocal, m1: m1, m2: m2,
                      scratch: scratch + 2 * channels, rows: pixels, channels: channels)
                  }
                }
              }
            }
          }
        }
      }
      return [dx, dGain, dOffset]
    }
    return result.recomputable {
      reading(x, kept) { px, rows in
        Tensor(shape: x.shape) { out in
          Parallel.forEach(batch) { n in
            let p = rows + (n * 4 + 2) * channels
            ck_scale_shift(kind, px + n * imageSize, p, p + channels, out + n * imageSize, pixels, channels)
          }
        }
      }
    }
  }

  /// Batch normalisation by the batch's own statistics, then an activation; also returns those statistics.
  ///
  /// Shapes: `self` `[batch, …, channels]`, `gamma` and `beta` `[channels]`. Source: Ioffe and Szegedy 2015.
  public func batchNormalised(
    gamma: Tensor, beta: Tensor, epsilon: Float = 1e-5, activation: Activation = .identity
  ) -> (output: Tensor, statistics: ChannelStatistics) {
    let channels = shape[rank - 1]
    precondition(
      gamma.shape == [channels] && beta.shape == [channels],
      "gamma \(gamma.shape) and beta \(beta.shape) must be [\(channels)]")
    let rows = count / channels
    let x = detached
    let (gammaValues, betaValues) = (gamma.detached, beta.detached)

    let (mean, variance) = x.columnMoments
    let reciprocal = Tensor(repeating: 1, shape: [channels]) / (variance + epsilon).squareRoot
    let p = gammaValues * reciprocal
    let q = betaValues - mean * p
    let y = x.scaledAndShifted(by: p, q, activation: activation)

    let output = y.derived(from: [self, gamma, beta]) { dy in
      var du: Tensor
      let dBeta: Tensor
      let product: Tensor
      (du, dBeta, product) = x.slopes(of: dy, scale: p, shift: q, center: mean, activation: activation)
      let dGamma = product * reciprocal
      let blocks = RowBlocks(rows: rows)
      let m1 = gammaValues * dBeta * (1 / Float(rows))
      let m2 = gammaValues * dGamma * (1 / Float(rows))
      du.mutate { pdu in
        reading(x, mean, reciprocal) { px, pm, pr in
          reading(gammaValues, m1, m2) { pg, pm1, pm2 in
            Parallel.forEach(blocks.count) { block in
              let (first, length) = blocks[block]
              withScratch(3 * channels) { scratch in
                normalisationInputGradient(
                  pdu + first * channels, px + first * channels, gain: pg, mean: pm, reciprocal: pr, m1: pm1, m2: pm2,
                  scratch: scratch, rows: length, channels: channels)
              }
            }
          }
        }
      }
      return [du, dGamma, dBeta]
    }
    .recomputable { x.scaledAndShifted(by: p, q, activation: activation) }
    return (output, ChannelStatistics(mean: mean, variance: variance, count: rows))
  }

  /// Batch normalisation by given statistics, which are constants, then an activation: what evaluation uses.
  public func batchNormalised(
    mean: Tensor, variance: Tensor, gamma: Tensor, beta: Tensor, epsilon: Float = 1e-5,
    activation: Activation = .identity
  ) -> Tensor {
    let deviation = (variance + epsilon).squareRoot
    let p = gamma.detached / deviation
    let q = beta.detached - mean * p
    let x = detached
    return scaledAndShifted(by: p, q, activation: activation).derived(from: [self, gamma, beta]) { dy in
      let (du, sum, product) = x.slopes(of: dy, scale: p, shift: q, center: mean, activation: activation)
      return [du * p, product / deviation, sum]
    }
  }

  /// The derivative of `scaledAndShifted` up to its argument u = x·p + q, with Σ du and Σ du·(x − center) of each channel.
  private func slopes(
    of dy: Tensor, scale p: Tensor, shift q: Tensor, center: Tensor, activation: Activation
  ) -> (du: Tensor, sum: Tensor, product: Tensor) {
    let channels = shape[rank - 1]
    var du = Tensor(shape: shape) { _ in }
    let blocks = RowBlocks(rows: count / channels)
    // [blocks, 2·channels]: both sums of each block.
    var sums = Tensor(shape: [blocks.count, 2 * channels]) { _ in }
    sums.mutate { ps in
      du.mutate { pdu in
        reading(self, dy, center) { px, pdy, pm in
          reading(p, q) { pp, pq in
            Parallel.forEach(blocks.count) { block in
              let (first, length) = blocks[block]
              let start = first * channels
              let sum = ps + block * 2 * channels
              ck_scale_shift_backward(
                activation.rawValue, px + start, pdy + start, pp, pq, pm, pdu + start, sum, sum + channels, length,
                channels)
            }
          }
        }
      }
    }
    let totals = sums.columnSums.reshaped(to: [2, channels])
    return (
      du, totals.rows(0..<1).reshaped(to: [channels]), totals.rows(1..<2).reshaped(to: [channels])
    )
  }

  /// Each image's channels times `scale` plus `shift`, both `[batch, channels]`: feature-wise linear modulation.
  public func modulated(scale: Tensor, shift: Tensor) -> Tensor {
    let (batch, channels) = (shape[0], shape[rank - 1])
    precondition(
      scale.shape == [batch, channels] && shift.shape == scale.shape,
      "modulations \(scale.shape) and \(shift.shape) must be [\(batch), \(channels)]")
    let pixels = count / (batch * channels)
    let imageSize = pixels * channels
    let (x, s, b) = (detached, scale.detached, shift.detached)
    let y = reading(x, s, b) { px, ps, pb in
      Tensor(shape: shape) { out in
        Parallel.forEach(batch) { n in
          ck_scale_shift(
            Activation.identity.rawValue, px + n * imageSize, ps + n * channels, pb + n * channels,
            out + n * imageSize, pixels, channels)
        }
      }
    }
    return y.derived(from: [self, scale, shift]) { dy in
      let zero = Tensor.zeros([channels])
      let shiftGradient = dy.reshaped(to: [batch, pixels, channels]).sum(axes: [1]).reshaped(to: [batch, channels])
      let scaleGradient = (dy * x).reshaped(to: [batch, pixels, channels]).sum(axes: [1])
        .reshaped(to: [batch, channels])
      let dx = reading(dy, s, zero) { pdy, ps, pz in
        Tensor(shape: x.shape) { out in
          Parallel.forEach(batch) { n in
            ck_scale_shift(
              Activation.identity.rawValue, pdy + n * imageSize, ps + n * channels, pz, out + n * imageSize, pixels,
              channels)
          }
        }
      }
      return [dx, scaleGradient, shiftGradient]
    }
  }

  /// activation(x·p + q) with p and q `[channels]`; records no derivative.
  func scaledAndShifted(by p: Tensor, _ q: Tensor, activation: Activation) -> Tensor {
    let channels = shape[rank - 1]
    return reading(self, p, q) { px, pp, pq in
      Tensor(shape: shape) { out in
        Parallel.forEachRange(of: count / channels, size: max(1, chunkSize / channels)) { rows in
          let first = rows.lowerBound * channels
          ck_scale_shift(activation.rawValue, px + first, pp, pq, out + first, rows.count, channels)
        }
      }
    }
  }

  /// Mean and (biased) variance over all axes but the last, in one pass: each block's own, combined by Chan's formula
  /// (Chan, Golub and LeVeque 1983).
  private var columnMoments: (mean: Tensor, variance: Tensor) {
    let channels = shape[rank - 1]
    let rows = count / channels
    let blocks = RowBlocks(rows: rows)
    let partial = reading(self) { px in
      Tensor(shape: [blocks.count, 2, channels]) { out in
        Parallel.forEach(blocks.count) { block in
          let (first, length) = blocks[block]
          let mean = out + block * 2 * channels
          ck_column_sums(px + first * channels, channels, length, channels, mean)
          for c in 0..<channels { mean[c] /= Float(length) }
          ck_column_squares(px + first * channels, length, channels, mean, mean + channels)
        }
      }
    }
    return reading(partial) { parts in
      var (means, variances) = ([Float](), [Float]())
      for c in 0..<channels {
        var (seen, mean, squares) = (0.0, 0.0, 0.0)
        for block in 0..<blocks.count {
          let part = parts + block * 2 * channels + c
          let length = Double(blocks[block].length)
          let difference = Double(part[0]) - mean
          let total = seen + length
          mean += difference * length / total
          squares += Double(part[channels]) + difference * difference * seen * length / total
          seen = total
        }
        means.append(Float(mean))
        variances.append(Float(squares / Double(rows)))
      }
      return (Tensor(means), Tensor(variances))
    }
  }
}

/// Replaces each channel's value by a function of its group's total.
private func shareGroupTotals(
  _ values: UnsafeMutablePointer<Float>, groups: Int, width: Int, _ transform: (Float) -> Float
) {
  for group in 0..<groups {
    let channels = group * width..<(group + 1) * width
    var total: Float = 0
    for c in channels { total += values[c] }
    let shared = transform(total)
    for c in channels { values[c] = shared }
  }
}

/// Turns du into dx = r·(gain·du − m1 − x̂·m2), x̂ = (x − mean)·r: the derivative that group and batch normalisation
/// share, m1 and m2 being the means of gain·du and of gain·du·x̂ over what was normalised together.
private func normalisationInputGradient(
  _ du: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, gain: UnsafePointer<Float>,
  mean: UnsafePointer<Float>, reciprocal: UnsafePointer<Float>, m1: UnsafePointer<Float>, m2: UnsafePointer<Float>,
  scratch: UnsafeMutablePointer<Float>, rows: Int, channels: Int
) {
  let (a, b, c) = (scratch, scratch + channels, scratch + 2 * channels)
  for k in 0..<channels {
    let r = reciprocal[k]
    a[k] = r * gain[k]
    b[k] = -r * r * m2[k]
    c[k] = -r * m1[k] - b[k] * mean[k]
  }
  ck_column_combination(du, x, a, b, c, rows, channels)
}
