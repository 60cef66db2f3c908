import Glibc
import Synchronization

/// Ctrl-C and the signals that ask to leave, as counters that long commands look at.
enum Interrupts {
  private static let counter = Atomic<Int>(0)
  private static let leaving = Atomic<Bool>(false)
  /// A byte arrives here with every signal, so that waiting for keys ends.
  private static let wakeUp = Atomic<Int32>(-1)

  /// Interruptions since `reset`.
  static var count: Int { counter.load(ordering: .relaxed) }

  /// Whether SIGTERM or SIGHUP came: the command in progress ends, then the program.
  static var mustLeave: Bool { leaving.load(ordering: .relaxed) }

  /// Forgets earlier interruptions, before a new entry or script.
  static func reset() {
    counter.store(mustLeave ? 1 : 0, ordering: .relaxed)
  }

  /// Takes over SIGINT, SIGQUIT, SIGTERM and SIGHUP, but for those that the parent had ignored: nohup, or a shell without job
  /// control that runs this in the background.
  ///
  /// - Returns: the descriptor that becomes readable when one comes.
  @discardableResult
  static func install() -> Int32 {
    var descriptors: [Int32] = [-1, -1]
    guard wakeUp.load(ordering: .relaxed) < 0, pipe(&descriptors) == 0 else {
      return readEnd.load(ordering: .relaxed)
    }
    for descriptor in descriptors {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }
    // The atomics exist from here on: a handler must not be the first to touch them.
    counter.store(0, ordering: .relaxed)
    leaving.store(false, ordering: .relaxed)
    readEnd.store(descriptors[0], ordering: .relaxed)
    wakeUp.store(descriptors[1], ordering: .relaxed)
    var wanted = sigset_t()
    sigemptyset(&wanted)
    for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP] {
      var before = sigaction()
      sigaction(signal, nil, &before)
      if unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == ignoredHandler { continue }
      sigaddset(&wanted, signal)
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { signal in Interrupts.received(signal) }
      sigaction(signal, &action, nil)
    }
    // Some parents leave signals blocked.
    pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    return descriptors[0]
  }

  /// SIG_IGN as a number: functions cannot be compared.
  private static let ignoredHandler = unsafeBitCast(SIG_IGN, to: Int.self)

  private static let readEnd = Atomic<Int32>(-1)

  /// Empties the descriptor that `install` gave.
  static func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(readEnd.load(ordering: .relaxed), &bytes, bytes.count) > 0 {}
  }

  /// Runs as a signal handler: atomics and write(2) only.
  private static func received(_ signal: Int32) {
    let before = counter.add(1, ordering: .relaxed).oldValue
    if signal == SIGTERM || signal == SIGHUP { leaving.store(true, ordering: .relaxed) }
    // A command that heeds neither the first nor the second: the user wants out.
    if before >= 3 { _exit(130) }
    var byte: UInt8 = 0
    let saved = errno
    _ = write(wakeUp.load(ordering: .relaxed), &byte, 1)
    errno = saved
  }
}
