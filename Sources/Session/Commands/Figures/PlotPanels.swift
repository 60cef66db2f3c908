import CommandLanguage
import Figures

/// A command that puts together figures that the session drew before.
protocol FigureSelectingCommand: DrawingCommand {
  var selection: FigureSelection { get set }
}

extension FigureSelectingCommand {
  static var selectionParameters: [Parameter<Self>] {
    [
      .rest(
        "files", \.selection.files, .path(endings: FigureFormat.allCases.map(\.rawValue)),
        help: "the figures, by the files that this session drew them to; the last ones if none is named"),
      .option(
        "last", \.selection.last, .integer(in: 2...DrawnFigures.most),
        help:
          "how many of the last figures, where none is named; unless said \(FigureSelection.usualCount), or as many as "
          + "there are"),
    ]
  }

  func validate() throws {
    guard selection.last != nil, !selection.files.isEmpty else { return }
    throw FigureSelectionError.lastBesideFiles.about("last")
  }

  /// The figures, and the command that names them.
  func selected(_ session: SessionState, for action: String) throws -> (figures: [any Figure], performed: Self) {
    let drawn = try session.figures.selected(selection, for: action)
    var performed = self
    performed.selection = FigureSelection(files: drawn.map(\.path))
    return (drawn.map(\.titledFigure), performed)
  }
}

/// What can be wrong with options that choose figures.
enum FigureSelectionError: Error, CustomStringConvertible {
  case lastBesideFiles

  var description: String { "last= has no effect beside named files: leave one of them out" }
}

/// `plot panels`
struct PlotPanelsCommand: FigureSelectingCommand {
  var selection = FigureSelection()
  var columns: Int?
  var output = PictureOptions("panels.png")

  static let declaration = CommandDeclaration<PlotPanelsCommand>(
    "plot panels", summary: "Put figures that the session drew side by side, under letters",
    discussion: """
      Draw each figure as usual, to a file of its own, then put them together: they are drawn anew in a smaller size, as they \
      were, whatever was trained or loaded since. So different spaces, rounds, methods and colours come into one figure. \
      Each gets a letter, (a), (b), …; a legend that several share appears once, below; behind the letter stands the title \
      that the figure was drawn with. Figures of the store of runs are not the session's and cannot be panels; 'plot runs' \
      has panels of its own.
      """,
    parameters: selectionParameters + [
      .option(
        "columns", \.columns, .integer(in: 1...20),
        help: "panels in a row; unless said up to three in one row, else about as many rows as columns")
    ] + pictureParameters,
    results: ["panels"],
    examples: [
      CommandExample("plot panels", "the last four figures"),
      CommandExample("plot panels pixels.png latents.png style=page out=fig-3.pdf", "two embeddings, for a paper"),
    ],
    seeAlso: ["plot tsne", "plot animation", "plot loss"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let (figures, performed) = try selected(session, for: "plot panels")
    return Drawing(
      figure: PanelsFigure(figures, columnCount: columns), results: ["panels": .integer(figures.count)],
      performed: performed)
  }
}
