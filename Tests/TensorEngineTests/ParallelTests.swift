import Dispatch
import Glibc
import Synchronization
import TensorEngine
import TestSupport
import Testing

/// Every piece runs once, whoever else is at work and however the threads were left.
@Suite("Parallel") struct ParallelTests {
  private func counts(_ pieces: Int, _ body: (Int) -> Void = { _ in }) -> [Int] {
    var counts = [Int](repeating: 0, count: pieces)
    counts.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let buffer = buffer
      Parallel.forEach(pieces) { piece in
        buffer[piece] += 1
        body(piece)
      }
    }
    return counts
  }

  @Test func everyPieceRunsOnce() {
    let results = resultsAcrossThreadCounts {
      [0, 1, 2, 3, 16, 1000].map { counts($0).allSatisfy { $0 == 1 } }
    }
    #expect(results.allSatisfy { $0.allSatisfy { $0 } })
  }

  @Test func manyShortJobs() {
    let sums = resultsAcrossThreadCounts {
      var sum = 0
      for job in 0..<20_000 {
        let part = Atomic<Int>(0)
        Parallel.forEach(3) { _ = part.add($0 + job % 7, ordering: .relaxed) }
        sum += part.load(ordering: .relaxed)
      }
      return sum
    }
    #expect(sums.allSatisfy { $0 == (0..<20_000).reduce(0) { $0 + 3 + 3 * ($1 % 7) } })
  }

  /// Between the jobs the workers fall asleep, at times just as the next one opens.
  @Test func workersWakeUp() {
    let results = resultsAcrossThreadCounts {
      (0..<200).allSatisfy { job in
        usleep(UInt32(job * 3))
        return counts(8).allSatisfy { $0 == 1 }
      }
    }
    #expect(results.allSatisfy { $0 })
  }

  @Test func jobsInsideJobs() {
    let results = resultsAcrossThreadCounts { () -> Bool in
      let inner = Atomic<Int>(0)
      let outer = counts(10) { _ in Parallel.forEach(10) { _ in _ = inner.add(1, ordering: .relaxed) } }
      return outer.allSatisfy { $0 == 1 } && inner.load(ordering: .relaxed) == 100
    }
    #expect(results.allSatisfy { $0 })
  }

  @Test func jobsOfSeveralThreadsAtOnce() {
    let good = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<500 where counts(5).allSatisfy({ $0 == 1 }) { good.add(1, ordering: .relaxed) }
    }
    #expect(good.load(ordering: .relaxed) == 8 * 500)
  }

  /// Without a lock: ThreadSanitizer does not see into the standard library's.
  @Test func rangesCoverTheWhole() {
    for (length, size) in [(0, 4), (1, 4), (4, 4), (5, 4), (1000, 7)] {
      let longest = Atomic<Int>(0)
      let rangeCount = Atomic<Int>(0)
      var visits = [Int](repeating: 0, count: length)
      visits.withUnsafeMutableBufferPointer { visits in
        nonisolated(unsafe) let visits = visits
        Parallel.forEachRange(of: length, size: size) { range in
          for place in range { visits[place] += 1 }
          longest.max(range.count, ordering: .relaxed)
          rangeCount.add(1, ordering: .relaxed)
        }
      }
      #expect(visits.allSatisfy { $0 == 1 })
      #expect(longest.load(ordering: .relaxed) == min(length, size))
      #expect(rangeCount.load(ordering: .relaxed) == (length + size - 1) / size)
    }
  }
}
