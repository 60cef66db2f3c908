import Glibc
import Synchronization

/// The terminal's echo, which is off while a command runs: what is typed ahead would stand in its output.
///
/// All of it may be called by signal handlers.
enum TerminalModes {
  /// As they were before, valid while `isSilent`.
  nonisolated(unsafe) private static var before = termios()
  private static let silent = Atomic<Bool>(false)

  /// Turns the echo off if standard input is the terminal that this program has.
  static func silence() {
    guard isForeground, !silent.load(ordering: .relaxed), tcgetattr(STDIN_FILENO, &before) == 0 else { return }
    silent.store(true, ordering: .relaxed)
    turnEchoOff()
  }

  /// Leaves the terminal as it was before `silence`.
  static func restore() {
    guard silent.exchange(false, ordering: .relaxed) else { return }
    apply(before)
  }

  /// Leaves the terminal as it was, for as long as the program is stopped.
  static func suspend() {
    if silent.load(ordering: .relaxed) { apply(before) }
  }

  /// Turns the echo off again when the program goes on.
  static func resume() {
    if silent.load(ordering: .relaxed), isForeground { turnEchoOff() }
  }

  private static func turnEchoOff() {
    var modes = before
    modes.c_lflag &= ~tcflag_t(ECHO)
    apply(modes)
  }

  /// In the background it would stop the program.
  private static func apply(_ modes: termios) {
    var modes = modes
    if isForeground { tcsetattr(STDIN_FILENO, TCSADRAIN, &modes) }
  }

  private static var isForeground: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }
}
