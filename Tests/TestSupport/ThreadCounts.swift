import Dispatch
import TensorEngine

private let turn = DispatchSemaphore(value: 1)

/// The results of `body` with 1, 2, 3 and 7 threads. Tests that count on a number of threads take turns.
public func resultsAcrossThreadCounts<Result>(_ body: () throws -> Result) rethrows -> [Result] {
  turn.wait()
  let before = Parallel.threadCount
  defer {
    Parallel.threadCount = before
    turn.signal()
  }
  return try [1, 2, 3, 7].map { count in
    Parallel.threadCount = count
    return try body()
  }
}
