import CMessageDigest
import CommandLanguage
import Figures
import JSONValues
import Session

/// Shows a session in notebooks: text as a stream, tables as HTML beside other formats, figures in place, progress as one
/// display that changes.
final class NotebookFrontEnd: FrontEnd {
  /// What a request came to, beside what was published.
  struct Outcome {
    /// Texts to read, for the client's pager.
    var pages: [String] = []
    var failure: Failure?
  }

  /// What went wrong, as clients show it.
  struct Failure {
    let name: String
    let message: String
    let lines: [String]
  }

  /// Columns of text; notebooks are some hundred wide.
  private static let width = 100
  /// Pixels that a figure takes in a notebook at most: the width of its page.
  private static let widestFigure = 720.0

  private let publisher: Publisher
  private var request: WireMessage?
  private var isSilent = false
  private var executionCount = 0
  private var outcome = Outcome()
  private var problems: [Diagnostic] = []
  private let renderer = DiagnosticRenderer(width: NotebookFrontEnd.width)
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
    let last = problems.last
    let lines = problems.flatMap { renderer.render($0).split(separator: "\n").map(String.init) }
    outcome.failure =
      status == .interrupted
      ? Failure(name: "Interrupted", message: "interrupted", lines: lines + ["interrupted"])
      : Failure(name: last?.problem.name ?? "Failed", message: last?.problem.description ?? "failed", lines: lines)
    return outcome
  }

  func show(_ event: SessionEvent) {
    if case .diagnostic(let problem) = event { problems.append(problem) }
    guard let request, !isSilent else { return }
    switch event {
    case .began: progress.commandStarts(request)
    case .progress(let state): progress.report(state)
    case .note(let text): stream("stderr", text + "\n")
    case .page(let page): outcome.pages.append(page.text(width: Self.width))
    case .table(let table, .text): show(table)
    case .figure(let figure, let inline): if inline != .off { show(figure) }
    case .text, .table, .rows:
      if let text = event.text(width: Self.width) { stream("stdout", text + "\n") }
    case .cleared: publisher.publish("clear_output", ["wait": true], answering: request)
    case .ended, .finished: progress.commandEnds()
    case .diagnostic: break
    }
  }

  private func stream(_ name: String, _ text: String) {
    publisher.publish("stream", ["name": .string(name), "text": .string(text)], answering: request)
  }

  private func show(_ table: Table) {
    publisher.publish(
      "execute_result",
      [
        "execution_count": .integer(executionCount),
        "data": [
          "text/plain": .string(TableFormat.text.written(table)), "text/html": .string(TableFormat.html.written(table)),
          "text/markdown": .string(TableFormat.markdown.written(table)),
          "text/latex": .string(TableFormat.latex.written(table)),
        ],
        "metadata": [:],
      ], answering: request)
  }

  private func show(_ figure: Picture) {
    let plain = JSONValue.string("figure \(figure.path)")
    var data: JSONObject = [:]
    var metadata: JSONObject = [:]
    switch figure.format {
    case .svg: data = ["image/svg+xml": .string(String(decoding: figure.bytes, as: UTF8.self)), "text/plain": plain]
    case .png, .pdf:
      // The file is written and is what counts: a figure that cannot be shown is not worth an error.
      guard let image = try? figure.image(),
        let bytes = figure.format == .png ? figure.bytes : try? image.encoded(software: "ddpm-repl")
      else { return }
      data = ["image/png": .string(Self.base64(bytes)), "text/plain": plain]
      let width = min(Double(image.width) / 2, Self.widestFigure)
      metadata = [
        "image/png": [
          "width": .integer(Int(width)), "height": .integer(Int(width * Double(image.height) / Double(image.width))),
        ]
      ]
    }
    publisher.publish(
      "display_data", ["data": .object(data), "metadata": .object(metadata), "transient": [:]], answering: request)
  }

  /// RFC 4648 without line breaks.
  static func base64(_ bytes: [UInt8]) -> String {
    var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
    return String(decoding: text.prefix(Int(count)), as: UTF8.self)
  }
}
