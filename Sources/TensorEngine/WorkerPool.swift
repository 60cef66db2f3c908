import CKernels
import Dispatch
import Glibc
import Synchronization

/// Threads that help the calling thread with one job at a time.
///
/// A training step makes hundreds of short parallel jobs, most of them shorter than it takes to wake a thread. So a
/// worker that is out of work spins for a moment before it sleeps.
final class WorkerPool: @unchecked Sendable {
  static let shared = WorkerPool()

  /// How often an idle thread looks around before it sleeps: some 100 µs.
  private static let spins = 4_000
  private static let coreCount = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// The job's number, whether it may still be joined, and how many workers are in it: one word, so that no worker can
  /// enter a job that has ended.
  private let state = Atomic<UInt64>(0)
  private static let workersInside: UInt64 = 0xFFFF
  private static let isOpen: UInt64 = 1 << 16
  private static let firstNumber: UInt64 = 1 << 17

  // Written by the pool's owner while no worker is inside, read by workers that are.
  private var body: ((Int) -> Void)?
  private var pieceCount = 0
  /// How many pieces were taken, from the front in the lower half of the word and from the back in the upper: the owner
  /// and every second worker go forwards, the others backwards, so that with two each mostly stays in its own half of
  /// the memory from job to job.
  private let taken = Atomic<UInt64>(0)
  private static let oneBehind: UInt64 = 1 << 32

  private let isOwned = Atomic<Bool>(false)
  private var workerCount = 0
  /// Workers with a smaller index may join the current job.
  private let helperLimit = Atomic<Int>(0)
  /// With more threads than cores, one that spins takes time from one that works.
  private let spinLimit = Atomic<Int>(spins)
  private let sleepers = Atomic<Int>(0)
  private let wakeUp = DispatchSemaphore(value: 0)

  /// Runs `job` for the pieces 0..<count on this thread and at most `helpers` others, and returns when all have ended.
  ///
  /// False, with nothing done, if the pool is at work already: for another thread, or for a job that this one is part of.
  func run(_ count: Int, helpers: Int, _ job: (Int) -> Void) -> Bool {
    guard !isOwned.exchange(true, ordering: .acquiring) else { return false }
    defer { isOwned.store(false, ordering: .releasing) }
    while workerCount < helpers { startWorker() }
    withoutActuallyEscaping(job) { job in
      (body, pieceCount) = (job, count)
      taken.store(0, ordering: .relaxed)
      helperLimit.store(helpers, ordering: .relaxed)
      spinLimit.store(helpers < Self.coreCount ? Self.spins : 0, ordering: .relaxed)
      let number = state.load(ordering: .relaxed) / Self.firstNumber &+ 1
      state.store(number &* Self.firstNumber | Self.isOpen, ordering: .sequentiallyConsistent)
      for _ in 0..<sleepers.exchange(0, ordering: .sequentiallyConsistent) { wakeUp.signal() }
      takePieces(backwards: false)
      state.bitwiseAnd(~Self.isOpen, ordering: .acquiringAndReleasing)
      waitForWorkers()
      body = nil
    }
    return true
  }

  private func takePieces(backwards: Bool) {
    // Read once: for each piece anew, the threads would fight over the count of the closure's owners.
    let (body, pieceCount) = (body!, pieceCount)
    while true {
      let before = taken.add(backwards ? Self.oneBehind : 1, ordering: .relaxed).oldValue
      let (inFront, behind) = (Int(before % Self.oneBehind), Int(before / Self.oneBehind))
      guard inFront + behind < pieceCount else { return }
      body(backwards ? pieceCount - 1 - behind : inFront)
    }
  }

  private func waitForWorkers() {
    var looks = 0
    while state.load(ordering: .acquiring) & Self.workersInside != 0 {
      looks += 1
      if looks < spinLimit.load(ordering: .relaxed) { ck_pause() } else { sched_yield() }
    }
  }

  // MARK: - Workers

  /// Signals are the program's affair: workers are started with all of them blocked.
  private func startWorker() {
    let index = workerCount
    workerCount += 1
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let start = Unmanaged.passRetained(WorkerStart { [self] in work(index) })
    var thread = pthread_t()
    let failure = pthread_create(&thread, nil, runWorker, start.toOpaque())
    // Without the worker the others do its share.
    guard failure == 0 else { return start.release() }
    pthread_detach(thread)
  }

  private func work(_ index: Int) {
    var last: UInt64 = 0
    var looks = 0
    while true {
      if join(index, &last) {
        takePieces(backwards: index % 2 == 0)
        state.subtract(1, ordering: .acquiringAndReleasing)
        looks = 0
      } else if looks < spinLimit.load(ordering: .relaxed) {
        looks += 1
        ck_pause()
      } else {
        sleep(index, after: last)
        looks = 0
      }
    }
  }

  /// The number of an open job that the worker has not been in yet.
  private func newJob(_ index: Int, after last: UInt64, in current: UInt64) -> UInt64? {
    let number = current / Self.firstNumber
    guard current & Self.isOpen != 0, number != last, index < helperLimit.load(ordering: .relaxed) else { return nil }
    return number
  }

  private func join(_ index: Int, _ last: inout UInt64) -> Bool {
    while true {
      let current = state.load(ordering: .acquiring)
      guard let number = newJob(index, after: last, in: current) else { return false }
      if state.compareExchange(expected: current, desired: current + 1, ordering: .acquiringAndReleasing).exchanged {
        last = number
        return true
      }
    }
  }

  /// Sleeps until the next job is opened. A job that opens meanwhile is seen either here or, through `sleepers`, by its
  /// owner.
  private func sleep(_ index: Int, after last: UInt64) {
    sleepers.add(1, ordering: .sequentiallyConsistent)
    if newJob(index, after: last, in: state.load(ordering: .sequentiallyConsistent)) != nil {
      var count = sleepers.load(ordering: .relaxed)
      while count > 0 {
        let (exchanged, original) = sleepers.compareExchange(
          expected: count, desired: count - 1, ordering: .sequentiallyConsistent)
        if exchanged { return }
        count = original
      }
    }
    wakeUp.wait()
  }
}

/// What a new thread is to run.
private final class WorkerStart: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}

private func runWorker(_ start: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  Unmanaged<WorkerStart>.fromOpaque(start!).takeRetainedValue().body()
  return nil
}
