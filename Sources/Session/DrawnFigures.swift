import Figures

/// Figures that the session drew last, each under its file, for commands that put several together.
///
/// They are as they were drawn: later training does not change them. No file holds them; a saved session draws them anew.
struct DrawnFigures: Sendable {
  struct Drawn: Sendable {
    let path: String
    let figure: any Figure
  }

  /// The latest last.
  private(set) var all: [Drawn] = []

  var paths: [String] { all.map(\.path) }

  /// Keeps a figure, in place of one that was drawn to the same file.
  mutating func keep(_ drawn: Drawn) {
    all.removeAll { $0.path == drawn.path }
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
    if selection.files.isEmpty {
      let found = Array(all.suffix(selection.last ?? FigureSelection.usualCount))
      guard found.count > 1 else {
        throw DrawnFiguresError.tooFew(action: action, drawn: paths)
      }
      return found
    }
    return try selection.files.enumerated().map { place, path in
      guard let found = all.first(where: { $0.path == path }) else {
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
