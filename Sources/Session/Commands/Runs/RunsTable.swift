import CommandLanguage
import JSONValues
import RunStore

/// `table rows=NAMES [columns=NAME] values=NAMES`
struct TableCommand: RunSelectingCommand {
  var selection = RunSelection()
  var rows = ["method"]
  var columns: String?
  var values = ["accuracy", "nmi"]
  var decimals = 4
  var format = TableFormat.text
  var file: String?
  var overwrites = false

  static let declaration = CommandDeclaration<TableCommand>(
    "table", summary: "Make a table of runs: mean ± standard deviation over seeds",
    discussion: """
      A row for every value of one name, or of several together, and, if columns= is given, a column for every value of \
      another; in each cell the \
      mean over seeds of a result, its standard deviation (n - 1) and how many there are. Names are those of columns, results \
      and settings of runs: dataset, method, lambda, accuracy. Of several runs of one seed with the same method, settings \
      and data the last that has the number counts; where those of a cell differ in more than the seed, a line below the table \
      says in what (in Markdown, LaTeX and HTML a comment).
      """,
    parameters: [
      .option(
        "rows", \.rows, .text("names", valueForm: "NAME"), count: 1...Int.max,
        help: "what tells the rows apart, one name or several"),
      .option("columns", \.columns, .text("a name", valueForm: "NAME"), help: "what tells the columns apart"),
      .option(
        "values", \.values, .text("names of results", valueForm: "NAME"), count: 1...Int.max,
        help: "what stands in the cells"),
    ] + selectionParameters + [
      .option("decimals", \.decimals, .integer(in: 0...10), help: "how many digits behind the point"),
      .option("format", \.format, .choice(), help: "how the table is printed"),
      .option(
        "out", \.file, .path(endings: TableFormat.allCases.map(\.ending)),
        help: "a file that it is written to as well, in the format of its ending"
      ).writing({ $0.file }, overwrite: \.overwrites),
      .option("overwrite", \.overwrites, .toggle, help: "replace any file: tables carry no mark of this tool's"),
    ],
    results: ["rows", "runs"],
    examples: [
      CommandExample("table", "methods, over all data sets"),
      CommandExample("table columns=dataset values=accuracy format=latex", "methods against data sets, for a paper"),
      CommandExample("table values=accuracy,nmi out=table.tex", "printed, and LaTeX with booktabs in a file"),
      CommandExample("table rows=dataset,method", "the methods of each data set, below each other"),
      CommandExample("table rows=lambda values=accuracy,nmi method=fast", "over a setting"),
    ],
    seeAlso: ["runs", "sweep", "plot runs"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let all = try selection.runs(environment)
    guard !all.isEmpty else { throw RunError.nothing }
    try environment.requireKnown(rows, of: all, parameter: "rows")
    if let columns { try environment.requireKnown([columns], of: all, parameter: "columns") }
    try environment.requireKnown(values, of: all, parameter: "values")
    let headings = columns.map { all.distinct($0) } ?? [""]
    var table = Table(
      rows.map { .init($0) }
        + headings.flatMap { heading in
          values.map { value in
            values.count == 1 && !heading.isEmpty
              ? Table.Column(heading) : Table.Column(value, group: heading)
          }
        })
    let names = all.distinct(rows)
    // Which runs count for each value: the last that has it.
    let places = rows + [columns].compactMap(\.self)
    let counted = values.map { value in
      Dictionary(grouping: all.having(value).lastOfEachSeed(by: places)) { run in places.map { run.text($0) } }
    }
    var differences: [String] = []
    let cells = names.map { name in
      headings.flatMap { heading in
        zip(values, counted).map { value, runs in
          let cell = runs[name + (columns == nil ? [] : [heading])] ?? []
          differences += cell.differencesWithinSeeds
          return cell.statistics(value)
        }
      }
    }
    // Where all are single runs there is nothing to count.
    let isCounted = cells.joined().contains { $0?.deviation != nil }
    for (name, row) in zip(names, cells) {
      table.add(
        name.map { $0.map { .text($0) } ?? .missing }
          + row.map { $0.map { .text($0.text(decimals, isCounted: isCounted)) } ?? .missing })
    }
    environment.print(table, as: format)
    differences = differences.uniqued
    let note =
      differences.isEmpty
      ? nil
      : "some cells hold several runs of one seed, which differ in \(differences.joined(separator: ", ")): "
        + "rows=\((rows + differences).joined(separator: ",")) tells them apart"
    if let line = note.flatMap(format.comment) { environment.print(line) }
    let runCount = Set(counted.flatMap { $0.values.joined().map(\.number) }).count
    var outcome = CommandOutcome(results: ["rows": .integer(names.count), "runs": .integer(runCount)])
    guard let file else { return outcome }
    guard let format = TableFormat.of(file) else { preconditionFailure("\(file) has none of the endings that it may") }
    outcome.artifacts.append(
      try about("out") {
        let lines = [format.written(table), note.flatMap(format.comment)].compactMap(\.self)
        return try OutputFile.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: file, overwrite: overwrites)
      })
    environment.print("wrote \(file.withoutControls())")
    return outcome
  }
}
