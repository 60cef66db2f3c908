import CommandLanguage
import TestSupport
import Testing

@Suite struct ParserTests {
  func script(_ text: String) -> Script { Script(text, name: "t") }

  /// A compact spelling of the tree: strings in «», lists in [], blocks in {}.
  func tree(_ text: String) -> String {
    let script = script(text)
    #expect(script.errors.map { "\($0.problem)" } == [])
    return script.statements.map(tree).joined(separator: "; ")
  }

  func tree(_ statement: Statement) -> String {
    switch statement.kind {
    case .assignment(let syntax):
      "\(syntax.isDefault ? "default" : "let") \(syntax.name.text) = \(tree(syntax.value))"
    case .forLoop(let syntax):
      "for \(syntax.variable.text) in \(syntax.values.map(tree).joined(separator: " ")) "
        + "{\(syntax.body.map(tree).joined(separator: "; "))}"
    case .repeatLoop(let syntax):
      "repeat \(tree(syntax.count)) {\(syntax.body.map(tree).joined(separator: "; "))}"
    case .condition(let syntax): "if \(tree(syntax.condition)) {\(syntax.body.map(tree).joined(separator: "; "))}"
    case .sweep(let syntax):
      "sweep "
        + syntax.axes.map { "\($0.variable.text)=\($0.values.map(tree).joined())" }.joined(separator: " ")
        + " {\(syntax.body.map(tree).joined(separator: "; "))}"
    case .command(let syntax):
      ([syntax.verb.text]
        + syntax.arguments.map { ($0.name.map { "\($0.text)=" } ?? "") + tree($0.value) }).joined(separator: " ")
    }
  }

  func tree(_ value: ValueSyntax) -> String {
    let items = value.items.map { item -> String in
      switch item.kind {
      case .literal(let text): "«\(text)»"
      case .variable(let name): "$\(name)"
      case .interpolated(let segments):
        "\""
          + segments.map {
            switch $0 {
            case .text(let text): text
            case .variable(let use): "${\(use.name)}"
            }
          }.joined() + "\""
      }
    }
    return items.count == 1 ? items[0] : "[\(items.joined(separator: " "))]"
  }

  @Test(arguments: [
    ("", ""),
    ("info", "info"),
    ("  info ; info\n\n;;info", "info; info; info"),
    ("load mnist count=1000", "load «mnist» count=«1000»"),
    ("let lambda = 0.1", "let lambda = «0.1»"),
    ("let a=1;default b =2", "let a = «1»; default b = «2»"),
    ("sample clusters=1,2,$k,\"x\"", "sample clusters=[«1» «2» $k «x»]"),
    ("info -2 1e-3 70_000 ~/a*b+c:d.png", "info «-2» «1e-3» «70_000» «~/a*b+c:d.png»"),
    ("for x in 1 2,3 $y { info $x }", "for x in «1» [«2» «3»] $y {info $x}"),
    ("for x in 1 {\n  repeat 2 {\n info\n}\n}", "for x in «1» {repeat «2» {info}}"),
    ("repeat 3 {}", "repeat «3» {}"),
    ("if $a { info }; if on {}", "if $a {info}; if «on» {}"),
    ("sweep a=1,2 b=x {\n info $a\n}", "sweep a=[«1» «2»] b=«x» {info $a}"),
    ("repeat 2 { info; info }; info", "repeat «2» {info; info}; info"),
    ("info \\\n  1 \\ \n 2", "info «1» «2»"),
    ("info # a comment; more\ninfo", "info; info"),
    ("info 'a $b \\n # c' \"#\"", "info «a $b \\n # c» «#»"),
    ("info \"a\\n\\t\\\"\\\\\\$b\"", "info «a\n\t\"\\$b»"),
    ("sample out=\"figures/samples-$lambda.png\"", "sample out=\"figures/samples-${lambda}.png\""),
    ("info \"$seed-$i.png\" \"${a-b}c\"", "info \"${seed}-${i}.png\" \"${a-b}c\""),
    ("info $a-b ${c} \"\"", "info $a-b $c «»"),
    ("info λ=0.1 données/é.png", "info λ=«0.1» «données/é.png»"),
    ("\u{FEFF}info\r\ninfo 1\r\n", "info; info «1»"),
    ("repeat $n { info }", "repeat $n {info}"),
    ("# %% A\ninfo\nrepeat 2 {\n# %% no cell\ninfo }", "info; repeat «2» {info}"),
  ])
  func grammar(text: String, expected: String) {
    #expect(tree(text) == expected)
  }

