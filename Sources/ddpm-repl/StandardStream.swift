import CommandLanguage
import Figures
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
  var width: Int { window.columns }

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

extension ScriptRunner.Console {
  /// The process's own streams and signals.
  ///
  /// - Parameter isBatch: whether standard output is no terminal, or to be treated as none.
  static func standard(isBatch: Bool) -> Self {
    let isTerminal = isatty(STDERR_FILENO) != 0
    let takesControls = isTerminal && !isBatch && !EnvironmentVariable.isDumbTerminal
    return Self(
      output: StandardStream.output.write, error: StandardStream.error.write,
      progress: ProgressReporter(
        style: takesControls ? .live : .plain, width: { StandardStream.error.width },
        write: StandardStream.error.write),
      width: { isatty(STDOUT_FILENO) != 0 ? StandardStream.output.width : 100 },
      interruptions: { Interrupts.count },
      diagnosticStyle: DiagnosticRenderer(
        width: isTerminal ? max(StandardStream.error.width - 2, 40) : 120,
        isColoured: takesControls && !EnvironmentVariable.forbidsColour, wrapsMessages: isTerminal),
      picture: isBatch || EnvironmentVariable.isDumbTerminal ? nil : picture(),
      page: { !isBatch && !EnvironmentVariable.isDumbTerminal && Pager.show($0) })
  }

  /// Shows figures on standard output. The terminal's kind is looked up when the first one comes.
  private static func picture() -> (any Figure, Theme, InlinePictures) -> Void {
    var terminal: TerminalPicture?
    return { figure, theme, inline in
      let known = terminal ?? TerminalPicture(hasColours: !EnvironmentVariable.forbidsColour)
      terminal = known
      // The file is written and is what counts: a figure that cannot be shown is not worth an error.
      guard inline == .on || known.isTrusted, let image = try? FigureFile.image(of: figure, theme: theme) else {
        return
      }
      StandardStream.output.write(known.text(image, in: StandardStream.output.window))
    }
  }
}
