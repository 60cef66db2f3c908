import Glibc
import Synchronization
import TensorEngine

/// Peers that are threads of this process.
public struct ThreadPeers: Peers {
  /// Where they meet: what each gives, by rank.
  private final class Meeting: @unchecked Sendable {
    let slots: Mutex<[[Float]]>
    private let barrier = UnsafeMutablePointer<pthread_barrier_t>.allocate(capacity: 1)

    init(_ count: Int) {
      slots = Mutex([[Float]](repeating: [], count: count))
      pthread_barrier_init(barrier, nil, UInt32(count))
    }

    deinit {
      pthread_barrier_destroy(barrier)
      barrier.deallocate()
    }

    func wait() { pthread_barrier_wait(barrier) }
  }

  private let meeting: Meeting
  public let count: Int
  public let rank: Int

  public func gathered(_ own: [Float], lengths: [Int]) throws -> [Float] {
    try joined(meet(own), lengths)
  }

  public func exchanged(_ own: [Float], given: [Int], taken: [Int]) throws -> [Float] {
    guard given.count == count, given.reduce(0, +) == own.count else { throw OtherLengths() }
    // Each finds its piece by what came before it.
    let all = meet(given.map { Float($0) } + own)
    return try joined(
      all.map { numbers in
        let counts = numbers[..<count].map { Int($0) }
        let start = count + counts[..<rank].reduce(0, +)
        return Array(numbers[start..<start + counts[rank]])
      }, taken)
  }

  /// What all give.
  private func meet(_ own: [Float]) -> [[Float]] {
    meeting.slots.withLock { $0[rank] = own }
    meeting.wait()
    defer { meeting.wait() }
    return meeting.slots.withLock { $0 }
  }

  struct OtherLengths: Error {}

  private func joined(_ found: [[Float]], _ lengths: [Int]) throws -> [Float] {
    guard found.map(\.count) == lengths else { throw OtherLengths() }
    return found.flatMap { $0 }
  }

  /// What `body` gives for each of `count` peers, which run at the same time.
  public static func run<Result>(_ count: Int, _ body: (any Peers) throws -> Result) throws -> [Result] {
    let meeting = Meeting(count)
    nonisolated(unsafe) var results = [Swift.Result<Result, any Error>?](repeating: nil, count: count)
    let lock = Mutex(())
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      let threads = (0..<count).map { rank in
        Work {
          let result = Swift.Result { try body(ThreadPeers(meeting: meeting, count: count, rank: rank)) }
          lock.withLock { _ in results[rank] = result }
        }
      }
      for thread in threads { thread.join() }
      return ()
    }
    return try results.map { try $0!.get() }
  }

  /// A thread that does one thing.
  private final class Work {
    private final class Box {
      let body: () -> Void
      init(_ body: @escaping () -> Void) { self.body = body }
    }

    private var thread = pthread_t()

    init(_ body: @escaping () -> Void) {
      let box = Unmanaged.passRetained(Box(body))
      let code = pthread_create(
        &thread, nil,
        { pointer in
          Unmanaged<Box>.fromOpaque(pointer!).takeRetainedValue().body()
          return nil
        }, box.toOpaque())
      precondition(code == 0, "no thread: \(code)")
    }

    func join() { pthread_join(thread, nil) }
  }
}
