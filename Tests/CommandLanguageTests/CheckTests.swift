import CommandLanguage
import Synchronization
import TestSupport
import Testing

/// Runs some cells of one script.
private struct CellsOf: ScriptRunningCommand {
  static let source = Mutex<SourceText?>(nil)
  var cells: [Int] = []

  static let declaration = CommandDeclaration<CellsOf>(
    "cells", summary: "Run cells", parameters: [.rest("cells", \.cells, .integer, help: "which")],
    definesVariables: true)

  func scripts(from source: SourceText, entries: [HistoryEntry]) throws -> [Script] { [] }

  func knownScript(from source: SourceText) -> ScriptReference? {
    ScriptReference(identity: "cells", cells: cells) { Self.source.withLock { $0 } }
  }
}

@Suite struct CheckTests {
  @Test(arguments: [
    ("train rounds=5 lamda=0.1", "1:16 train has no option 'lamda' [lambda]"),
    ("train epochs=5", "1:7 train has no option 'epochs', only: rounds, lambda, stop, restart"),
    ("trian rounds=5", "1:1 there is no command 'trian' [train]"),
    ("tra", "1:1 there is no command 'tra' [train]"),
    ("frobnicate", "1:1 there is no command 'frobnicate'; help lists them all"),
    ("lett x = 1", "1:8 an option is written without spaces: x=value"),
    ("train rounds=x", "1:14 rounds needs a whole number from 1 to 100000, not 'x'"),
    ("train rounds=0", "1:14 rounds needs a whole number from 1 to 100000, not '0'"),
    ("train rounds=1.5", "1:14 rounds needs a whole number from 1 to 100000, not '1.5'"),
    ("train lambda=0", "1:14 lambda needs a number above 0 and at most 10, not '0'"),
    ("train lambda=nan", "1:14 lambda needs a number above 0 and at most 10, not 'nan'"),
    ("train lambda=1e999", "1:14 lambda needs a number above 0 and at most 10, not '1e999'"),
    ("train restart=yes", "1:15 restart needs on or off, not 'yes'"),
    ("train rounds=1,2", "1:14 rounds needs a whole number from 1 to 100000, not a list of 2"),
    ("train rounds=1 rounds=2", "1:16 the option 'rounds' is given twice"),
    ("train 5", "1:7 train takes only options, written name=value: rounds, lambda, stop, restart"),
    ("train stop=1:2 restart=on", "1:1 stop= and restart=on exclude each other"),
    ("load", "1:1 load needs DATASET: a data set or a path"),
    ("load a b", "1:8 load takes one value before its options"),
    ("load dataset=a", "1:6 load takes 'dataset' without its name: load DATASET"),
    ("load a split=tst", "1:14 split needs one of all, train, test, not 'tst' [test]"),
    ("load a count=al", "1:14 count needs a whole number from 1 or all, not 'al' [all]"),
    ("info 1 b c", "1:10 info takes at most 2 values before its options"),
    (
      "sample clusters=1,100,2",
      "1:19 clusters needs values separated by commas, each a whole number from 0 to 99, not '100'"
    ),
    (
      "sample channels=1,2,3,4,5",
      "1:17 channels needs 1 to 4 values, each a whole number from 1 to 4096, not 5"
    ),
    ("interpolate 1", "1:13 images needs 2 to 8 values, each a whole number from 0, not 1"),
    ("interpolate", "1:1 images needs 2 to 8 values, each a whole number from 0, not 0"),
    ("plot", "1:1 plot needs one of: tsne, loss"),
    ("plot foo", "1:6 plot knows no 'foo', only: tsne, loss"),
    ("plot tsen", "1:6 plot knows no 'tsen' [tsne]"),
    ("plot tsne perplexty=3", "1:11 plot tsne has no option 'perplexty' [perplexity]"),
    ("plot tsne out=a.gif", "1:15 out needs a path that ends in .png, .pdf, .svg, not 'a.gif'"),
    ("plt tsne", "1:1 there is no command 'plt' [plot]"),
    ("train lambda=$lamda", "1:14 there is no variable 'lamda'"),
    ("let lambda = 1\ntrain lambda=$lamda", "2:14 there is no variable 'lamda' [lambda]"),
    ("let seed = 1\nsample out=\"$seed-final.png\"", "2:13 there is no variable 'seed-final' [${seed}-final]"),
    ("repeat 2 { info $j }", "1:17 there is no variable 'j'"),
    ("info \"$x\"\nlet x = 1", "1:7 there is no variable 'x'"),
  ])
  func oneProblem(text: String, expected: String) {
    #expect(problems(text) == [expected])
  }

