import Foundation
import TensorEngine
import TestSupport
import Testing

/// Every operation's derivative against central differences. Inputs of operations with kinks (ReLU, clamp, max pool) are
/// such that no difference straddles one.
@Suite("Gradients") struct GradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let parameters: [Tensor]
    var tolerance: Float = 2e-3
    var step: Float = 1e-2
    let function: @Sendable ([Tensor]) -> Tensor
    var testDescription: String { name }
  }

  static func x(_ shape: [Int], _ name: String = "x") -> Tensor { fixedNormals(shape, name) }
  static func positive(_ shape: [Int], _ name: String = "x") -> Tensor {
    .uniforms(shape, from: RandomSource(seed: 3).derived(name), low: 0.5, high: 2)
  }
  /// Distinct values a fifth apart, in mixed order: no two can change places within a step.
  static func spaced(_ shape: [Int]) -> Tensor {
    var stream = RandomSource(seed: 4).makeStream()
    let count = shape.reduce(1, *)
    return Tensor(stream.permutation(of: count).map { (Float($0) - Float(count) / 2 + 0.5) / 5 }, shape: shape)
  }

  static let arithmetic: [Case] = [
    Case(name: "add", parameters: [x([3, 4]), x([3, 4], "y")]) { $0[0] + $0[1] },
    Case(name: "add broadcast", parameters: [x([3, 1, 4]), x([5, 1], "y")]) { $0[0] + $0[1] },
    Case(name: "subtract", parameters: [x([3, 4]), x([4], "y")]) { $0[0] - $0[1] },
    Case(name: "multiply", parameters: [x([3, 4]), x([3, 1], "y")]) { $0[0] * $0[1] },
    Case(name: "square by itself", parameters: [x([7])]) { $0[0] * $0[0] },
    Case(name: "divide", parameters: [x([3, 4]), positive([3, 4], "y")]) { $0[0] / $0[1] },
    Case(name: "affine", parameters: [x([5])]) { -($0[0].affine(scale: 3, offset: 1) - 2) * 0.5 },
    Case(name: "exponential", parameters: [x([9])]) { $0[0].exponential },
    Case(name: "logarithm", parameters: [positive([9])]) { $0[0].logarithm },
    Case(name: "square root", parameters: [positive([9])]) { $0[0].squareRoot },
    Case(name: "log gamma", parameters: [positive([9])]) { $0[0].logGamma },
    Case(name: "digamma", parameters: [positive([9])]) { $0[0].digamma },
    Case(name: "squared", parameters: [x([9])]) { $0[0].squared },
    Case(name: "clamp", parameters: [spaced([40])], step: 1e-3) { $0[0].clamped(to: -1.05...1.95) },
    Case(name: "sum", parameters: [x([4, 5])]) { $0[0].sum },
    Case(name: "mean", parameters: [x([4, 5])]) { $0[0].mean },
    Case(name: "sum of axes", parameters: [x([2, 3, 4])]) { $0[0].sum(axes: [0, 2]) },
    Case(name: "broadcast", parameters: [x([3, 1])]) { $0[0].broadcast(to: [2, 3, 4]) },
    Case(name: "log-sum-exp", parameters: [x([3, 5])]) { $0[0].logSumExp },
    Case(name: "softmax", parameters: [x([3, 5])]) { $0[0].softmax },
    Case(name: "reshape", parameters: [x([3, 4])]) { $0[0].reshaped(to: [2, 6]).squared },
    Case(name: "columns", parameters: [x([3, 5])]) { $0[0].columns(1..<4) },
    Case(name: "rows", parameters: [x([5, 3])]) { $0[0].rows(2..<4) },
    Case(name: "concatenate", parameters: [x([2, 3, 4]), x([2, 3, 5], "y")]) {
      Tensor.concatenatingChannels($0[0], $0[1]).squared
    },
    Case(name: "pixel shuffle", parameters: [x([2, 2, 3, 8])]) { $0[0].pixelShuffled(by: 2).squared },
    Case(name: "pixel unshuffle", parameters: [x([2, 4, 6, 3])]) { $0[0].pixelUnshuffled(by: 2).squared },
    Case(name: "matrix product", parameters: [x([4, 7]), x([7, 3], "w")]) { $0[0].matrixProduct($0[1]) },
    Case(name: "attention", parameters: [x([2, 5, 12])]) { $0[0].selfAttended },
    // More positions than a piece of a product has rows.
    Case(name: "attention over an image", parameters: [x([2, 36, 24])]) { $0[0].selfAttended },
    Case(name: "enlarged", parameters: [x([2, 3, 2, 4])]) { $0[0].enlarged(by: 2).squared },
    Case(name: "add to channels", parameters: [x([2, 3, 4]), x([4], "b")]) { $0[0].addingToChannels($0[1]) },
  ]

  static let images: [Case] = [
    Case(name: "max pool", parameters: [spaced([2, 4, 6, 3])]) { $0[0].maxPooled(by: 2) },
    Case(name: "max pool with a remainder", parameters: [spaced([1, 5, 5, 2])]) { $0[0].maxPooled(by: 2) },
    Case(name: "average pool", parameters: [x([2, 6, 3, 4])]) { $0[0].averagePooled(by: 3) },
    Case(name: "modulated", parameters: [x([3, 2, 2, 5]), x([3, 5], "s"), x([3, 5], "b")]) {
      $0[0].modulated(scale: $0[1], shift: $0[2])
    },
    Case(
      name: "upsampling", parameters: [x([2, 3, 2, 4]), x([4, 12], "w"), x([3], "b")]
    ) { $0[0].upsampled(by: 2, weight: $0[1], bias: $0[2]) },
    Case(
      name: "upsampling to sixteens", parameters: [x([2, 3, 2, 16]), x([16, 64], "w"), x([16], "b")]
    ) { $0[0].upsampled(by: 2, weight: $0[1], bias: $0[2]) },
  ]

  /// Kernel, stride and padding of every convolution in the networks, and some that are in none.
  static let convolutions: [Case] =
    [(3, 1, 1), (1, 1, 0), (4, 2, 1), (2, 2, 0), (3, 2, 1), (3, 1, 0), (5, 1, 2), (3, 1, 3)]
    .map { kernel, stride, padding in
      Case(
        name: "convolution \(kernel)×\(kernel) stride \(stride) padding \(padding)",
        parameters: [x([3, 6, 8, 4]), x([kernel, kernel, 4, 5], "w"), x([5], "b")]
      ) { $0[0].convolved(with: $0[1], bias: $0[2], stride: stride, padding: padding) }
    }
    + [
      // Large enough that an image is cut into blocks of rows.
      Case(name: "convolution of large images", parameters: [x([2, 40, 36, 32]), x([3, 3, 32, 8], "w"), x([8], "b")]) {
        $0[0].convolved(with: $0[1], bias: $0[2], padding: 1)
      },
      // Channels in sixteens and a 3×3 kernel: Winograd's method.
      Case(name: "Winograd convolution", parameters: [x([2, 6, 9, 16]), x([3, 3, 16, 32], "w"), x([32], "b")]) {
        $0[0].convolved(with: $0[1], bias: $0[2], padding: 1)
      },
      Case(name: "patches in sixteens", parameters: [x([2, 6, 8, 16]), x([4, 4, 16, 16], "w"), x([16], "b")]) {
        $0[0].convolved(with: $0[1], bias: $0[2], stride: 2, padding: 1)
      },
      Case(
        name: "strided convolution of large images",
        parameters: [x([1, 64, 64, 32]), x([4, 4, 32, 3], "w"), x([3], "b")]
      ) { $0[0].convolved(with: $0[1], bias: $0[2], stride: 2, padding: 1) },
    ]

  static let transposedConvolutions: [Case] = [(4, 2, 1), (5, 2, 2), (3, 1, 1), (3, 3, 0)].map {
    kernel, stride, padding in
    Case(
      name: "transposed convolution \(kernel)×\(kernel) stride \(stride) padding \(padding)",
      parameters: [x([3, 4, 5, 6]), x([kernel, kernel, 5, 6], "w"), x([5], "b")]
    ) { $0[0].transposeConvolved(with: $0[1], bias: $0[2], stride: stride, padding: padding) }
  }

  static let activations: [Case] =
    Activation.allCases.map { activation in
      Case(name: "\(activation)", parameters: [spaced([30])], step: 1e-2) { $0[0].activated(activation) }
    } + [
      Case(name: "leaky ReLU", parameters: [spaced([30])]) { $0[0].leakyRectified(slope: 0.2) },
      Case(name: "logistic loss", parameters: [x([6, 5])]) {
        $0[0].logisticLosses(target: positive([6, 5], "t") * 0.5)
      },
    ]

  /// A critic of two convolutions and two linear layers. Small steps: no unit may change sides within one.
  static let penalties: [Case] = [
    Case(
      name: "gradient penalty",
      parameters: [
        x([4, 4, 2, 3], "w1"), x([3], "b1"), x([4, 4, 3, 4], "w2") * 0.5, x([4], "b2"), x([16, 5], "w3") * 0.5,
        x([5], "b3"), x([5, 1], "w4") * 0.1, x([1], "b4"),
      ], tolerance: 5e-3, step: 1e-3
    ) { p in
      x([3, 8, 8, 2]).gradientPenalty(
        of: [
          .convolution(weight: p[0], bias: p[1], stride: 2, padding: 1),
          .convolution(weight: p[2], bias: p[3], stride: 2, padding: 1), .linear(weight: p[4], bias: p[5]),
          .linear(weight: p[6], bias: p[7]),
        ], slope: 0.2)
    }
  ]

  static let normalisations: [Case] =
    [
      Case(name: "layer norm", parameters: [x([3, 2, 5, 8]) * 2 + 1, x([2, 5, 8], "g"), x([2, 5, 8], "b")]) {
        $0[0].layerNormalised(gamma: $0[1], beta: $0[2])
      }
    ]
    + Activation.allCases.filter { $0 != .relu }.flatMap { activation in
      [
        Case(
          name: "batch norm by given statistics, \(activation)",
          parameters: [x([4, 3, 5, 6]), x([6], "g"), x([6], "b")], tolerance: 4e-3
        ) {
          $0[0].batchNormalised(
            mean: x([6], "m"), variance: positive([6], "v"), gamma: $0[1], beta: $0[2], activation: activation)
        },
        Case(
          name: "group norm, \(activation)", parameters: [x([3, 2, 5, 8]), x([8], "g"), x([8], "b")], tolerance: 4e-3
        ) { $0[0].groupNormalised(groups: 4, gamma: $0[1], beta: $0[2], activation: activation) },
        Case(
          name: "adaptive group norm, \(activation)",
          parameters: [x([3, 2, 5, 8]), x([8], "g"), x([8], "b"), x([3, 8], "s"), x([3, 8], "t")], tolerance: 4e-3
        ) {
          $0[0].groupNormalised(
            groups: 2, gamma: $0[1], beta: $0[2], scale: $0[3], shift: $0[4], activation: activation)
        },
        Case(
          name: "batch norm, \(activation)", parameters: [x([4, 3, 5, 6]), x([6], "g"), x([6], "b")], tolerance: 4e-3
        ) { $0[0].batchNormalised(gamma: $0[1], beta: $0[2], activation: activation).output },
        Case(
          name: "batch norm over several blocks, \(activation)",
          parameters: [x([20, 12, 12, 4]) * 2 + 3, x([4], "g"), x([4], "b")], tolerance: 8e-3
        ) { $0[0].batchNormalised(gamma: $0[1], beta: $0[2], activation: activation).output },
      ]
    }

  static let cases =
    arithmetic + images + convolutions + transposedConvolutions + activations + normalisations + penalties

  @Test(arguments: cases) func matchesCentralDifferences(_ test: Case) {
    let error = gradientError(at: test.parameters, step: test.step, of: test.function)
    #expect(error < test.tolerance, "relative error \(error)")
  }

  /// An operation is known by the function that records its derivative; a new one needs a case above.
  @Test func everyOperationHasACase() throws {
    var checked: Set<Substring> = []
    for test in Self.cases {
      _ = valueAndGradient(at: test.parameters) { parameters in
        let result = test.function(parameters)
        checked.formUnion(result.operations.map { $0.prefix { $0 != "(" } })
        return result.sum
      }
    }
    let declared = try Self.declaredOperations()
    #expect(declared.subtracting(checked).sorted() == [], "without a case")
    #expect(checked.subtracting(declared).sorted() == [], "not found in the sources")
  }

  /// The names of the functions in the engine's sources that record a derivative.
  private static func declaredOperations() throws -> Set<Substring> {
    let folder = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Sources/TensorEngine/"
    var names: Set<Substring> = []
    for file in FileManager.default.enumerator(atPath: folder)! {
      guard let file = file as? String, file.hasSuffix(".swift") else { continue }
      var enclosing: Substring = ""
      for line in try String(contentsOfFile: folder + file, encoding: .utf8).split(separator: "\n") {
        if let declaration = line.firstMatch(of: /^(?:  )?(?:[a-z]+ )*(?:func|var) ([^ (:<]+)/) {
          enclosing = declaration.1
        }
        if line.contains(".derived(from: [") { names.insert(enclosing) }
      }
    }
    return names
  }

  @Test func unusedParameterHasZeroGradient() {
    let (_, gradients) = valueAndGradient(at: [Tensor([1, 2]), Tensor([3])]) { $0[0].sum }
    #expect(gradients[1] == Tensor([0]))
  }

  @Test func gradientsOfSharedResultsAddUp() {
    let (value, gradients) = valueAndGradient(at: [Tensor([3])]) { parameters in
      let y = parameters[0].squared
      return (y * y + y).sum
    }
    #expect(value.scalar == 90)
    #expect(gradients[0] == Tensor([4 * 27 + 6]))
  }
}
