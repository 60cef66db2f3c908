import Glibc
import Synchronization

/// Standard output and error, written at once and whole.
struct StandardStream {
  let descriptor: Int32

  static let output = StandardStream(descriptor: STDOUT_FILENO)
  static let error = StandardStream(descriptor: STDERR_FILENO)

  /// Whether a part of standard output was lost, which was told of: the program has failed, whatever its commands did.
  static var hasLostOutput: Bool { lost.load(ordering: .relaxed) }
  private static let lost = Atomic<Bool>(false)

  /// Keeps the three standard descriptors for what they are: one that the parent left closed would be the next file's that
  /// is opened, and results would be written into it. What is read from or written to it fails.
  static func occupyClosed() {
    for (descriptor, use) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", use)
    }
  }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      // A terminal that was stopped, or a pipe that nobody empties, must not keep the program from ending.
      if Interrupts.count > 0, !isReady(within: 0) { return }
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        written += count
        continue
      }
      switch errno {
      case EINTR: break
      case EAGAIN: _ = isReady(within: 200)
      case EPIPE where descriptor == STDOUT_FILENO: Self.endByBrokenPipe()
      default: return loses(errno)
      }
    }
  }

  private func isReady(within milliseconds: Int32) -> Bool {
    var waited = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&waited, 1, milliseconds) != 0
  }

  /// Says once that results are lost.
  private func loses(_ code: Int32) {
    guard descriptor == STDOUT_FILENO, !Self.lost.exchange(true, ordering: .relaxed) else { return }
    Self.error.write(
      "ddpm-repl: results are lost: cannot write to standard output: \(String(cString: strerror(code)))\n")
  }

  /// Nobody reads the results any more: the program ends as it would if the signal for that were not ignored, which
  /// some parents leave behind.
  private static func endByBrokenPipe() -> Never {
    TerminalModes.restore()
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
    _exit(128 + SIGPIPE)
  }

  var isTerminal: Bool { isatty(descriptor) != 0 }

  /// The terminal's columns; 80 where there is no terminal.
  var width: Int { window.columns }

  /// The columns that results are laid out for: another program's are those of a wide page.
  var textWidth: Int { isTerminal ? width : 100 }

  /// The terminal's size; 80×24 where there is none.
  var window: WindowSize {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return WindowSize(columns: 80, rows: 24) }
    var window = WindowSize(
      columns: size.ws_col > 0 ? Int(size.ws_col) : 80, rows: size.ws_row > 0 ? Int(size.ws_row) : 24)
    // Few terminals tell their pixels.
    if size.ws_col > 0, size.ws_row > 0, size.ws_xpixel >= size.ws_col, size.ws_ypixel >= size.ws_row {
      (window.cellWidth, window.cellHeight) = (Int(size.ws_xpixel / size.ws_col), Int(size.ws_ypixel / size.ws_row))
    }
    return window
  }
}

/// A terminal's size in characters, and a character's in pixels.
struct WindowSize {
  let columns: Int
  let rows: Int
  var cellWidth = 8
  var cellHeight = 16

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
  }
}
