import CommandLanguage
import Session

/// What a text front end writes to standard error: progress, notes and diagnostics.
struct ErrorOutput {
  private let stream = StandardStream.error
  private let progress: ProgressLine
  private let renderer: DiagnosticRenderer
  private let isColoured: Bool

  /// - Parameter takesControls: whether control sequences may be written if standard error is a terminal.
  init(takesControls: Bool) {
    let isTerminal = stream.isTerminal
    progress = ProgressLine(
      style: takesControls && isTerminal ? .live : .plain, width: { StandardStream.error.width }, write: stream.write)
    renderer = DiagnosticRenderer(width: isTerminal ? max(stream.width - 2, 40) : 120, wrapsMessages: isTerminal)
    isColoured = takesControls && isTerminal && !EnvironmentVariable.forbidsColour
  }

  func show(_ event: SessionEvent) {
    switch event {
    case .began: progress.commandStarts()
    case .progress(let state): progress.report(state)
    case .diagnostic(let diagnostic):
      clear()
      let spans = renderer.spans(diagnostic)
      stream.write(spans.map { isColoured ? $0.coloured : $0.text }.joined())
    case .note(let text):
      clear()
      stream.write(text + "\n")
    case .text, .table, .rows, .page, .figure: progress.resultComes()
    case .cleared, .ended, .finished: clear()
    }
  }

  private func clear() { progress.clear() }
}

extension DiagnosticRenderer.Span {
  /// In a terminal's colours.
  package var coloured: String {
    switch emphasis {
    case .none: text
    case .severity: "\u{1B}[1;31m\(text)\u{1B}[0m"
    case .mark: "\u{1B}[1;32m\(text)\u{1B}[0m"
    }
  }
}
