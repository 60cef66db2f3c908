import Glibc

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
