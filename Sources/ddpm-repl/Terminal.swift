import CReadline
import CommandLanguage
import Files
import Glibc

/// Entries typed at a terminal: editing, history and completion by GNU readline.
///
/// Readline's callback interface is used, so that this loop owns the waiting: a signal wakes it through a pipe, and
/// no handler ever jumps out of readline.
final class Terminal {
  enum Input {
    /// A whole entry, which may have several lines.
    case entry(String)
    /// Ctrl-C: what was typed is gone.
    case interrupted
    /// Ctrl-D on an empty line, or the terminal went away.
    case end
    /// SIGTERM or SIGHUP.
    case mustLeave
  }

  private let wakeUp: Int32
  /// Standard input, opened anew so that reading it does not wait: the terminal takes unread keys back at Ctrl-C and Ctrl-Z,
  /// and waiting for a key that was there a moment ago would leave these unheard.
  private let keys: Int32
  private let history: HistoryFile?
  /// Whether an entry could not be kept, which is said once.
  private(set) var hasLostHistory = false
  fileprivate let complete: (String) -> Completion
  /// Earlier lines of the entry being typed, for completion.
  fileprivate var earlierLines = ""
  fileprivate var received: Line?

  fileprivate enum Line {
    case text(String)
    case end
  }

  /// The one terminal there is, for readline's callbacks, which carry no context and come on the thread that called
  /// readline.
  nonisolated(unsafe) fileprivate static var current: Terminal?

