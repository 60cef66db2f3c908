import TensorEngine
import TestSupport
import Testing

/// Matrix products and convolutions against loops in Double, and their independence of threads.
@Suite("Products") struct ProductTests {
  private func transposed(_ x: [Float], rows: Int, columns: Int) -> [Float] {
    (0..<columns).flatMap { column in (0..<rows).map { x[$0 * columns + column] } }
  }

  private func product(_ a: [Float], _ b: [Float], _ m: Int, _ k: Int, _ n: Int) -> [Float] {
    var c = [Float](repeating: 0, count: m * n)
    for i in 0..<m {
      for j in 0..<n {
        var sum = 0.0
        for l in 0..<k { sum += Double(a[i * k + l]) * Double(b[l * n + j]) }
        c[i * n + j] = Float(sum)
      }
    }
    return c
  }

  /// m, k, n: odd sizes around vector widths, thin ones, and some that are cut into several pieces.
  @Test(arguments: [
    [1, 1, 1], [3, 7, 5], [17, 33, 9], [129, 65, 31], [1, 200, 1], [200, 1, 3], [2, 3, 301], [1025, 64, 65],
    [301, 127, 130],
  ])
  func matricesMultiply(sizes: [Int]) {
    let (m, k, n) = (sizes[0], sizes[1], sizes[2])
    let (a, b, dy) = (fixedNormals([m, k], "a"), fixedNormals([k, n], "b"), fixedNormals([m, n], "dy"))
    let scale = Float(max(m, k, n)).squareRoot()
    func error(_ found: Tensor, _ wanted: [Float]) -> Float { largestDifference(found.scalars, wanted) / scale }
    #expect(error(a.matrixProduct(b), product(a.scalars, b.scalars, m, k, n)) < 2e-6)
    // The gradients are the products with one factor transposed.
    let (_, gradients) = valueAndGradient(at: [a, b]) { ($0[0].matrixProduct($0[1]) * dy).sum }
    let bT = transposed(b.scalars, rows: k, columns: n)
    let aT = transposed(a.scalars, rows: m, columns: k)
    #expect(error(gradients[0], product(dy.scalars, bT, m, n, k)) < 2e-6)
    #expect(error(gradients[1], product(aT, dy.scalars, k, m, n)) < 2e-6)
  }

  /// h, w, c, o, kernel, stride, padding.
  @Test(arguments: [
    [28, 28, 1, 32, 4, 2, 1], [7, 7, 64, 64, 3, 1, 1], [14, 14, 32, 64, 2, 2, 0], [5, 9, 3, 7, 1, 1, 0],
    [64, 48, 16, 8, 3, 1, 1], [11, 3, 2, 4, 3, 2, 1], [3, 3, 2, 2, 3, 1, 0],
    [4, 3, 2, 5, 2, 1, 2], [3, 2, 1, 3, 1, 1, 2],
  ])
  func convolutionsMatchTheirDefinition(sizes: [Int]) {
    let (h, w, c, o) = (sizes[0], sizes[1], sizes[2], sizes[3])
    let (kernel, stride, padding) = (sizes[4], sizes[5], sizes[6])
    let (x, weight) = (fixedNormals([2, h, w, c], "x"), fixedNormals([kernel, kernel, c, o], "w"))
    let bias = fixedNormals([o], "b")
    let shape = ConvolutionShape(input: x.shape, weight: weight.shape, stride: stride, padding: padding)
    let found = PatchConvolution(shape).forward(x, weight, bias)
    let (px, pw, pb) = (x.scalars, weight.scalars, bias.scalars)
    let (rows, columns) = ((h + 2 * padding - kernel) / stride + 1, (w + 2 * padding - kernel) / stride + 1)
    #expect(found.shape == [2, rows, columns, o])
    var wanted: [Float] = []
    for n in 0..<2 {
      for y in 0..<rows {
        for x in 0..<columns {
          var sums = pb.map(Double.init)
          for (ky, kx) in (0..<kernel * kernel).map({ ($0 / kernel, $0 % kernel) }) {
            let (iy, ix) = (y * stride + ky - padding, x * stride + kx - padding)
            guard (0..<h).contains(iy) && (0..<w).contains(ix) else { continue }
            for channel in 0..<c {
              let value = Double(px[((n * h + iy) * w + ix) * c + channel])
              let row = ((ky * kernel + kx) * c + channel) * o
              for output in 0..<o { sums[output] += value * Double(pw[row + output]) }
            }
          }
          wanted += sums.map { Float($0) }
        }
      }
    }
    let scale = Float(kernel * kernel * c).squareRoot()
    #expect(largestDifference(found.scalars, wanted) < 2e-6 * scale)
    // Whichever method the operation takes.
    let chosen = x.convolved(with: weight, bias: bias, stride: stride, padding: padding)
    #expect(largestDifference(chosen.scalars, wanted) < 1e-5 * scale)
  }

  /// A convolution of a large tensor keeps the way to compute it once more instead of it; a reshaped tensor has no such
  /// way and is kept itself. The gradients must be the same bits.
  @Test func recomputedInputsGiveTheSameGradients() {
    let x = fixedNormals([4, 112, 112, 64], "x")
    let ones = Tensor(repeating: 1, shape: [64])
    let weights = [fixedNormals([3, 3, 64, 4], "w"), fixedNormals([3, 3, 128, 4], "v")]
    func gradients(_ passed: @escaping (Tensor) -> Tensor) -> [Tensor] {
      valueAndGradient(at: [x, ones] + weights) { p in
        let batch = p[0].batchNormalised(gamma: p[1], beta: p[1], activation: .gelu).output
        let group = p[0].groupNormalised(groups: 8, gamma: p[1], beta: p[1], activation: .silu)
        let sum = passed((batch + group) * 0.5).convolved(with: p[2], bias: Tensor.zeros([4]), padding: 1)
        let pair = passed(.concatenatingChannels(batch, group))
          .convolved(with: p[3], bias: Tensor.zeros([4]), padding: 1)
        return (sum * pair).sum
      }.1
    }
    let recomputed = gradients { $0 }
    #expect(x.count * 4 >= 12 << 20)
    #expect(recomputed == gradients { $0.reshaped(to: $0.shape) })
  }

  /// With 8 channels the convolution goes by patches, with 16 by Winograd's method.
  @Test(arguments: [8, 16]) func threadsDoNotChangeABit(channels: Int) {
    let x = fixedNormals([37, 12, 12, channels], "x")
    let parameters = [
      fixedNormals([3, 3, channels, 16], "w"), fixedNormals([16], "b"), fixedNormals([16], "g"),
      fixedNormals([16], "s"), fixedNormals([16, 4 * channels], "u"), fixedNormals([channels], "v"),
    ]
    let results = resultsAcrossThreadCounts {
      let (value, gradients) = valueAndGradient(at: [x] + parameters) { p in
        let y = p[0].convolved(with: p[1], bias: p[2], padding: 1)
        let normalised = y.batchNormalised(gamma: p[3], beta: p[4], activation: .gelu).output
          .groupNormalised(groups: 4, gamma: p[3], beta: p[4], activation: .silu)
        let half = normalised.maxPooled(by: 2).upsampled(by: 2, weight: p[5], bias: p[6])
        return (half.squared * p[0]).sum + normalised.matrixRows.logSoftmax.sum
      }
      return [value.scalar.bitPattern] + gradients.flatMap { $0.scalars.map(\.bitPattern) }
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }
}

extension Tensor {
  fileprivate var matrixRows: Tensor { reshaped(to: [count / shape[rank - 1], shape[rank - 1]]) }
}
