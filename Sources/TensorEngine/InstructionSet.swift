import CKernels

/// Vector instructions that kernels with register blocking are compiled for.
package struct InstructionSet: Sendable, Hashable {
  let rawValue: Int32

  /// The best that this processor has.
  package static let best = InstructionSet(rawValue: ck_best_instructions())

  /// All that this processor has, the baseline first.
  package static var available: [InstructionSet] {
    (0...best.rawValue).map(InstructionSet.init(rawValue:))
  }
}
