import CommandLanguage
import Figures
import Images
import Notebooks

extension SessionEvent {
  /// Columns of text; notebooks are some hundred wide.
  public static let notebookWidth = 100

  /// The event as a notebook shows it: text as a stream, tables as HTML beside other formats, figures in place; nil for
  /// what leaves nothing there.
  public var notebookOutput: NotebookOutput? {
    switch self {
    case .table(let table, .text): .result(table.display)
    case .text, .table, .rows, .page: text(width: Self.notebookWidth).map { .stream(.stdout, $0 + "\n") }
    case .note(let text): .stream(.stderr, text + "\n")
    case .figure(let picture, let inline): inline == .off ? nil : picture.display.map { .display($0) }
    case .diagnostic(let diagnostic): .failure(NotebookOutput.Failure([diagnostic]))
    case .began, .cleared, .progress, .ended, .finished: nil
    }
  }
}

extension NotebookOutput.Failure {
  /// What went wrong, the last of it as that which it failed of.
  public init(_ problems: [Diagnostic]) {
    // The script's line is indented by two columns.
    let renderer = DiagnosticRenderer(width: SessionEvent.notebookWidth - 2)
    self.init(
      name: problems.last?.problem.name ?? "Failed", message: problems.last?.problem.description ?? "failed",
      lines: problems.flatMap { renderer.render($0).split(separator: "\n").map(String.init) })
  }
}

extension Table {
  /// The table in all formats that clients may like better than text.
  var display: Display {
    Display([
      (.text, TableFormat.text.written(self)), (.html, TableFormat.html.written(self)),
      (.markdown, TableFormat.markdown.written(self)), (.latex, TableFormat.latex.written(self)),
    ])
  }
}

extension Picture {
  /// Pixels that a figure takes in a notebook at most: the width of its page.
  private static let widest = 720.0

  /// The figure as it stands in a notebook, half as large as its pixels say; nil if it cannot be drawn: the file is
  /// written and is what counts, so that is not worth an error.
  var display: Display? {
    let words = "figure \(path)"
    if format == .svg { return Display([(.svg, String(decoding: bytes, as: UTF8.self)), (.text, words)]) }
    guard let image = try? image(), let bytes = format == .png ? bytes : try? image.encoded(software: ToolMark.name)
    else { return nil }
    let width = max(1, min(Double(image.width) / 2, Self.widest))
    let height = max(1, width * Double(image.height) / Double(image.width))
    return Display(
      [(.png, Base64.encoded(bytes)), (.text, words)], size: Display.Size(width: Int(width), height: Int(height)))
  }
}
