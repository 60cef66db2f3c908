import Interruptions
import Synchronization

/// Work spread over threads, cut by shape alone.
///
/// The number of pieces is the caller's and must follow from shapes, never from `threadCount`: each piece computes
/// the same numbers on whichever thread it lands, and partial results are combined in the order of the pieces.
public enum Parallel {
  private static let threads = Atomic<Int>(2)

  /// The most threads that work at a time; at least 1. Results do not depend on it.
  public static var threadCount: Int {
    get { threads.load(ordering: .relaxed) }
    set {
      precondition(newValue >= 1, "threadCount must be at least 1, not \(newValue)")
      threads.store(newValue, ordering: .relaxed)
    }
  }

  /// Runs `body` for each piece 0..<count, on as many threads as there are, and returns when all have ended.
  ///
  /// Inside another such call, and while another thread is in one, this thread does all pieces itself.
  public static func forEach(_ count: Int, _ body: (Int) -> Void) {
    let workers = min(threadCount, count)
    if workers > 1 && WorkerPool.shared.run(count, helpers: workers - 1, body) { return }
    for piece in 0..<count { body(piece) }
  }

  /// The results of `body` for 0..<count, in order.
  public static func map<Result: Sendable>(_ count: Int, _ body: (Int) -> Result) -> [Result] {
    var slots = [Result?](repeating: nil, count: count)
    slots.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let buffer = buffer
      forEach(count) { buffer[$0] = body($0) }
    }
    return slots.map { $0! }
  }

  /// As `map`; ends before a piece is begun once there is a wish to (`Interruption`), which the calling thread looks for
  /// between its own pieces.
  ///
  /// - Throws: `Interrupted`; pieces then lack.
  public static func interruptibleMap<Result: Sendable>(
    _ count: Int, _ body: (Int) -> Result
  ) throws(Interrupted) -> [Result] {
    let isGivenUp = Atomic<Bool>(false)
    var slots = [Result?](repeating: nil, count: count)
    slots.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let buffer = buffer
      forEach(count) { piece in
        if Interruption.isWanted { isGivenUp.store(true, ordering: .relaxed) }
        if !isGivenUp.load(ordering: .relaxed) { buffer[piece] = body(piece) }
      }
    }
    if isGivenUp.load(ordering: .relaxed) { throw Interrupted() }
    return slots.map { $0! }
  }

  /// Cuts 0..<length into ranges of at most `size` and runs `body` for each.
  public static func forEachRange(of length: Int, size: Int, _ body: (Range<Int>) -> Void) {
    forEach((length + size - 1) / size) { piece in
      body(piece * size..<min(length, (piece + 1) * size))
    }
  }
}
