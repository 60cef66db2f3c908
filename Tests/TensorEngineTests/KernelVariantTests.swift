import CKernels
import Foundation
import TensorEngine
import TestSupport
import Testing

/// Every variant of a kernel against the plain way of computing the same, and against the variants for other
/// instruction sets, bit for bit.
@Suite("Kernel variants") struct KernelVariantTests {
  /// batch, height, width, inputs, outputs: sides that 4 does not divide, images smaller than a tile, several blocks,
  /// channels in one, two and three vectors.
  static let shapes = [
    [1, 4, 4, 16, 16], [2, 7, 9, 16, 48], [3, 14, 14, 32, 32], [1, 1, 1, 16, 16], [2, 2, 13, 48, 16],
    [5, 28, 28, 64, 64], [70, 7, 7, 64, 128], [3, 14, 14, 32, 4], [2, 9, 6, 16, 1], [1, 8, 8, 16, 40],
  ]

  /// As many random shapes as the environment asks for.
  static let randomShapes: [[Int]] = {
    var stream = RandomSource(seed: 7).derived("shapes").makeStream()
    let count = ProcessInfo.processInfo.environment["DDPM_RANDOM_SHAPES"].flatMap { Int($0) } ?? 5
    return (0..<count).map { _ in
      [
        1 + stream.integer(below: 4), 1 + stream.integer(below: 19), 1 + stream.integer(below: 19),
        16 * (1 + stream.integer(below: 5)), 1 + stream.integer(below: 70),
      ]
    }
  }()

