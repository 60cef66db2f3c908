import CommandLanguage

/// Cells of code with what they came to, and cells of text: what scripts in the percent format, Jupyter's notebooks and
/// pages of HTML have in common.
public struct Notebook: Sendable, Equatable {
  /// Lines of comments above the first cell: of a saved session, its checksum and where its numbers come from.
  public var header: String
  public var cells: [NotebookCell]

  public init(header: String = "", cells: [NotebookCell] = []) { (self.header, self.cells) = (header, cells) }
}

public struct NotebookCell: Sendable, Equatable {
  public enum Kind: String, Sendable {
    case code, markdown
    /// Text that is left as it is.
    case raw
  }

  public var kind: Kind
  /// A cell of code may begin with the line that opens it, `# %% Title`; a title of a cell of text is its first heading.
  public var source: String
  public var outputs: [NotebookOutput] = []
  /// Which of the cells of code that were run it was, from 1.
  public var executionCount: Int?
  /// How the cell stands in the script that it is from, where that is not how it would be written.
  var script: String?

  public init(_ kind: Kind, _ source: String) { (self.kind, self.source) = (kind, source) }
}

extension NotebookCell {
  /// The cell, written as it would be wherever it stands.
  public var apart: NotebookCell {
    var cell = self
    cell.script = nil
    return cell
  }

  /// The title of a cell of code; empty without one.
  public var title: String { kind == .code ? openingCell?.title ?? "" : "" }

  /// The source without the line that opens the cell.
  public var body: String {
    guard kind == .code, let opening = openingCell else { return source }
    return String(decoding: source.utf8.dropFirst(opening.marker.upperBound), as: UTF8.self)
  }

  /// The cell of code that the source begins with; nil if no line opens it.
  private var openingCell: CellText? {
    guard let first = SourceText(piece: source).cellTexts.first, !first.marker.isEmpty, first.kind == .code
    else { return nil }
    return first
  }
}

extension Notebook {
  /// The cell that holds the notebook's parameters, in the sense of papermill: values that another cell behind it may
  /// replace. That is the first cell with statements, if all of them are `default NAME = VALUE` with plain values: then it
  /// is all the same whether a parameter was set before it, as `-p` does, or after.
  public var parametersCell: Int? {
    for (index, cell) in cells.enumerated() where cell.kind == .code {
      let script = Script(cell.source, name: "")
      guard script.errors.isEmpty else { return nil }
      if script.statements.isEmpty { continue }
      return script.statements.allSatisfy(\.isPlainDefault) ? index : nil
    }
    return nil
  }
}

extension Statement {
  fileprivate var isPlainDefault: Bool {
    guard case .assignment(let syntax) = kind, syntax.isDefault else { return false }
    return syntax.value.items.allSatisfy { if case .literal = $0.kind { true } else { false } }
  }
}