  /// - Parameters:
  ///   - complete: what could stand at the end of an unfinished entry.
  init(complete: @escaping (String) -> Completion) {
    self.complete = complete
    wakeUp = Interrupts.install()
    let opened = open("/dev/stdin", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    keys = opened < 0 ? STDIN_FILENO : opened
    history = UserFolder.state.make(EnvironmentVariable.value).map { HistoryFile(path: "\($0)/history") }
    Self.current = self
    // Readline keeps both strings: they live as long as the program.
    ddpm_readline_prepare(
      strdup("ddpm"), strdup(" \t\n;}=,\"'"), { text, start, end in completeWord(text, start, end) },
      { _ in Terminal.current?.readKey() ?? EOF }, isatty(STDOUT_FILENO) == 0 ? 1 : 0)
    using_history()
    for entry in history?.load() ?? [] { add_history(entry) }
  }

  /// Reads an entry: one line, and more as long as `isIncomplete` says so.
  func readEntry(prompt: String, continuationPrompt: String, isIncomplete: (String) -> Bool) -> Input {
    Interrupts.reset()
    var entry = ""
    while true {
      earlierLines = entry
      switch readLine(entry.isEmpty ? prompt : continuationPrompt) {
      case .entry(let line):
        entry += line
        if isIncomplete(entry) {
          entry += "\n"
          continue
        }
        remember(entry)
        return .entry(entry)
      case .end where !entry.isEmpty:
        // An unfinished entry is handed over as it is; what it lacks will be said.
        return .entry(entry)
      case let other: return other
      }
    }
  }

  /// Asks a question; the answer is not remembered.
  func ask(_ question: String) -> Input {
    Interrupts.reset()
    earlierLines = ""
    return readLine(question)
  }

  private func readLine(_ prompt: String) -> Input {
    received = nil
    ddpm_readline_forget_end()
    // Before the terminal is readline's: a Ctrl-Z as the prompt appears must give it back as a later one does.
    Interrupts.isAtPrompt = true
    defer {
      Interrupts.isAtPrompt = false
      // One that came with the line's end.
      if Interrupts.takeStop() { Interrupts.stop() }
    }
    waitForTerminal()
    _ = Interrupts.takeContinued()
    if Interrupts.count == 0 { rl_callback_handler_install(prompt) { line in lineReceived(line) } }
    while received == nil, waitForInput() { rl_callback_read_char() }
    // One that came with the line's end ends the line all the same.
    if Interrupts.count > 0 { return abandon() }
    switch received {
    case .text(let line): return .entry(line)
    case .end, nil:
      // Readline ends the line itself where it turns bracketed paste off.
      if !ddpm_readline_ends_line() { StandardStream.output.write("\n") }
      return .end
    }
  }

  /// Waits until the terminal is this program's. In the background that stops it, as it should; readline, which would try
  /// again for ever, could then not be asked to leave.
  private func waitForTerminal() {
    while Interrupts.count == 0, tcdrain(keys) != 0, errno == EINTR {}
  }

  /// Waits for a key or the end of the input, and does meanwhile what signals ask for; false if they ask to end the line.
  private func waitForInput() -> Bool {
    while true {
      let isStopping = Interrupts.takeStop()
      if isStopping {
        ddpm_readline_suspend()
        Interrupts.stop()
      }
      let isContinuing = Interrupts.takeContinued() || isStopping
      if isContinuing { waitForTerminal() }
      if Interrupts.count > 0 { return false }
      // Whoever had the terminal meanwhile left it in another state.
      if isContinuing {
        _ = Interrupts.takeContinued()
        ddpm_readline_resume()
      }
      var descriptors = [
        pollfd(fd: keys, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&descriptors, 2, -1) < 0 {
        // A changed window size, which readline has noted.
        if errno == EINTR { rl_check_signals() }
      } else if descriptors[1].revents != 0 {
        Interrupts.drain()
      } else {
        return true
      }
    }
  }

  /// Reads a key for readline, which must not wait for one itself: it would hear no signal.
  fileprivate func readKey() -> Int32 {
    var key: UInt8 = 0
    while waitForInput() {
      switch read(keys, &key, 1) {
      case 1: return Int32(key)
      case -1 where errno == EINTR || errno == EAGAIN: continue
      default: return EOF
      }
    }
    return ddpm_readline_no_key()
  }

  /// Ends the line without its being an entry.
  private func abandon() -> Input {
    let mustLeave = Interrupts.mustLeave
    // Before readline lets go of the line: it then moves to the line's start.
    if !mustLeave { StandardStream.output.write("^C") }
    if received == nil { ddpm_readline_abandon() }
    StandardStream.output.write("\n")
    return mustLeave ? .mustLeave : .interrupted
  }

  /// Puts an entry at the end of the history, once.
  private func remember(_ entry: String) {
    guard !entry.allSatisfy(\.isWhitespace), !entry.utf8.contains(0) else { return }
    for index in stride(from: ddpm_history_length() - 1, through: 0, by: -1) {
      guard let found = history_get(index + ddpm_history_base()), let line = found.pointee.line else { continue }
      if String(cString: line) == entry, let removed = remove_history(index) {
        _ = free_history_entry(removed)
        break
      }
    }
    add_history(entry)
    guard !hasLostHistory else { return }
    do { try history?.append(entry) } catch {
      hasLostHistory = true
      StandardStream.error.write("ddpm-repl: the history is not kept: \(error)\n")
    }
  }
}

/// Readline's line handler; it runs inside `rl_callback_read_char`, on the main thread.
private func lineReceived(_ line: UnsafeMutablePointer<CChar>?) {
  let text = line.map { String(cString: $0) }
  free(line)
  rl_callback_handler_remove()
  Terminal.current?.received = text.map { .text($0) } ?? .end
}

/// Readline's completion: the candidates behind their longest common prefix, in memory that readline frees.
private func completeWord(
  _ text: UnsafePointer<CChar>?, _ start: Int32, _ end: Int32
) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
  guard let buffer = ddpm_readline_line() else { return nil }
  let bytes = UnsafeRawBufferPointer(start: buffer, count: Int(end)).map(\.self)
  guard let terminal = Terminal.current else { return nil }
  let completion = CompletionCandidates(
    earlierLines: terminal.earlierLines, line: bytes, wordStart: Int(start), complete: terminal.complete)
  let candidates = completion.words
  let isUnfinished = candidates.count == 1 && (candidates[0].hasSuffix("=") || candidates[0].hasSuffix("/"))
  ddpm_readline_completed(isUnfinished ? 0 : 32)
  guard !candidates.isEmpty else { return nil }
  let words = candidates.count == 1 ? candidates : [completion.common] + candidates
  let list = calloc(words.count + 1, MemoryLayout<UnsafeMutablePointer<CChar>?>.stride)!
    .assumingMemoryBound(to: UnsafeMutablePointer<CChar>?.self)
  for (index, word) in words.enumerated() { list[index] = strdup(word) }
  return list
}
