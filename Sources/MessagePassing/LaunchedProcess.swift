import Glibc

/// What those who start processes say of this one in its environment, before MPI is there: which of how many it is.
public struct LaunchedProcess: Equatable, Sendable {
  /// Its number among them, from 0; nil where nobody has said.
  public let rank: Int?
  /// How many there are; nil where nobody has said.
  public let count: Int?

  /// The variables by which each of them says so, those first that are nearest to the process: mpirun may have been started
  /// by srun, which then speaks of mpirun's own helpers. `SLURM_NTASKS` is not among them: a batch script has it, which is
  /// one process.
  private static let launchers: [(rank: String, count: String)] = [
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMIX_RANK", "SLURM_STEP_NUM_TASKS"), ("PMI_RANK", "PMI_SIZE"),
    ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"),
  ]

  /// - Parameter variable: the value of an environment variable; nil if it is not set.
  public init(_ variable: (String) -> String?) {
    func number(_ name: String, from least: Int) -> Int? {
      variable(name).flatMap { Int($0) }.flatMap { $0 >= least ? $0 : nil }
    }
    let said = Self.launchers.first { number($0.rank, from: 0) != nil }
    rank = said.flatMap { number($0.rank, from: 0) }
    count = said.flatMap { number($0.count, from: 1) }
  }

  /// Whether it speaks for all where all find the same wrong.
  public var isFirst: Bool { (rank ?? 0) == 0 }

  /// "rank 3 (node07)".
  public var name: String { "rank \(rank ?? 0) (\(Self.hostName))" }

  /// What this machine calls itself.
  static var hostName: String {
    var host = [CChar](repeating: 0, count: 64)
    gethostname(&host, host.count - 1)
    return String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