  @Test(arguments: [
    "train rounds=70_000 lambda=1e-3", "train rounds=1e3", "train lambda=+2", "load a count=all", "load a count=7",
    "let x = 1\ntrain rounds=$x", "default x = 1\ninfo $x", "for x in 1 2 { info $x }; info $x",
    "repeat 3 { info $i }", "run other.ddpm\ninfo $anything", "for v in tsne loss { plot $v }",
    "let l = 1,2\ninterpolate $l", "let l = a\nload $l; info", "plot tsne out=A.PNG",
    "for v in 3:1 { train stop=$v restart=off }",
  ])
  func nothingWrong(text: String) {
    #expect(problems(text) == [])
  }

  @Test func allProblemsInOrder() {
    let text = "trian\ninfo @\ntrain rounds=x lamda=1\nrepeat 2 {\n  plot foo\n  info $x\n}"
    #expect(
      problems(text) == [
        "1:1 there is no command 'trian' [train]",
        "2:6 unexpected '@'; put text with such characters in quotes",
        "3:14 rounds needs a whole number from 1 to 100000, not 'x'",
        "3:16 train has no option 'lamda' [lambda]",
        "5:8 plot knows no 'foo', only: tsne, loss",
        "6:8 there is no variable 'x'",
      ])
  }

  /// However much is typed where a name should be, the message stays one to read.
  @Test(arguments: [
    "NAME", "train NAME=1", "plot NAME", "info $NAME", "let NAME! = 1", "let NAME 2", "for NAME { }", "train NAME =1",
    "train NAME= 1", "train NAME=1 NAME=1", "train rounds=NAME", "info 2*NAME",
  ])
  func longNamesAreShortened(line: String) {
    let long = String(repeating: "a", count: 100_000)
    let found = problems(line.replacing("NAME", with: long))
    #expect(!found.isEmpty)
    for problem in found { #expect(problem.count < 250, "\(problem.prefix(300))") }
  }

  @Test func knownVariablesCount() {
    #expect(problems("info $x", variables: KnownVariables(names: ["x"])) == [])
    #expect(problems("info $xy", variables: KnownVariables(names: ["xyz"])) == ["1:6 there is no variable 'xy' [xyz]"])
  }

  @Test(arguments: [
    "let n = abc\ntrain rounds=$n", "default n = abc\ntrain rounds=$n", "let m = abc\nlet n = $m\ntrain rounds=$n",
    "let n = abc\ndefault n = 2\ntrain rounds=$n", "let m = bc\ntrain rounds=\"a$m\"",
    "repeat 2 {\n  let n = abc\n  train rounds=$n\n}", "run other.ddpm\nlet n = abc\ntrain rounds=$n",
  ])
  func valuesOfVariablesAreChecked(text: String) {
    let found = problems(text)
    #expect(found.count == 1 && found[0].hasSuffix("rounds needs a whole number from 1 to 100000, not 'abc'"))
  }

  /// Only what is certain to be wrong is an error before anything runs.
  @Test(arguments: [
    "let n = abc\nlet n = 2\ntrain rounds=$n", "let n = 2\ndefault n = abc\ntrain rounds=$n",
    "let n = abc\nfor n in 1,2 {\n  train rounds=$n\n}", "let n = 2\nrepeat 2 {\n  train rounds=$n\n  let n = 3\n}",
    "let n = abc\nrepeat 2 {\n  let n = 2\n}\ntrain rounds=$n", "let n = abc\nrun other.ddpm\ntrain rounds=$n",
    "let n = abc\nrun other.ddpm\ndefault n = xyz\ntrain rounds=$n",
  ])
  func uncertainValuesAreNot(text: String) {
    #expect(problems(text) == [])
  }

  /// Loops are looked at turn by turn where their values are known.
  @Test(arguments: [
    "for x in abc 2 { train rounds=$x }", "for x in 1 abc { train rounds=$x }",
    "for x in 1,abc,2 {\n  train rounds=$x\n}",
    "let l = 1,2,abc\nfor x in $l { train rounds=$x }", "let n = abc\nrepeat 2 { train rounds=$n }",
    "for x in a ab { for y in c bc { train rounds=\"$x$y\"; let x = 1 } }",
    "let n = 1\nrepeat 3 { train rounds=$n; let n = abc }",
    "repeat 200 { train rounds=abc }", "let n = abc\nrepeat 200 { train rounds=$n }",
    "for x in 1 2 { let n = abc }\ntrain rounds=$n",
  ])
  func valuesInLoopsAreChecked(text: String) {
    let found = problems(text)
    #expect(found.count == 1 && found[0].contains("rounds needs a whole number from 1 to 100000, not 'a"), "\(found)")
  }

  @Test(arguments: [
    "for x in 1 2 { train rounds=$x }", "let n = abc\nrepeat 0 { train rounds=$n }", "repeat 1000 { train rounds=$i }",
    "let n = abc\nfor x in 1 2 { let n = $x; train rounds=$n }", "for v in tsne loss { plot $v }",
    "let n = 1\nrun other.ddpm\nrepeat $n { let m = abc }\nlet m = 2\ntrain rounds=$m",
  ])
  func loopsThatAreRight(text: String) {
    #expect(problems(text) == [])
  }

  @Test func repeatCountsAreChecked() {
    #expect(problems("let n = abc\nrepeat $n { info }") == ["2:8 repeat needs a whole number from 0, not 'abc'"])
  }

  /// Loops in loops come to more turns than anyone would wait for.
  @Test func combinationsAreBounded() {
    let deep =
      (0..<60).map { "for x\($0) in 1 2 3 4 {" }.joined() + "train rounds=$x0" + String(repeating: "}", count: 60)
    let time = processorTime {
      #expect(problems(deep) == [])
      let wide = "for a in " + (1...90).map { "\($0)" }.joined(separator: ",") + " { for b in $a,2 { for c in 1 2 {\n"
      let body = String(repeating: "train rounds=$c\n", count: 2_000)
      #expect(
        problems(wide + body + "} } }\ntrain rounds=abc")
          == ["2002:14 rounds needs a whole number from 1 to 100000, not 'abc'"].map {
            $0.replacing("2002", with: "2003")
          })
    }
    #expect(time < .seconds(10), "\(time)")
  }

  @Test func whatIsNotShownIsCounted() {
    let found = Script(String(repeating: "trian\n", count: 1_000), name: "t").check(against: toyTable)
    #expect(found.count == 20 && found.omittedCount == 980 && found.total == 1_000)
    #expect(found.map(\.location.start.line) == Array(1...20))
    // The first of the text are kept, in whichever order they are found.
    let mixed = Script(String(repeating: "trian\n", count: 30) + String(repeating: "@\n", count: 30), name: "t")
      .check(against: toyTable)
    #expect(mixed.map(\.location.start.line) == Array(1...20) && mixed.total == 60)
  }

  @Test func valuesThatGrowAreErrors() {
    let time = processorTime {
      let doubling = "let a = xx\n" + String(repeating: "let a = \"$a$a\"\n", count: 30)
      #expect(problems(doubling).map { String($0.drop { $0 != " " }) } == [" \(Problem.valueTooLarge)"])
      // Many large values, each allowed: no more of them are made than a check can afford.
      let large = "let a = '\(String(repeating: "x", count: 500_000))'\n"
      #expect(problems(large + String(repeating: "info 1 \"$a$a\"\n", count: 50_000)) == [])
      #expect(problems(large + String(repeating: "info 1 \"$a$a$a\"\n", count: 50_000)).count <= 20)
    }
    #expect(time < .seconds(10), "\(time)")
  }

  /// A script whose cells are chosen in ever other ways is not looked through for each of them.
  @Test func cellsChosenInManyWays() {
    let cells = "# %%\n" + String(repeating: "info\n", count: 100_000) + String(repeating: "# %%\n", count: 2_000)
    let source = SourceText(name: "cells", text: cells)
    CellsOf.source.withLock { $0 = source }
    let text = (2...2_000).map { "cells 1 \($0)\n" }.joined()
    let time = processorTime {
      #expect(Script(text, name: "t").check(against: CommandTable([CellsOf.self, Info.self])).total == 0)
    }
    #expect(time < .seconds(10), "\(time)")
  }

  @Test func namesOfWhatIsUsed() {
    var variables = KnownVariables()
    _ = Script("default seed = 1; let x = $a; for y in $b { info 1 \"$c-$x\" }", name: "t")
      .check(against: toyTable, variables: &variables)
    #expect(variables.used == ["seed", "a", "b", "c", "x"] && !variables.mayUseMore)
    _ = Script("run other.ddpm", name: "t").check(against: toyTable, variables: &variables)
    #expect(variables.mayUseMore)
  }

  @Test(arguments: [
    ("run my session.ddpm", "1:5 a name with spaces is written in quotes: \"my session.ddpm\""),
    ("run my old session.ddpm", "1:5 a name with spaces is written in quotes: \"my old session.ddpm\""),
    ("plot tsne out=my figure.png", "1:15 a name with spaces is written in quotes: out=\"my figure.png\""),
    ("run a.ddpm b.ddpm", "1:12 run takes one value before its options"),
    ("run a 3", "1:7 run takes one value before its options"),
    ("plot tsne out=a.png perplexity", "1:21 plot tsne takes only options, written name=value: out, perplexity"),
  ])
  func pathsWithSpaces(text: String, says: String) {
    #expect(problems(text) == [says])
  }

  @Test func givenValuesAreChecked() {
    var given = Variables()
    given["n"] = Value("abc")
    let known = KnownVariables(given)
    #expect(problems("default n = 2\ntrain rounds=$n", variables: known).count == 1)
    #expect(problems("let n = 2\ntrain rounds=$n", variables: known) == [])
  }
}
