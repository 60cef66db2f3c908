import Session
import TestSupport
import Testing

@Suite struct TableTests {
  /// Every kind of value, missing ones, and what each format must not take for its own signs.
  private let table: Table = {
    var table = Table([
      .init("name"), .init("n", .integer), .init("speed", .decimal(2), unit: "images/s"),
      .init("share_of|all", .percent),
    ])
    table.add([.text("a & b_1"), .integer(7), .number(1234.567), .number(0.0971)])
    table.add([.text("<\"c\", 50 %> | \\"), .missing, .number(-0.005), .number(1)])
    table.add([.text("日本"), .integer(-12), .number(.nan), .missing])
    return table
  }()

  @Test func plainTextAligns() {
    #expect(
      TableFormat.text.written(table) == """
        name               n  speed (images/s)  share_of|all
        a & b_1            7           1234.57         9.7 %
        <"c", 50 %> | \\    -             -0.01       100.0 %
        日本             -12               nan             -
        """)
  }

  /// Folders, and so classes, may be called anything: a row stays a line, and nothing in it steers a terminal.
  @Test(arguments: TableFormat.allCases.map(\.rawValue)) func aRowIsALine(format: String) throws {
    func lines(_ name: String) throws -> [Substring] {
      var table = Table([.init("name"), .init("n", .integer)])
      table.add([.text(name), .integer(1)])
      return try #require(TableFormat(rawValue: format)).written(table).split(separator: "\n")
    }
    let hostile = try lines("a\r\nb\u{1B}[2Jc\u{9B}d\u{2028}e\u{202E}f")
    #expect(hostile.count == (try lines("a")).count)
    #expect(hostile.contains { $0.unicodeScalars.contains("f") })
    for scalar in hostile.joined().unicodeScalars {
      #expect(scalar.properties.generalCategory != .control && !(0x2028...0x202E).contains(scalar.value))
    }
  }

  /// Signs count by code points: under an accent they are signs as well.
  @Test func signsUnderAccents() {
    var table = Table([.init("name")])
    table.add([.text("a|\u{301}&\u{301}<\u{301}b")])
    for (format, sign) in [(TableFormat.markdown, "\\|"), (.latex, "\\&"), (.html, "&amp;"), (.html, "&lt;")] {
      let written = Array(format.written(table).unicodeScalars)
      let sign = Array(sign.unicodeScalars)
      #expect(written.indices.contains { written[$0...].starts(with: sign) }, "\(format.rawValue): \(sign)")
    }
  }

  @Test func markdownEscapesItsSigns() {
    #expect(
      TableFormat.markdown.written(table) == """
        | name | n | speed (images/s) | share_of\\|all |
        |---|---:|---:|---:|
        | a \\& b_1 | 7 | 1234.57 | 9.7 % |
        | \\<"c", 50 %> \\| \\\\ | - | -0.01 | 100.0 % |
        | 日本 | -12 | nan | - |
        """)
  }

  @Test func latexEscapesItsSigns() {
    #expect(
      TableFormat.latex.written(table) == """
        \\begin{tabular}{lrrr}
        \\toprule
        name & n & speed (images/s) & share\\_of\\textbar{}all \\\\
        \\midrule
        a \\& b\\_1 & 7 & 1234.57 & 9.7\\,\\% \\\\
        \\textless{}"c", 50 \\%\\textgreater{} \\textbar{} \\textbackslash{} & -- & -0.01 & 100.0\\,\\% \\\\
        日本 & -12 & nan & -- \\\\
        \\bottomrule
        \\end{tabular}
        """)
  }

  /// Numbers in full, as Python's csv module reads them.
  @Test func csvKeepsNumbersWhole() {
    #expect(
      TableFormat.csv.written(table) == """
        name,n,speed (images/s),share_of|all
        a & b_1,7,1234.567,0.0971
        "<""c"", 50 %> | \\",,-0.005,1
        日本,-12,,
        """)
  }

  /// Quotes go by code points: folders, and so classes, may be called anything.
  @Test func csvQuotesWhatSwiftTakesForOneCharacter() {
    var table = Table([.init("name")])
    for name in ["a,\u{301}b", "q\"\u{301}r"] { table.add([.text(name)]) }
    #expect(
      Array(TableFormat.csv.written(table).utf8)
        == Array("name\n\"a,\u{301}b\"\n\"q\"\"\u{301}r\"".utf8))
  }

  @Test func htmlEscapesItsBrackets() {
    let lines = TableFormat.html.written(table).split(separator: "\n")
    #expect(lines.first == "<table>" && lines.last == "</table>" && lines.count == 6)
    #expect(lines[3].hasPrefix("<tr><td>&lt;&quot;c&quot;, 50 %&gt; | \\</td><td style=\"text-align: right\">-</td>"))
  }

  @Test func aTableWithoutRowsHasItsHeader() {
    let empty = Table([.init("a"), .init("b", .integer, width: 5)])
    #expect(TableFormat.text.written(empty) == "a      b")
    #expect(TableFormat.csv.written(empty) == "a,b")
  }

  /// Facts have names before them instead of above them.
  @Test func aTableWithoutHeader() throws {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(session.run("info") == .succeeded)
    guard case .table(let table, _) = session.frontEnd.events[1] else {
      Issue.record("info shows no table")
      return
    }
    func lines(_ format: TableFormat) -> [String] { format.written(table).split(separator: "\n").map(String.init) }
    let images = "120 images of 28×28, 10 classes, train 100 + test 20"
    #expect(lines(.text)[1] == "images     \(images)")
    #expect(lines(.csv)[1] == "images,\"\(images)\"")
    #expect(lines(.html)[2] == "<tr><td>images</td><td>\(images)</td></tr>")
    #expect(lines(.latex)[3] == "images & \(images) \\\\")
    #expect(lines(.markdown)[3] == "| images | \(images) |")
  }

  /// What a cluster is matched to is not among what it mixes in, and what is pure mixes nothing.
  @Test func evaluateNamesWhatClustersMix() throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run("evaluate format=csv; plot confusion out=\"\(session.folder.path)/c.png\"") == .succeeded)
    let rows = session.output.split(separator: "\n").dropFirst(2).prefix(10).map {
      $0.split(separator: ",", maxSplits: 4)
    }
    #expect(rows.count == 10 && rows.enumerated().allSatisfy { $1[0] == "\($0)" })
    let records = try session.records()
    let results = records[1]["results"]
    let clusters = results["clusters"].array.compactMap(\.number).map { Int($0) }
    #expect(clusters.sorted() == Array(0..<10))
    for (place, cluster) in clusters.enumerated() {
      let counts = results["counts"].array[place].array.compactMap(\.number)
      let total = counts.reduce(0, +)
      #expect(abs(total / 120 - (Double(rows[cluster][1]) ?? -1)) < 1e-12)
      guard total > 0 else { continue }
      let matched = String(rows[cluster][2])
      // The classes are the digits.
      let own = Int(matched).map { counts[$0] } ?? counts.max()!
      #expect(abs(own / total - (Double(rows[cluster][3]) ?? -1)) < 1e-12)
      #expect(rows[cluster].count < 5 || !rows[cluster][4].contains("\(matched) ("))
    }
  }
}
