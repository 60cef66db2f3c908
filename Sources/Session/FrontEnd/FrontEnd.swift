import CommandLanguage

/// Where a session shows itself, and where its user's wish to stop comes from: a terminal, a pipe, a test.
///
/// A new front end is a conformance. What it makes of events is its own affair, windows and colours among it.
public protocol FrontEnd: AnyObject {
  /// Shows what happened. Called on the thread that runs the script, in the order of events.
  func show(_ event: SessionEvent)

  /// How often the user has interrupted since the present entry began; asked between any two steps of a long command.
  var interruptions: Int { get }
}

/// What a session has to show.
///
/// Text, tables, pages and figures are results (standard output); progress, notes and diagnostics stand beside them
/// (standard error).
public enum SessionEvent: Sendable {
  /// A command starts.
  case began(CommandCall)
  case text(Passage)
  /// A whole table, and the format in which the user asked for it.
  case table(Table, TableFormat)
  /// Rows as they come, below those that came before them unless they are the first.
  case rows(Table, isFirst: Bool)
  /// A text to read, which may be longer than a window.
  case page(Passage)
  /// A figure that was written to its file, and whether the user wants to see figures beside the text.
  case figure(Picture, InlinePictures)
  /// What was shown before is to go where it can: a window's, a cell's.
  case cleared
  /// How far the command that runs is; replaces what was said of it before.
  case progress(Progress)
  /// What went wrong, and where.
  case diagnostic(Diagnostic)
  /// A sentence about the run itself.
  case note(String)
  /// A command came to its end, however it did.
  case ended(CommandRun)
  /// What was entered came to its end: the session waits for more.
  case finished(RunStatus)
}

extension SessionEvent {
  /// A result as lines of plain text without the last newline, laid out for `width` columns; nil for other events and
  /// for figures.
  public func text(width: Int) -> String? {
    switch self {
    case .text(let passage), .page(let passage): return passage.text(width: width)
    case .table(let table, let format): return format.written(table)
    case .rows(let rows, let isFirst):
      let layout = TextLayout(Table(rows.columns))
      return ((isFirst ? [layout.header] : []) + rows.rows.map(layout.line)).joined(separator: "\n")
    case .began, .figure, .cleared, .progress, .diagnostic, .note, .ended, .finished: return nil
    }
  }
}
