import CKernels

/// Vector instructions that kernels with register blocking are compiled for.
package struct InstructionSet: Sendable, Hashable {
  /// What the kernels call it.
  package let number: Int32

  /// The best that this processor has.
  package static let best = InstructionSet(number: ck_best_instructions())

  /// All that this processor has, the baseline first.
  package static var available: [InstructionSet] {
    (0...best.number).map(InstructionSet.init(number:))
  }

  package var name: String {
    switch number {
    case Int32(CK_AVX512): "AVX-512"
    case Int32(CK_AVX2): "AVX2"
    default: "baseline"
    }
  }
}