  private func spread(_ values: [Float]) -> Float {
    (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
  }

  @Test(arguments: shapes + randomShapes)
  func winogradAgreesWithPatches(sizes: [Int]) throws {
    let (c, o) = (sizes[3], sizes[4])
    let shape = ConvolutionShape(input: Array(sizes[..<4]), weight: [3, 3, c, o], stride: 1, padding: 1)
    let winograd: any ConvolutionMethod = try WinogradConvolution(shape) ?? #require(PaddedConvolution(shape))
    let patches = PatchConvolution(shape)
    let (x, dy) = (fixedNormals(shape.inputShape, "x"), fixedNormals(shape.outputShape, "dy"))
    let (weight, bias) = (fixedNormals([3, 3, c, o], "w"), fixedNormals([o], "b"))

    // Of normals, a sum of n products is about √n, however small one sum may come out.
    func agree(_ found: Tensor, _ wanted: Tensor, terms: Int, _ name: Comment) {
      #expect(found.shape == wanted.shape, name)
      let difference = zip(found.scalars, wanted.scalars).map { $0 - $1 }
      let scale = Float(terms).squareRoot()
      #expect(spread(difference) < 4e-6 * scale, name)
      #expect(difference.allSatisfy { abs($0) < 4e-5 * scale }, name)
    }
    func everything(_ method: any ConvolutionMethod) throws -> [Tensor] {
      let results = resultsAcrossInstructionSets {
        let gradients = method.parameterGradients(x, dy)
        return [
          method.forward(x, weight, bias), method.forward(x, weight, nil), method.inputGradient(dy, weight),
          gradients.weight, gradients.bias,
        ]
      }
      #expect(results.allSatisfy { $0 == results[0] })
      return try #require(results.first)
    }
    let pixels = sizes[0] * sizes[1] * sizes[2]
    let kinds: [(Comment, terms: Int)] = [
      ("with bias", 9 * c), ("without bias", 9 * c), ("input gradient", 9 * o), ("weight gradient", pixels),
      ("bias gradient", pixels),
    ]
    for (kind, pair) in zip(kinds, zip(try everything(winograd), try everything(patches))) {
      agree(pair.0, pair.1, terms: kind.terms, kind.0)
    }
  }

  /// Against sums in Double: root mean square 8e-7 of the output's, where direct summation in Float has 1.6e-7.
  @Test func winogradRounding() throws {
    let (side, c, o) = (8, 64, 16)
    let shape = ConvolutionShape(input: [1, side, side, c], weight: [3, 3, c, o], stride: 1, padding: 1)
    let (x, weight) = (fixedNormals(shape.inputShape, "x"), fixedNormals([3, 3, c, o], "w"))
    let (px, pw) = (x.scalars, weight.scalars)
    let found = try #require(WinogradConvolution(shape)).forward(x, weight, nil).scalars
    var (error, size) = (0.0, 0.0)
    for (index, value) in found.enumerated() {
      let (row, column, output) = (index / (side * o), index / o % side, index % o)
      var sum = 0.0
      for tap in 0..<9 {
        let (y, x) = (row + tap / 3 - 1, column + tap % 3 - 1)
        guard (0..<side).contains(y) && (0..<side).contains(x) else { continue }
        for k in 0..<c { sum += Double(px[(y * side + x) * c + k]) * Double(pw[(tap * c + k) * o + output]) }
      }
      error += (Double(value) - sum) * (Double(value) - sum)
      size += sum * sum
    }
    #expect((error / size).squareRoot() < 1.2e-6)
  }

  /// Sums of k products of normals one after the other: root mean square of the error 1.8e-8·√k of the output's.
  @Test(arguments: [16, 256, 4096]) func productRounding(depth: Int) {
    let (rows, columns) = (24, 20)
    let (a, b) = (fixedNormals([rows, depth], "a"), fixedNormals([depth, columns], "b"))
    let (pa, pb, found) = (a.scalars, b.scalars, a.matrixProduct(b).scalars)
    let errors = found.enumerated().map { index, value in
      let exact = (0..<depth).reduce(0.0) {
        $0 + Double(pa[index / columns * depth + $1]) * Double(pb[$1 * columns + index % columns])
      }
      return (Double(value) - exact) / Double(depth).squareRoot()
    }
    let rms = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
    let bound = 2.2e-8 * Double(depth).squareRoot()
    #expect(rms < bound && errors.allSatisfy { abs($0) < 12 * bound }, "\(rms)")
  }

  /// What the environment asks for is what is tested, if this processor has it.
  @Test func theEnvironmentsInstructionsAreInUse() {
    let wanted = ProcessInfo.processInfo.environment["DDPM_INSTRUCTIONS"]
    let set = InstructionSet.available.first { $0.name == wanted } ?? InstructionSet.available[0]
    #expect(resultsAcrossThreadCounts { InstructionSet.current }.allSatisfy { $0 == set })
  }

  @Test func winogradDeclinesWhatItCannotCompute() {
    for (c, o, kernel, stride, padding) in [(8, 16, 3, 1, 1), (16, 16, 3, 2, 1), (16, 16, 3, 1, 0)] {
      let shape = ConvolutionShape(
        input: [1, 8, 8, c], weight: [kernel, kernel, c, o], stride: stride, padding: padding)
      #expect(WinogradConvolution(shape) == nil && PaddedConvolution(shape) == nil)
      #expect(shape.method is PatchConvolution)
    }
    let shape = ConvolutionShape(input: [1, 8, 8, 16], weight: [3, 3, 16, 32], stride: 1, padding: 1)
    #expect(shape.method is WinogradConvolution)
    let few = ConvolutionShape(input: [1, 8, 8, 16], weight: [3, 3, 16, 4], stride: 1, padding: 1)
    #expect(WinogradConvolution(few) == nil && few.method is PaddedConvolution)
  }

  /// m, k, n: every height of a panel, depths beyond a block, one vector and parts of one left over, no terms at all.
  @Test(
    arguments: (1...13).map { [$0, 5, 16] } + (1...17).map { [7, 9, $0] }
      + [[25, 300, 48], [128, 513, 32], [3, 1, 64], [61, 64, 80], [30, 257, 45], [4, 0, 20], [200, 700, 1]])
  func productsAgreeWithTheirDefinition(sizes: [Int]) {
    let (m, k, n) = (sizes[0], sizes[1], sizes[2])
    let (a, b, start) = (
      fixedNormals([m, k], "a").scalars, fixedNormals([k, n], "b").scalars, fixedNormals([m, n], "c").scalars
    )
    let aTransposed = (0..<k).flatMap { p in (0..<m).map { a[$0 * k + p] } }
    for accumulates in [false, true] {
      let wanted = (0..<m * n).map { index in
        let sum = (0..<k).reduce(0.0) { $0 + Double(a[index / n * k + $1]) * Double(b[$1 * n + index % n]) }
        return Float(sum + (accumulates ? Double(start[index]) : 0))
      }
      for (factor, rowStep, depthStep) in [(a, k, 1), (aTransposed, 1, m)] {
        let results = resultsAcrossInstructionSets {
          var c = start
          ck_product(factor, rowStep, depthStep, b, &c, m, n, k, accumulates ? 1 : 0)
          return c
        }
        #expect(results.allSatisfy { $0 == results[0] })
        #expect(largestDifference(results[0], wanted) <= 3e-6 * Float(k).squareRoot())
      }
    }
  }

  /// A vector of channels at a time or one channel alone: sums over rows must not depend on it.
  @Test(arguments: [1, 5, 31, 32, 33, 64, 100])
  func columnSumsOfAnyWidth(channels: Int) {
    let rows = 37
    let x = fixedNormals([rows, channels], "x").scalars
    let center = fixedNormals([channels], "center").scalars
    var (sums, squares) = ([Float](repeating: .nan, count: channels), [Float](repeating: .nan, count: channels))
    ck_column_sums(x, channels, rows, channels, &sums)
    ck_column_squares(x, rows, channels, center, &squares)
    for c in 0..<channels {
      let column = (0..<rows).map { Double(x[$0 * channels + c]) }
      #expect(abs(Double(sums[c]) - column.reduce(0, +)) < 1e-5)
      let distances = column.map { ($0 - Double(center[c])) * ($0 - Double(center[c])) }
      #expect(abs(Double(squares[c]) - distances.reduce(0, +)) < 1e-4)
    }
  }

  /// The vector lanes must hold what the scalar generator yields, also where a counter passes 32 bits.
  @Test(arguments: [0, 7, 0xFFFF_FFF8] as [UInt64])
  func uniformsAreThePhiloxWords(firstBlock: UInt64) {
    let key: UInt64 = 0x0123_4567_89AB_CDEF
    var found = [Float](repeating: -1, count: 203)
    ck_uniforms(key, firstBlock, &found, found.count)
    for (index, value) in found.enumerated() {
      var words = [UInt32](repeating: 0, count: 4)
      ck_philox(key, firstBlock + UInt64(index / 4), &words)
      #expect(value == Float(words[index % 4] >> 8) * 0x1p-24)
    }
  }
}
