import Glibc
import Session
import TestSupport
import Testing

/// Tables as LaTeX: whatever names hold, it is a table and compiles.
@Suite struct LaTeXTests {
  /// Each sign that LaTeX takes for its own, alone, doubled, and where it would mean most.
  private static let names =
    ["% # $ & _ { } ~ ^ \\", "%", "&&", "\\\\", "{", "}", "^^41", "~~", "$x$", "#1", "\\end{tabular}", "\\input{x}"]
    + ["[2cm]", "*", "*{3}{c}", "<a> | \"b\"", "--", "a±b × ü é", "strokes overlap=0.5", ""]

  private static let table: Table = {
    var table = Table([
      .init("name_1 & 50 %"), .init("mean ± sd", group: "a & b"), .init("n", .integer, group: "a & b"),
      .init("share", .percent, group: "c_1"),
    ])
    for (place, name) in names.enumerated() {
      table.add([.text(name), .text("0.9 ± 0.1 (3)"), .integer(place), place % 2 == 0 ? .missing : .number(0.5)])
    }
    return table
  }()

  /// What is wrong with a table by the rules of LaTeX that matter here; nil if nothing is.
  private func mistake(in text: String) -> String? {
    let lines = text.split(separator: "\n").map(String.init)
    guard let first = lines.first, first.hasPrefix("\\begin{tabular}{"), first.hasSuffix("}"),
      lines.last == "\\end{tabular}", lines.filter({ $0.hasPrefix("\\begin") }).count == 1
    else { return "no tabular" }
    let columns = first.dropFirst("\\begin{tabular}{".count).dropLast().count
    let rules = lines.filter { ["\\toprule", "\\midrule", "\\bottomrule"].contains($0) }
    guard rules == ["\\toprule", "\\midrule", "\\bottomrule"] else { return "rules \(rules)" }
    for line in lines.dropFirst().dropLast() where !rules.contains(line) {
      if line.hasPrefix("\\cmidrule") {
        for rule in line.split(separator: " ") {
          guard let found = rule.wholeMatch(of: /\\cmidrule\(lr\)\{(\d+)-(\d+)\}/), let first = Int(found.1),
            let last = Int(found.2), first >= 1, first <= last, last <= columns
          else { return "no rule: \(line)" }
        }
        continue
      }
      guard line.hasSuffix(" \\\\") else { return "no row: \(line)" }
      let row = Array(line.unicodeScalars.dropLast(3))
      if row.first.map({ "[*".unicodeScalars.contains($0) }) ?? false {
        return "an argument of the row before: \(line)"
      }
      var (depth, ends, dollars, place) = (0, 0, 0, 0)
      while place < row.count {
        switch row[place] {
        case "\\":
          place += 1
          guard place < row.count else { return "a lone \\ in \(line)" }
          let word = String(String.UnicodeScalarView(row[place...].prefix { $0.properties.isAlphabetic }))
          let known = [
            "textbackslash", "textasciitilde", "textasciicircum", "textless", "textgreater", "textbar", "pm", "",
            "multicolumn",
          ]
          guard known.contains(word) else { return "\\\(word) in \(line)" }
          if word.isEmpty, !"%&#$_{},".unicodeScalars.contains(row[place]) { return "\\\(row[place]) in \(line)" }
          place += max(word.unicodeScalars.count - 1, 0)
          if word == "multicolumn" {
            let rest = String(String.UnicodeScalarView(row[(place + 1)...]))
            guard let found = rest.prefixMatch(of: /\{(\d+)\}\{c\}\{/), let count = Int(found.1), count > 0 else {
              return "no columns: \(line)"
            }
            ends += count - 1
          }
        case "{": depth += 1
        case "}":
          depth -= 1
          if depth < 0 { return "unbalanced: \(line)" }
        case "&": ends += 1
        case "$": dollars += 1
        case "%", "#", "_", "^", "~": return "\(row[place]) in \(line)"
        default: break
        }
        place += 1
      }
      if depth != 0 || dollars % 2 != 0 { return "unbalanced: \(line)" }
      if ends != columns - 1 { return "\(ends + 1) cells of \(columns): \(line)" }
    }
    return nil
  }

  @Test func theCheckFindsMistakes() {
    let good = "\\begin{tabular}{lr}\n\\toprule\na & b \\\\\n\\midrule\nx\\_1 & 2 \\\\\n\\bottomrule\n\\end{tabular}"
    #expect(mistake(in: good) == nil)
    for (from, to) in [
      ("x\\_1", "x_1"), ("x\\_1", "x & y"), ("x\\_1", "{x"), ("x\\_1", "50 %"), ("x\\_1", "[x"), ("\\midrule\n", ""),
      ("x\\_1", "$x"), ("2 \\\\", "2"), ("x\\_1", "\\end{tabular}"), ("{lr}", "{l}"),
    ] {
      #expect(mistake(in: good.replacing(from, with: to)) != nil, "\(to)")
    }
  }

  @Test func whatColumnsShareStandsAboveThemOnce() {
    var table = Table([.init("method"), .init("accuracy", group: "a_1"), .init("nmi", group: "a_1")])
    table.add([.text("x"), .number(1), .number(2)])
    let text = TableFormat.latex.written(table)
    #expect(text.contains(" & \\multicolumn{2}{c}{a\\_1} \\\\\n\\cmidrule(lr){2-3}\nmethod & accuracy & nmi \\\\\n"))
    #expect(TableFormat.text.written(table).hasPrefix("method  a_1 accuracy  a_1 nmi\n"))
    for (from, to) in [("{2-3}", "{2-4}"), ("{2}{c}", "{3}{c}"), ("(lr)", "")] {
      #expect(mistake(in: text.replacing(from, with: to)) != nil, "\(to)")
    }
  }

  @Test func everyNameIsText() { #expect(mistake(in: TableFormat.latex.written(Self.table)) == nil) }

  /// What sessions write: a table of runs on a set whose folder has a name of such signs, to a file.
  @Test func tablesOfRuns() throws {
    let session = try TestSession()
    let set = "\(session.folder.path)/a_b & 50% #{x}"
    for name in [set, "\(set)/[0]", "\(set)/1_^"] { mkdir(name, 0o700) }
    for (index, folder) in ["[0]", "1_^", "[0]", "1_^"].enumerated() {
      var picture = PNGBuilder()
      picture.appendHeader(width: 4, height: 4)
      picture.appendRows((0..<4).map { row in (0..<4).map { UInt8(40 * index + 9 * row + $0) } })
      session.folder.write("a_b & 50% #{x}/\(folder)/\(index).png", picture.bytes)
    }
    let file = "\(session.folder.path)/t.tex"
    #expect(
      session.run(
        "load \"\(set.replacing("$", with: "\\$"))\"; sweep seed=0,1 { seed $seed; model kmeans; train; evaluate }; "
          + "table rows=dataset columns=method out=\"\(file)\"") == .succeeded, "\(session.errors)")
    let text = session.folder.text("t.tex")
    #expect(text.contains("a\\_b \\& 50\\% \\#\\{x\\} & ") && text.contains(" $\\pm$ "), "\(text)")
    #expect(mistake(in: text) == nil)
    #expect(session.output.hasSuffix("wrote \(file)\n") && session.output.contains("dataset"))
    // A table carries no mark of ours.
    #expect(session.run("table out=\"\(file)\"") == .failed && session.errors.contains("overwrite=on"))
    #expect(session.run("table out=\"\(file)\" overwrite=on; table out=\"\(session.folder.path)/t.md\"") == .succeeded)
    #expect(session.folder.text("t.md").hasPrefix("| method |"))
    session.errors = ""
    #expect(session.run("table out=t.doc") == .failed && session.errors.contains("tex"))
  }

  /// pdflatex takes it, where there is one.
  @Test func itCompiles() throws {
    guard system("command -v pdflatex > /dev/null && kpsewhich booktabs.sty > /dev/null") == 0 else {
      print("skipped: there is no pdflatex with booktabs")
      return
    }
    let folder = ScratchFolder()
    folder.write(
      "t.tex",
      "\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n"
        + TableFormat.latex.written(Self.table) + "\n\\end{document}\n")
    let status = system(
      "cd '\(folder.path)' && pdflatex -interaction=nonstopmode -halt-on-error t.tex > out 2>&1 && test -s t.pdf")
    #expect(status == 0, "\(folder.text("out").suffix(800))")
  }
}
