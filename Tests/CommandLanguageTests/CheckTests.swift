import CommandLanguage
import Testing

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
    "for v in stop { train stop=$v restart=on }",
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

  @Test func givenValuesAreChecked() {
    var given = Variables()
    given["n"] = Value("abc")
    let known = KnownVariables(given)
    #expect(problems("default n = 2\ntrain rounds=$n", variables: known).count == 1)
    #expect(problems("let n = 2\ntrain rounds=$n", variables: known) == [])
  }
}
