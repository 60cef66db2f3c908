import CKernels

/// The vector instructions that the kernels run with; every set gives the same bytes.
public struct InstructionSet: Sendable, Hashable, CaseIterable {
  /// What the kernels call it.
  private let number: Int32

  public static let baseline = InstructionSet(number: Int32(CK_BASELINE))
  public static let avx2 = InstructionSet(number: Int32(CK_AVX2))
  public static let avx512 = InstructionSet(number: Int32(CK_AVX512))

  /// All sets, the most capable first, whatever this processor has.
  public static let allCases = [avx512, avx2, baseline]

  /// Those that this processor has, the most capable first.
  public static var available: [InstructionSet] { allCases.filter { $0.number <= ck_best_instructions() } }

  /// The set in use: the best one, unless DDPM_INSTRUCTIONS named another before anything was computed or one is set
  /// here; traps if this processor lacks it.
  public static var current: InstructionSet {
    get { InstructionSet(number: ck_instructions()) }
    set {
      precondition(available.contains(newValue), "this processor has no \(newValue.name) instructions")
      ck_use_instructions(newValue.number)
    }
  }

  /// As the command line and DDPM_INSTRUCTIONS spell it.
  public var name: String { String(cString: ck_instructions_name(number)) }
}