  @Test(arguments: [
    ("info @", "1:6 unexpected '@'; put text with such characters in quotes"),
    ("info \u{1}", "1:6 unexpected U+0001; put text with such characters in quotes"),
    ("info a\\b", "1:7 a '\\' outside a string may only end a line"),
    (
      "info \"a\\qb\"",
      "1:8 unknown escape '\\q'; a string knows \\n, \\t, \\r, \\\", \\\\ and \\$, or use single quotes"
    ),
    ("info \"${a\"", "1:7 '${' needs a name and a closing '}'"),
    ("info $", "1:6 '$' needs a variable's name after it; write \\$ in a string for the sign itself"),
    ("info \"a\\\"", "1:6 this string is never closed: it must end on its line"),
    ("info 'a", "1:6 this string is never closed: it must end on its line"),
    ("info; }", "1:7 there is no open block for this '}' to close"),
    ("info { }", "1:6 a block stands only after for, repeat, if or sweep"),
    ("for x in 1\n{ info }", "1:11 for needs a block: put '{' at the end of its line"),
    ("repeat 2", "1:9 repeat needs a block: put '{' at the end of its line"),
    ("let", "1:4 let needs a variable's name"),
    ("let a.b = 1", "1:5 'a.b' is no name: names hold letters, digits, '-' and '_'"),
    ("let a 1", "1:7 expected '=' and a value after 'a'"),
    ("let a =", "1:8 expected a value after '='"),
    (
      "let a = 1 2",
      "1:11 let takes one value; a list is written without spaces, 1,2,3, and text with spaces in quotes"
    ),
    ("for x 1 { }", "1:7 expected 'in' and the values that 'x' takes"),
    ("for x in { }", "1:10 expected a value after 'in'"),
    ("train rounds = 5", "1:14 an option is written without spaces: rounds=value"),
    ("train rounds= 5", "1:15 an option is written without spaces: rounds=value; an empty text is rounds=\"\""),
    ("train rounds=", "1:7 expected a value after 'rounds='"),
    ("train =5", "1:7 an option is written without spaces: train=value"),
    ("train 1 =5", "1:9 an option is written without spaces: 1=value"),
    ("train \"a\"=5", "1:10 there is no option's name before this '='"),
    ("train a,b=5", "1:10 there is no option's name before this '='"),
    ("info 1, 2", "1:9 a list is written without spaces: 1,2,3"),
    ("info 1 ,2", "1:8 a list is written without spaces: 1,2,3"),
    ("info 1,,2", "1:7 a list has a value on both sides of each comma"),
    ("info 1,", "1:7 a list has a value on both sides of each comma"),
    (
      "info a$b",
      "1:6 values are separated by spaces; to join text and variables write them in double quotes: \"run-$name.png\""
    ),
    ("repeat 1 { } info", "1:14 expected a new line or ';' after the block"),
    ("$x", "1:1 expected a command, not a value"),
    (", info", "1:1 expected a command, not ','"),
    ("= 3", "1:1 there is no option's name before this '='"),
    ("repeat x { }", "1:8 repeat needs a whole number from 0, not 'x'"),
    ("repeat -1 { }", "1:8 repeat needs a whole number from 0, not '-1'"),
    ("{ info }", "1:1 a block stands only after for, repeat, if or sweep"),
    ("info 1 \\", "1:8 the text ends after a '\\' that continues its line"),
    ("repeat 2 {\n  info", "1:1 the block of this repeat is never closed with '}'"),
  ])
  func syntaxErrors(text: String, expected: String) {
    let errors = script(text).errors
    #expect(
      errors.map { "\($0.location.start.line):\($0.location.start.column) \($0.problem)" } == [expected])
  }

  @Test func recoversAtTheNextStatement() {
    let script = script("info @ 1\ninfo 2; let = 3; info 4\nfor x in { info 5 }\ninfo 6")
    #expect(script.errors.map(\.location.start.line) == [1, 2, 3])
    #expect(script.statements.count == 3)
    let inner = self.script("repeat 2 {\n  info @\n  let\n  info\n}\ninfo")
    #expect(inner.errors.map(\.location.start.line) == [2, 3])
    #expect(inner.statements.count == 2)
  }

  @Test(arguments: [
    ("repeat 2 {", true), ("for x in 1 2 {\n info", true), ("info 'a", false), ("info \"a\n", false), ("info \\", true),
    ("info \\\n", false), ("info", false), ("", false), ("info }", false), ("repeat 2 { info @", false),
    ("repeat 2 { info 'a", false), ("repeat 2 { info }", false), ("repeat 2 { repeat 3 { }", true), ("repeat", false),
  ])
  func incompleteInput(text: String, expected: Bool) {
    #expect(script(text).isIncomplete == expected)
  }

  /// Where a line ends, and what does not end one.
  @Test(
    arguments: [
      ("# a comment\rinfo 1\rinfo 2\r", "info «1»; info «2»"),
      ("info 1\r\ninfo 2\r\rinfo 3", "info «1»; info «2»; info «3»"),
      ("info \\\r 1\rinfo \\\r\n 2", "info «1»; info «2»"), ("\r\r\n\n", ""),
      ("info 'a\u{2028}b\u{B}c'", "info «a\u{2028}b\u{B}c»"),
      ("# a\u{2028}info", ""), ("info \"a\\rb\"", "info «a\rb»"), ("info 'a\0b'", "info «a\0b»"),
      ("# %% A\rinfo\r# %% [markdown]\r# text\rinfo", "info; info"),
    ])
  func lineEnds(text: String, expected: String) {
    #expect(tree(text) == expected)
  }

  @Test(
    arguments: [
      ("info\u{2028}info", "1:5 unexpected U+2028"), ("info\r\ninfo\u{2029}", "2:5 unexpected U+2029"),
      ("info\u{85}info", "1:5 unexpected U+0085"), ("info\u{B}1", "1:5 unexpected U+000B"),
      ("info\u{C}1", "1:5 unexpected U+000C"), ("info\0", "1:5 unexpected U+0000"),
      ("info\rinfo\r@", "3:1 unexpected '@'"),
      ("info\n\u{FEFF}info", "2:1 unexpected"), ("info 'a\rb'", "1:6 this string is never closed"),
    ])
  func whatEndsNoLine(text: String, says: String) {
    let error = script(text).errors.first
    #expect(error.map { "\($0.location.start.line):\($0.location.start.column) \($0.problem)".hasPrefix(says) } == true)
  }

  @Test func linesAndPlacesOfLongTexts() {
    let text = String(repeating: "abc\r", count: 3_000) + "d\r\n" + String(repeating: "x", count: 10_000) + "@"
    let source = SourceText(name: "t", text: text)
    #expect(
      source.lineCount == 3_002 && source.line(3_001) == "d" && source.line(1) == "abc" && source.line(2_049) == "abc")
    #expect(source.position(of: source.bytes.count - 1) == SourceText(name: "t", text: text).position(of: 22_002))
    let end = source.position(of: source.bytes.count - 1)
    #expect(end.line == 3_002 && end.column == 10_001)
    for offset in [0, 3, 4, 4_095, 4_096, 4_097, 8_191, 8_192, 11_999, 12_000, 12_002] {
      #expect(source.line(of: offset) == source.bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1)
    }
  }

  @Test(
    arguments: [
      ("train rounds=2*3", "2*3"), ("train lambda=1/2", "1/2"), ("let x = 3+4", "3+4"), ("let x = 5-3", "5-3"),
      ("let x = 2**3", "2**3"), ("let x = 1e-3*2", "1e-3*2"), ("let x = -1.5+2_000", "-1.5+2_000"),
      ("let x = 1,2*3", "2*3"),
      ("let x = $n*2", "$n*2"), ("let x = 2*$n", "2*$n"), ("let x = $a+${b}/2", "$a+${b}/2"), ("info $n/2", "$n/2"),
      ("let x = 3 + 4", "3 +"), ("train rounds=2 * 3", "2 *"), ("info $n - 1", "$n -"),
    ])
  func arithmeticIsRefused(text: String, found: String) {
    #expect(
      script(text).errors.map { "\($0.problem)" } == [
        "there is no arithmetic: write the number itself, or the text in quotes, \"\(found)\""
      ])
  }

  @Test(
    arguments: [
      "2024-05-17", "2024-05", "1e-3", "-2", "a-1", "1.2.3", "3:212", "data/1/2", "run-1", "1/2.png", "*", "+",
      "70_000",
      "28x28", "'2*3'", "\"1/2\"", "/", "a+b", "1-a", "-",
    ])
  func otherValuesAreNoArithmetic(value: String) {
    #expect(script("info \(value)\nload /\nlet x = \(value)").errors.total == 0)
  }

  @Test func cells() {
    let script = script(
      """
      # a header
      # %% [markdown]
      # # Title
      #
      #  Some *text*.

      # %% Train it
      train; train
      # %%
      # %% Notes [markdown] tags=["x"]
      # Last.
      info
      """)
    #expect(script.errors.isEmpty)
    #expect(script.cells.map(\.number) == [1, 2, 3, 4, 5])
    #expect(script.cells.map(\.title) == ["", "Train it", "", "Notes", ""])
    #expect(
      script.cells.map(\.kind) == [.markdown("# Title\n\n Some *text*."), .code, .code, .markdown("Last."), .code])
    #expect(script.cells.map(\.statements.count) == [0, 2, 0, 0, 1])
    #expect(script.source.text(in: script.cells[1].range) == "# %% Train it\ntrain; train\n")
    #expect(Script("info", name: "In [7]", firstCell: 7).cells.map(\.number) == [7])
  }

  @Test(
    arguments: [
      ("# %% [markdown] A first session", "A first session"), ("# %% A first session [md]", "A first session"),
      ("#%%   Two  words ", "Two words"), ("# %% a [draft] = b", "a [draft] = b"), ("# %%", ""),
      ("# %% [markdown] slideshow={\"type\": \"slide\"}", ""), ("# %%% Deeper [raw]", "Deeper"),
    ])
  func titles(line: String, title: String) {
    #expect(script(line).cells.map(\.title) == [title])
  }

  @Test func nestingHasALimit() {
    let deep = String(repeating: "repeat 1 {", count: 64) + String(repeating: "}", count: 64)
    #expect(script(deep).errors.isEmpty)
    let tooDeep = String(repeating: "repeat 1 {\n", count: 100_000) + String(repeating: "}", count: 100_000)
    #expect(script(tooDeep).errors.map { "\($0.problem)" } == ["blocks nest at most 64 deep"])
    let open = String(repeating: "repeat 1 {\n", count: 100_000)
    #expect(
      script(open).errors.map { "\($0.problem)" } == [
        "the block of this repeat is never closed with '}'", "blocks nest at most 64 deep",
      ])
    #expect(script(String(repeating: "repeat 1 {\n", count: 60)).errors.map(\.location.start.line) == [60])
  }

  @Test func longScriptsTakeLinearTime() {
    let line = "train rounds=5 lambda=$lambda  # comment\nsample out=\"a-$lambda.png\" clusters=1,2,3\n"
    let text = "let lambda = 0.1\n" + String(repeating: line, count: 50_000)
    let time = processorTime { #expect(script(text).statements.count == 100_001) }
    #expect(time < .seconds(4))
    // One long line, one long list, one long string, and errors on every line.
    let long = "info " + String(repeating: "1,", count: 500_000) + "1"
    let errors = String(repeating: "info @\n", count: 50_001)
    let rest = processorTime {
      #expect(script(long).statements.count == 1)
      #expect(script("info \"" + String(repeating: "$a-\\n", count: 200_000) + "\"").errors.isEmpty)
      #expect(script(errors).errors.total == 50_001)
    }
    #expect(rest < .seconds(10))
  }

  @Test func positionsCountCharacters() {
    let source = SourceText(name: "t", text: "ab\n日本é\u{301}x\r\n\nend")
    #expect(source.lineCount == 4 && source.line(4) == "end")
    #expect(source.line(2) == "日本é\u{301}x")
    let x = source.bytes.firstIndex(of: UInt8(ascii: "x"))!
    #expect(source.position(of: x).line == 2)
    #expect(source.position(of: x).column == 4)
    #expect(source.position(of: 1_000).line == 4)
    #expect(source.position(of: 1_000).column == 4)
  }
}
