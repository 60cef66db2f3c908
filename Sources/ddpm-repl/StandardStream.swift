import CommandLanguage
import Glibc
import Session

/// Standard output and error, written at once and whole.
struct StandardStream {
  let descriptor: Int32

  static let output = StandardStream(descriptor: STDOUT_FILENO)
  static let error = StandardStream(descriptor: STDERR_FILENO)

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EPIPE && descriptor == STDOUT_FILENO { Self.endByBrokenPipe() }
      if count < 0 && errno != EINTR { return }
      written += max(count, 0)
    }
  }

  /// Nobody reads the results any more: the program ends as it would if the signal for that were not ignored, which
  /// some parents leave behind.
  private static func endByBrokenPipe() -> Never {
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
    _exit(128 + SIGPIPE)
  }

  /// The terminal's columns; 80 where there is no terminal.
  var width: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

extension ScriptRunner.Console {
  /// The process's own streams and signals.
  static func standard(isBatch: Bool) -> Self {
    let isTerminal = isatty(STDERR_FILENO) != 0
    return Self(
      output: StandardStream.output.write, error: StandardStream.error.write,
      progress: ProgressReporter(
        style: isTerminal && !isBatch ? .live : .plain, width: { StandardStream.error.width },
        write: StandardStream.error.write),
      width: { isatty(STDOUT_FILENO) != 0 ? StandardStream.output.width : 100 },
      interruptions: { Interrupts.count },
      diagnosticStyle: DiagnosticRenderer(
        width: isTerminal ? max(StandardStream.error.width - 2, 40) : 120, isColoured: isTerminal && !isBatch,
        wrapsMessages: isTerminal))
  }
}
