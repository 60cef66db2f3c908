import Session

/// Plain text for pipes, files and logs: no colour, no rewritten lines, no pictures.
final class BatchFrontEnd: FrontEnd {
  private let errors = ErrorOutput(takesControls: false)

  func show(_ event: SessionEvent) {
    errors.show(event)
    StandardStream.output.write(event)
  }

  var interruptions: Int { Interrupts.count }
}

extension StandardStream {
  /// Writes a result that is text; nothing for other events.
  func write(_ event: SessionEvent) {
    if let text = event.text(width: textWidth) { write(text + "\n") }
  }
}
