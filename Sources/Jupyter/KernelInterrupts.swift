import Glibc
import Synchronization

/// The wish to end what runs, and the wish to end the kernel: by signal, or by a message on the control channel.
enum KernelInterrupts {
  private static let counter = Atomic<Int>(0)
  private static let leaving = Atomic<Bool>(false)

  /// Interruptions since `reset`.
  static var count: Int { counter.load(ordering: .relaxed) }

  /// Whether the kernel is to end.
  static var mustLeave: Bool { leaving.load(ordering: .relaxed) }

  /// Forgets earlier interruptions, before a request is carried out.
  static func reset() { counter.store(mustLeave ? 1 : 0, ordering: .relaxed) }

  static func interrupt() { counter.add(1, ordering: .relaxed) }

  /// Ends what runs, and the kernel after it.
  static func leave() {
    leaving.store(true, ordering: .relaxed)
    interrupt()
  }

  /// Has SIGINT interrupt, SIGTERM and SIGHUP end the kernel.
  static func install() {
    // The atomics exist from here on: a handler must not be the first to touch them.
    counter.store(0, ordering: .relaxed)
    leaving.store(false, ordering: .relaxed)
    handle(SIGINT) { _ in KernelInterrupts.interrupt() }
    for signal in [SIGTERM, SIGHUP] { handle(signal) { _ in KernelInterrupts.leave() } }
    // A closed pipe and a full disk are errors of the write, which is told of.
    for signal in [SIGPIPE, SIGXFSZ] { handle(signal) { _ in } }
  }

  private static func handle(_ signal: Int32, _ handler: sighandler_t?) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    sigaction(signal, &action, nil)
  }
}
