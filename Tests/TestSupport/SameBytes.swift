import Dispatch
import TensorEngine

/// Tests that count on a number of threads or an instruction set take turns.
private let turn = DispatchSemaphore(value: 1)

/// The results of `body` with each instruction set that this processor has.
public func resultsAcrossInstructionSets<Result>(_ body: () throws -> Result) rethrows -> [Result] {
  turn.wait()
  let before = InstructionSet.current
  defer {
    InstructionSet.current = before
    turn.signal()
  }
  return try InstructionSet.available.map { set in
    InstructionSet.current = set
    return try body()
  }
}

/// The results of `body` with 1, 2, 3 and 7 threads.
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
