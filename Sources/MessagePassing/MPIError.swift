import CommandLanguage

/// What can go wrong between the processes of a team.
public enum MPIError: Error, Equatable, CustomStringConvertible {
  /// The library over MPI cannot be used.
  case library(path: String, reason: String)
  /// MPI itself reports an error, as it does when another process is gone.
  case refused(reason: String)
  /// So many processes were started, but MPI knows of this one alone.
  case apart(count: Int)
  /// Another process is another program.
  case otherProgram(rank: String, expected: String, found: String)
  /// Another process cannot do its part of the work.
  case failed(rank: String, reason: String)
  /// Another process has stopped doing its part before this one had.
  case outOfStep(rank: String)
  /// Others no longer answer.
  case silent(ranks: [String], seconds: Int)
  /// This process is not needed for the work any more: the first has ended it.
  case dismissed

  public var description: String {
    switch self {
    case .library(let path, let reason): "expected the library over MPI at \(path), which make mpi builds: \(reason)"
    case .refused(let reason): "the processes have lost each other: \(reason)"
    case .apart(let count):
      "expected the \(count) processes that were started, found this one alone: mpirun has to be of the MPI that make mpi "
        + "built for (mpicc), srun needs --mpi=pmix"
    case .otherProgram(let rank, let expected, let found):
      "\(rank) runs another program: expected version \(expected), found \(found); install the same on every node"
    case .failed(let rank, let reason): "\(rank) cannot train with the others: \(reason)"
    case .outOfStep(let rank):
      "\(rank) has come to another place in the training than the others; install the same program on every node, and "
        + "tell of it if it is the same"
    case .silent(let ranks, let seconds):
      "\(ranks.joined(separator: ", ")) \(ranks.count == 1 ? "has" : "have") not answered for \(seconds) s; what was learnt "
        + "before is kept: recover or restore goes on with it, on as many processes as there are"
    case .dismissed: "the first process has ended the work"
    }
  }

  /// Whether it is of this process, where others may be well.
  public var isOwn: Bool { if case .library = self { true } else { false } }
}

/// What another process has to say may have lines.
extension MPIError: ErrorInLines {
  public var hasLines: Bool { if case .failed = self { true } else { false } }
}
