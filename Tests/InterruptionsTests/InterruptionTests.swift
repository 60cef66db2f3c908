import Interruptions
import Synchronization
import TensorEngine
import Testing

private final class Counter: Sendable {
  let done = Atomic<Int>(0)
}

@Suite struct InterruptionTests {
  private let always = { @Sendable in true }
  private let never = { @Sendable in false }

  @Test func nobodyWishesUnlessSaid() throws {
    #expect(!Interruption.isWanted)
    try Interruption.check()
    #expect(throws: Interrupted.self) { try Interruption.heeding(always) { try Interruption.check() } }
    #expect(!Interruption.isWanted)
  }

  @Test func whatIsToBeFinishedSeesNoWish() throws {
    try Interruption.heeding(always) {
      try Interruption.disregarding { try Interruption.check() }
      #expect(Interruption.isWanted)
      Interruption.heeding(never) { #expect(!Interruption.isWanted) }
    }
  }

  /// Whichever thread a piece lands on, the rest is left undone soon after the wish.
  @Test func aParallelMapEndsEarly() throws {
    let pieces = Counter()
    let isWanted = { @Sendable in pieces.done.load(ordering: .relaxed) >= 3 }
    #expect(throws: Interrupted.self) {
      try Interruption.heeding(isWanted) {
        try Parallel.interruptibleMap(10_000) { piece in
          pieces.done.add(1, ordering: .relaxed)
          var sum = 0.0
          for i in 0..<20_000 { sum += Double(i ^ piece).squareRoot() }
          return sum
        }
      }
    }
    #expect(pieces.done.load(ordering: .relaxed) < 5_000)
    #expect(try Parallel.interruptibleMap(100) { $0 } == Array(0..<100))
  }
}
