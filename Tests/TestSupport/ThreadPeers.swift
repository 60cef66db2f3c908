import Glibc
import TensorEngine

/// Peers that are threads of this process. They need no lock: each writes its own slot, and a barrier or a join, which
/// ThreadSanitizer sees, comes before others read it.
public struct ThreadPeers: Peers {
  /// Where they meet: what each gives, by rank.
  private final class Meeting: @unchecked Sendable {
    private let slots: UnsafeMutableBufferPointer<[Float]>
    private let barrier = UnsafeMutablePointer<pthread_barrier_t>.allocate(capacity: 1)

    init(_ count: Int) {
      slots = .allocate(capacity: count)
      slots.initialize(repeating: [])
      pthread_barrier_init(barrier, nil, UInt32(count))
    }

    deinit {
      slots.deinitialize()
      slots.deallocate()
      pthread_barrier_destroy(barrier)
      barrier.deallocate()
    }

    /// What all give; this is for the one of `rank`.
    func meet(_ own: [Float], rank: Int) -> [[Float]] {
      slots[rank] = own
      pthread_barrier_wait(barrier)
      defer { pthread_barrier_wait(barrier) }
      return Array(slots)
    }
  }

  private let meeting: Meeting
  public let count: Int
  public let rank: Int

  public func gathered(_ own: [Float], lengths: [Int]) throws -> [Float] {
    try joined(meeting.meet(own, rank: rank), lengths)
  }

  public func exchanged(_ own: [Float], given: [Int], taken: [Int]) throws -> [Float] {
    guard given.count == count, given.reduce(0, +) == own.count else { throw OtherLengths() }
    // Each finds its piece by what came before it.
    let all = meeting.meet(given.map { Float($0) } + own, rank: rank)
    return try joined(
      all.map { numbers in
        let counts = numbers[..<count].map { Int($0) }
        let start = count + counts[..<rank].reduce(0, +)
        return Array(numbers[start..<start + counts[rank]])
      }, taken)
  }

  struct OtherLengths: Error {}

  private func joined(_ found: [[Float]], _ lengths: [Int]) throws -> [Float] {
    guard found.map(\.count) == lengths else { throw OtherLengths() }
    return found.flatMap { $0 }
  }

  /// What `body` gives for each of `count` peers, which run at the same time.
  public static func run<Result>(_ count: Int, _ body: (any Peers) throws -> Result) throws -> [Result] {
    let meeting = Meeting(count)
    nonisolated(unsafe) let results = UnsafeMutableBufferPointer<Swift.Result<Result, any Error>?>
      .allocate(capacity: count)
    results.initialize(repeating: nil)
    defer {
      results.deinitialize()
      results.deallocate()
    }
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      let threads = (0..<count).map { rank in
        Work {
          results[rank] = Swift.Result { try body(ThreadPeers(meeting: meeting, count: count, rank: rank)) }
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
