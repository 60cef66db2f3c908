import Figures

/// Figures that the session drew last, each under its file, for commands that draw one again or put several together.
///
/// They are as they were drawn: later training does not change them. No file holds them; a saved session draws them anew.
struct DrawnFigures: Sendable {
  struct Drawn: Sendable {
    let path: String
    let figure: any Figure
    /// Pictures that the file plays instead, `figure` being the last of them.
    var animation: Drawing.Animation?
    /// That drew it, with all defaults.
    let command: String
    /// Whether a saved session draws it again.
    let isJournalled: Bool
    /// What the command said of the figure, whatever it is drawn on.
    var settings = FigureSettings()

    /// With the title and subtitle that it was drawn with.
    var titledFigure: any Figure {
      var titled = figure
      titled.title = (settings.title ?? .own).text(inPlaceOf: figure.title)
      if settings.subtitle == false { titled.subtitle = "" }
      return titled
    }

    /// Whether it can be put beside others: what a saved session does not draw again it could not put together either, and
    /// what is of several figures is none to put beside others.
    var isPart: Bool { isJournalled && animation == nil && !(figure is PanelsFigure) }
  }

  /// The latest last.
  private var all: [Drawn] = []

  /// What was drawn last.
  var last: Drawn? { all.last }

  /// Those that can be put together.
  private var parts: [Drawn] { all.filter(\.isPart) }

  /// Keeps a figure, in place of one that was drawn to the same file; one that is no part of others replaces no part.
  mutating func keep(_ drawn: Drawn) {
    all.removeAll { $0.path == drawn.path && (drawn.isPart || !$0.isPart) }
    all.append(drawn)
    // An embedding of 70,000 points is a megabyte.
    if all.count > Self.most { all.removeFirst() }
  }

  /// These and then others.
  func adding(_ others: DrawnFigures) -> DrawnFigures {
    var both = self
    for drawn in others.all { both.keep(drawn) }
    return both
  }

  static let most = 64

  /// Those under some files, or the last ones.
  ///
  /// - Throws: `DrawnFiguresError`, about the parameters `files` and `last`.
  func selected(_ selection: FigureSelection, for action: String) throws -> [Drawn] {
    let parts = parts
    let paths = parts.map(\.path)
    if selection.files.isEmpty {
      let found = Array(parts.suffix(selection.last ?? FigureSelection.usualCount))
      guard found.count > 1 else {
        throw DrawnFiguresError.tooFew(action: action, drawn: paths)
      }
      return found
    }
    return try selection.files.enumerated().map { place, path in
      guard let found = parts.first(where: { $0.path == path }) else {
        throw DrawnFiguresError.notDrawn(path: path, drawn: paths).about("files", item: place)
      }
      return found
    }
  }
}

/// Which of the session's figures a command puts together.
struct FigureSelection: Sendable {
  var files: [String] = []
  var last: Int?

  static let usualCount = 4
}

/// What can be wrong with a choice of the session's figures.
enum DrawnFiguresError: Error, CustomStringConvertible {
  case tooFew(action: String, drawn: [String])
  case notDrawn(path: String, drawn: [String])

  var description: String {
    switch self {
    case .tooFew(let action, let drawn):
      "\(action) needs two figures at least that this session drew; it drew \(Self.words(drawn)): draw them first, each "
        + "to a file of its own with out="
    case .notDrawn(let path, let drawn):
      "this session has drawn no figure to \(path.withoutControls()); it drew \(Self.words(drawn))"
    }
  }

  private static func words(_ paths: [String]) -> String {
    if paths.isEmpty { return "none" }
    let shown = paths.suffix(8).map { $0.withoutControls() }
    return (shown.count < paths.count ? "…, " : "") + shown.joined(separator: ", ")
  }
}
