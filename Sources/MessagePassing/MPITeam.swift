import Glibc
import Session
import TensorEngine

/// The processes that mpirun or srun has started as a team: the one of rank 0 is the first.
public final class MPITeam: Team {
  /// Shards of a batch unless the session says otherwise, however many processes there are: up to eight can share them.
  public static let usualShards = 8
  /// Seconds in which a process must answer that is not at longer work than the others.
  private static let usualPatience = 5.0
  /// Seconds in which a process must have loaded the images.
  private static let loadingTime = 300.0

  private let own: MPIPeers

  /// Meets the others.
  ///
  /// - Parameters:
  ///   - version: what tells the program from others, which must be the same everywhere.
  ///   - launched: what those say who have started this process.
  ///   - patience: seconds that others may be silent for nothing, as it is spelled; nil for a few.
  /// - Throws: `MPIError`.
  public init(version: String, launched: LaunchedProcess, patience: String?) throws {
    let seconds = patience.flatMap(Double.init) ?? Self.usualPatience
    own = try MPIPeers(library: MPILibrary(), version: version, patience: max(1, seconds))
    // Each would take itself for the first, and write over what the others write.
    if own.count == 1, let count = launched.count, count > 1 { throw MPIError.apart(count: count) }
  }

  public var isFirst: Bool { own.rank == 0 }

  /// Threads for this process: its part of the machine's processors, or those that it is bound to where they are fewer.
  public var threadCount: Int {
    max(1, min(own.processorCount, sysconf(Int32(_SC_NPROCESSORS_ONLN)) / own.countOnNode))
  }

  // MARK: - Team

  public var peers: any Peers { own }
  public var isCalledOff: Bool { own.isCalledOff }

  public func begin(_ work: [UInt8]) throws {
    own.beginAnew()
    let others = try own.round(.giving, amount: work.count)
    if let other = (1..<own.count).first(where: { others[$0].standing != .waiting }) {
      throw MPIError.outOfStep(rank: own.names[other])
    }
    _ = try own.broadcast(work)
    do { try agree(.ready, nil) } catch {
      // Where one is not ready, the others need not begin.
      if own.broken == nil { try own.callOff() }
      throw error
    }
  }

  public func end() {
    guard own.broken == nil else { return }
    // An error stands in the way of the next work.
    try? own.callOff()
    if !own.isDismissed { _ = try? own.round(.ending) }
  }

  public func post(_ letter: [UInt8], to rank: Int) throws { try own.post(letter, to: rank) }

  public func letters() throws -> [[UInt8]] {
    try own.takeLetters()
    try own.lookAfterOthers()
    return own.openLetters()
  }

  public func help(
    _ prepare: (_ work: [UInt8]) throws -> () -> String?, meanwhile: (_ letters: [[UInt8]]) -> [[UInt8]]
  ) throws {
    while true {
      own.beginAnew()
      let given = try own.round(.waiting, limit: .none) {
        for reply in meanwhile(own.openLetters()) { try own.post(reply, to: 0) }
      }[0]
      if given.standing == .leaving { return }
      guard given.standing == .giving else { throw MPIError.outOfStep(rank: own.names[0]) }
      let bytes = try own.broadcast([UInt8](repeating: 0, count: Int(given.amount)))
      do {
        try work(bytes, prepare)
      } catch {
        // The first has been told, and gives other work or leaves.
        if let broken = own.broken { throw broken }
      }
      own.awaitCallingOff()
    }
  }

  /// Does one piece of work, and tells the first if it comes to nothing.
  private func work(_ bytes: [UInt8], _ prepare: (_ work: [UInt8]) throws -> () -> String?) throws {
    let job: () -> String?
    do { job = try prepare(bytes) } catch {
      try agree(.failed, "\(error)")
      return
    }
    try agree(.ready, nil)
    let problem = job()
    if own.broken != nil || own.isDismissed { return }
    // What the first has to do alone may take any time.
    let others = try own.round(.done, limit: .none)
    if others[0].standing != .ending { try own.explain(own.rank, problem ?? "") }
  }

  /// Throws where one is not ready, with its reason.
  private func agree(_ standing: MPIPeers.Standing, _ reason: String?) throws {
    let others = try own.round(standing, limit: .seconds(Self.loadingTime))
    if let other = others.firstIndex(where: { $0.standing != .ready }) { try own.explain(other, reason ?? "") }
  }

  /// Lets the others go; where they are lost, ends them.
  ///
  /// - Parameter status: the exit status of those that are ended.
  public func leave(_ status: Int32 = 1) {
    if isFirst, own.broken == nil { _ = try? own.round(.leaving) }
    own.finish(status)
  }
}
