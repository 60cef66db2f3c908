import Figures
import TestSupport
import Testing

/// The sizes of venues' styles, against those of LaTeX.
@Suite("Venues")
struct VenueTests {
  /// \textwidth and \columnwidth in TeX's points, as the classes set them.
  private static let widths: [(style: FigureStyle, points: Double)] = [
    (.neurips, 397.48499), (.icml, 234.8775), (.icmlWide, 487.8225), (.cvpr, 237.13594), (.cvprWide, 496.85625),
    (.ieee, 252), (.ieeeWide, 516), (.acm, 241.14749), (.acmWide, 506.295),
  ]

  @Test func widthsAreThoseOfTheClasses() {
    for (style, points) in Self.widths {
      #expect(abs(style.theme.figureSize.width * 72.27 / 72 - points) < 0.01, "\(style.rawValue)")
    }
    #expect(abs(FigureStyle.nature.theme.figureSize.width * 25.4 / 72 - 89) < 1e-9)
    #expect(abs(FigureStyle.natureWide.theme.figureSize.width * 25.4 / 72 - 183) < 1e-9)
  }

  @Test(
    "LaTeX says the same where its classes are installed",
    arguments: [
      ("IEEEtran", "conference", FigureStyle.ieee, FigureStyle.ieeeWide),
      ("acmart", "sigconf", FigureStyle.acm, FigureStyle.acmWide),
    ])
  func latex(name: String, option: String, column: FigureStyle, wide: FigureStyle) throws {
    let folder = ScratchFolder()
    folder.write(
      "a.tex",
      "\\documentclass[\(option)]{\(name)}\\begin{document}\\typeout{widths \\the\\textwidth\\space\\the\\columnsep\\space}"
        + "x\\end{document}")
    let found = OutputTests.output(
      of: "cd '\(folder.path)' && pdflatex -interaction=nonstopmode a.tex")
    // An error would repeat the line with the macros' names.
    guard let found = found?.firstMatch(of: /widths ([0-9.]+)pt ([0-9.]+)pt/) else {
      return print("no LaTeX with \(name) is installed")
    }
    let widths = try [found.1, found.2].map { try #require(Double($0)) }
    #expect(abs(wide.theme.figureSize.width * 72.27 / 72 - widths[0]) < 0.01)
    #expect(abs(column.theme.figureSize.width * 72.27 / 72 - (widths[0] - widths[1]) / 2) < 0.01)
  }
}
