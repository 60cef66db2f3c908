import CommandLanguage
import Session

/// Keeps what a session shows; interrupts when it is told to.
final class RecordingFrontEnd: FrontEnd {
  /// In order; progress apart, of which there is much.
  private(set) var events: [SessionEvent] = []
  private(set) var progress: [Progress] = []
  /// Standard output and standard error, as a pipe of 100 columns would get them.
  var output = ""
  var errors = ""
  /// Answers how often the user has interrupted; asked between steps.
  var onInterruptions: () -> Int = { 0 }

  var interruptions: Int { onInterruptions() }

  func show(_ event: SessionEvent) {
    if let text = event.text(width: 100) { output += text + "\n" }
    switch event {
    case .progress(let state):
      progress.append(state)
      return
    case .diagnostic(let diagnostic): errors += DiagnosticRenderer().render(diagnostic)
    case .note(let text): errors += text + "\n"
    default: break
    }
    events.append(event)
  }
}
