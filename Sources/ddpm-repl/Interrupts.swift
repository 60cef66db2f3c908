import Glibc
import Synchronization

/// Ctrl-C, the signals that ask to leave, and Ctrl-Z.
///
/// A wish to end is a counter that long commands look at; all else is done here.
enum Interrupts {
  private static let counter = Atomic<Int>(0)
  private static let leaving = Atomic<Bool>(false)
  private static let stopping = Atomic<Bool>(false)
  private static let continued = Atomic<Bool>(false)
  private static let prompting = Atomic<Bool>(false)
  /// A byte arrives here with every signal, so that waiting for keys ends.
  private static let wakeUp = Atomic<Int32>(-1)

  /// Interruptions since `reset`.
  static var count: Int { counter.load(ordering: .relaxed) }

  /// Whether SIGTERM or SIGHUP came: the command in progress ends, then the program.
  static var mustLeave: Bool { leaving.load(ordering: .relaxed) }

  /// Forgets earlier interruptions, before a new entry is typed or a script runs.
  static func reset() {
    counter.store(mustLeave ? 1 : 0, ordering: .relaxed)
  }

  /// Whether a prompt waits for keys, which then looks for `takeStop` and `takeContinued`.
  static var isAtPrompt: Bool {
    get { prompting.load(ordering: .relaxed) }
    set { prompting.store(newValue, ordering: .relaxed) }
  }

  /// Whether Ctrl-Z was typed at the prompt since the last look.
  static func takeStop() -> Bool { stopping.exchange(false, ordering: .relaxed) }

  /// Whether the program was stopped and went on since the last look.
  static func takeContinued() -> Bool { continued.exchange(false, ordering: .relaxed) }

  /// Takes over SIGINT, SIGQUIT, SIGTERM, SIGHUP and SIGTSTP, but for those that the parent had ignored: nohup, or a shell
  /// without job control that runs this in the background.
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
    isAtPrompt = false
    _ = (takeStop(), takeContinued())
    readEnd.store(descriptors[0], ordering: .relaxed)
    wakeUp.store(descriptors[1], ordering: .relaxed)
    TerminalModes.suspend()
    var wanted = sigset_t()
    sigemptyset(&wanted)
    for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP] {
      var before = sigaction()
      sigaction(signal, nil, &before)
      if unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == ignoredHandler { continue }
      sigaddset(&wanted, signal)
      handle(signal, signal == SIGTSTP ? stopHandler : endHandler)
    }
    handle(SIGCONT) { _ in Interrupts.goOn() }
    // A pipe without a reader and a file beyond the limit are errors of the write, which is told of; a handler rather than
    // ignoring them, because programs that are started inherit what is ignored.
    for signal in [SIGPIPE, SIGXFSZ] { handle(signal) { _ in } }
    // Some parents leave signals blocked.
    pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    return descriptors[0]
  }

  /// Of several processes that work together the first hears what the user wishes; the others end with it.
  static func leaveToFirst() {
    for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGUSR1] { handle(signal, SIG_IGN) }
  }

  /// Takes SIGUSR1, which mpirun passes on and Slurm sends before the time is over, for Ctrl-C.
  static func hearUserSignal() { handle(SIGUSR1, endHandler) }

  private static func handle(_ signal: Int32, _ handler: sighandler_t?) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    sigaction(signal, &action, nil)
  }

  /// SIG_IGN as a number: functions cannot be compared.
  private static let ignoredHandler = unsafeBitCast(SIG_IGN, to: Int.self)
  private static let endHandler: @convention(c) (Int32) -> Void = { signal in Interrupts.received(signal) }
  private static let stopHandler: @convention(c) (Int32) -> Void = { _ in Interrupts.receivedStop() }

  private static let readEnd = Atomic<Int32>(-1)

  /// Empties the descriptor that `install` gave.
  static func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(readEnd.load(ordering: .relaxed), &bytes, bytes.count) > 0 {}
  }

  /// Stops the program as Ctrl-Z should; returns when it goes on.
  static func stop() {
    let saved = errno
    TerminalModes.suspend()
    handle(SIGTSTP, SIG_DFL)
    var (set, before) = (sigset_t(), sigset_t())
    sigemptyset(&set)
    sigaddset(&set, SIGTSTP)
    raise(SIGTSTP)
    pthread_sigmask(SIG_UNBLOCK, &set, &before)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    handle(SIGTSTP, stopHandler)
    errno = saved
  }

  // What follows runs in signal handlers: atomics, write(2), and what POSIX allows there.

  private static func received(_ signal: Int32) {
    let before = counter.add(1, ordering: .relaxed).oldValue
    if signal == SIGTERM || signal == SIGHUP { leaving.store(true, ordering: .relaxed) }
    // A command that heeds neither the first nor the second: the user wants out.
    if before >= 3 {
      TerminalModes.restore()
      _exit(130)
    }
    wake()
  }

  private static func receivedStop() {
    guard isAtPrompt else { return stop() }
    stopping.store(true, ordering: .relaxed)
    wake()
  }

  private static func goOn() {
    TerminalModes.resume()
    continued.store(true, ordering: .relaxed)
    wake()
  }

  private static func wake() {
    var byte: UInt8 = 0
    let saved = errno
    _ = write(wakeUp.load(ordering: .relaxed), &byte, 1)
    errno = saved
  }
}
