import CommandLanguage
import JSONValues
import Notebooks
import Session

/// Shows a session in notebooks: results as `SessionEvent.notebookOutput` has them, progress as one display that changes.
final class NotebookFrontEnd: FrontEnd {
  /// What a request came to, beside what was published.
  struct Outcome {
    /// Texts to read, for the client's pager.
    var pages: [String] = []
    var failure: NotebookOutput.Failure?
  }

  private let publisher: Publisher
  private var request: WireMessage?
  private var isSilent = false
  private var executionCount = 0
  private var outcome = Outcome()
  private var problems: [Diagnostic] = []
  private var progress: ProgressDisplay

  init(_ publisher: Publisher) {
    self.publisher = publisher
    progress = ProgressDisplay(publisher)
  }

  var interruptions: Int { KernelInterrupts.count }

  /// Shows events as answers to a request from here on.
  func begin(_ request: WireMessage, isSilent: Bool, executionCount: Int) {
    (self.request, self.isSilent, self.executionCount) = (request, isSilent, executionCount)
    (outcome, problems) = (Outcome(), [])
  }

  /// The end of the request: what it came to.
  func end(_ status: RunStatus) -> Outcome {
    defer { request = nil }
    guard status != .succeeded else { return outcome }
    let failure = NotebookOutput.Failure(problems)
    outcome.failure =
      status == .interrupted
      ? NotebookOutput.Failure(name: "Interrupted", message: "interrupted", lines: failure.lines + ["interrupted"])
      : failure
    return outcome
  }

  func show(_ event: SessionEvent) {
    if case .diagnostic(let problem) = event { problems.append(problem) }
    guard let request, !isSilent else { return }
    switch event {
    case .began: progress.commandStarts(request)
    case .progress(let state): progress.report(state)
    case .page(let page): outcome.pages.append(page.text(width: SessionEvent.notebookWidth))
    case .note, .text, .table, .rows, .figure: if let output = event.notebookOutput { publish(output) }
    case .cleared: publisher.publish("clear_output", ["wait": true], answering: request)
    case .ended, .finished: progress.commandEnds()
    case .diagnostic: break
    }
  }

  private func publish(_ output: NotebookOutput) {
    var (type, content) = output.message(executionCount: executionCount)
    if case .display = output { content["transient"] = [:] }
    publisher.publish(type, content, answering: request)
  }
}
