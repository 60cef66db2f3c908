import Glibc

/// Shows texts that the window cannot hold by the user's pager.
enum Pager {
  /// Shows `text` if it needs paging and can be.
  ///
  /// - Returns: whether the user has seen it.
  static func show(_ text: String) -> Bool {
    let lines = text.utf8.lazy.filter { $0 == UInt8(ascii: "\n") }.count
    guard isatty(STDIN_FILENO) != 0, lines >= StandardStream.output.window.rows - 1 else { return false }
    // -F and -X: what fits is simply printed, and what was read stays on the screen.
    let pager = EnvironmentVariable.value(of: "PAGER") ?? "less -FRX"
    guard pager != "cat" else { return false }
    let program = pager.split(separator: " ").first.map(String.init) ?? ""
    guard let pipe = popen("command -v \(program) >/dev/null 2>&1 || exit 127; \(pager)", "w") else { return false }
    fputs(text, pipe)
    let status = pclose(pipe)
    // Ctrl-C was the pager's.
    Interrupts.reset()
    return status & 0xFF00 != 127 << 8
  }
}
