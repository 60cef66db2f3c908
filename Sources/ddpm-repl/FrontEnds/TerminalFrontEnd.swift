import CommandLanguage
import Figures
import Session

/// A terminal that takes control sequences: a live line of progress, colours, pictures, long texts page by page.
final class TerminalFrontEnd: FrontEnd {
  private let errors = ErrorOutput(takesControls: true)
  /// Looked up when the first figure comes.
  private lazy var picture = TerminalPicture(hasColours: !EnvironmentVariable.forbidsColour)

  func show(_ event: SessionEvent) {
    // What is typed ahead is for the prompt to show.
    if case .began = event { TerminalModes.silence() }
    if case .finished = event { TerminalModes.restore() }
    errors.show(event)
    switch event {
    case .figure(let figure, let inline): show(figure, inline)
    // To the window's upper left, then away with what it shows and what lies above it.
    case .cleared: StandardStream.output.write("\u{1B}[H\u{1B}[2J\u{1B}[3J")
    case .page(let page) where Pager.show(page.text(width: StandardStream.output.textWidth) + "\n"): break
    default: StandardStream.output.write(event)
    }
  }

  var interruptions: Int { Interrupts.count }

  private func show(_ figure: Picture, _ inline: InlinePictures) {
    guard inline != .off else { return }
    // The file is written and is what counts: a figure that cannot be shown is not worth an error.
    guard inline == .on || picture.isTrusted, let image = try? figure.image() else { return }
    StandardStream.output.write(picture.text(image, in: StandardStream.output.window))
  }
}
