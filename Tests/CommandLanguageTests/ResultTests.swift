import CommandLanguage
import Options
import Testing

/// `${train.loss}`: what commands found, as values.
@Suite struct ResultTests {
  private func host() -> RecordingHost {
    let host = RecordingHost()
    host.results.set(
      [("loss", Value("1.5")), ("rounds.loss", Value("1.5")), ("occupancy", Value(items: ["0.25", "0.75"]))],
      of: "train")
    host.results.set([("points", Value("7"))], of: "plot tsne")
    return host
  }

  @Test func inValuesStringsListsAndLoops() {
    let host = run(
      """
      info 1 "loss ${train.loss} of ${train.rounds.loss}"
      let kept = ${train.loss},2
      info 2 "$kept"
      for x in ${train.occupancy} { info 3 $x }
      info ${plot.tsne.points} "${plot.points}"
      """, host: host())
    #expect(host.problems == [])
    #expect(
      host.texts == [
        "info 1 \"loss 1.5 of 1.5\"", "info 2 \"1.5,2\"", "info 3 0.25", "info 3 0.75", "info 7 7",
      ])
    // They are no variables.
    #expect(host.variables.names == ["kept", "x"])
    #expect(host.results.names.contains("train.loss") && host.results.names.contains("plot.tsne.points"))
  }

  @Test func theLastOfAVerbCounts() {
    var results = Results()
    results.set([("loss", Value("1")), ("round", Value("1"))], of: "train")
    results.set([("loss", Value("2"))], of: "train")
    #expect(results.names == ["train.loss"])
    results.set([("points", Value("1"))], of: "plot tsne")
    results.set([], of: "plot loss")
    // The family's last command found no points.
    #expect(results.names == ["train.loss", "plot.tsne.points"])
  }

  @Test func whatThereIsNotIsTold() {
    let host = host()
    host.goesOn = true
    _ = run("info 1 ${train.seconds}\ninfo 1 ${load.count}\nlet x = \"${load.count}\"", host: host)
    #expect(
      host.failures.map { "\($0.location.start.line):\($0.location.start.column) \($0.problem)" } == [
        "1:8 the last command of its kind found nothing for 'train.seconds'",
        "2:8 there is no 'load.count' yet: the command that finds it must have run before",
        "3:10 there is no 'load.count' yet: the command that finds it must have run before",
      ])
  }

  @Test(arguments: [
    ("train\ninfo 1 ${train.loss}", []),
    ("train\ninfo 1 \"a ${train.best.round}\"\nplot tsne\ninfo ${plot.points}\ninfo 1 ${plot.tsne.points}", []),
    ("info 1 ${train.loss}", ["1:8 there is no 'train.loss' yet: the command that finds it must have run before"]),
    // In a later turn there would be one, but not in the first.
    (
      "repeat 2 {\ninfo 1 ${train.loss}\ntrain\n}",
      ["2:8 there is no 'train.loss' yet: the command that finds it must have run before"]
    ),
    ("repeat 2 {\ntrain\n}\ninfo 1 ${train.loss}", []),
    // Whether a script trains is not known.
    ("run other.ddpm\ninfo 1 ${train.loss}", []),
    ("run other.ddpm\ninfo 1 ${train.lost}", ["2:8 train finds no 'lost' [loss]"]),
    ("let v = tsne\nplot $v\ninfo 1 ${plot.tsne.points}", []),
    ("train\ninfo 1 ${train.lsos}", ["2:8 train finds no 'lsos' [loss]"]),
    (
      "train\ninfo 1 ${train.accuracy}",
      ["2:8 train finds no 'accuracy', only: round, loss, rounds.round, rounds.loss, best.loss, best.round, seconds"]
    ),
    ("info 1 ${trian.loss}", ["1:8 there is no command 'trian' [train]"]),
    ("info\nlet x = ${info.loss}", ["2:9 info finds no 'loss'; it finds nothing that could be used"]),
    ("plot tsne\ninfo 1 ${plot.tsne}", ["2:8 plot tsne needs the name of a result behind it: points"]),
    ("train\ninfo 1 $train", ["2:8 there is no variable 'train' [${train.round}]"]),
    (
      "let x = train",
      [
        "1:9 let takes a value, and 'train' is a command: run it on a line of its own, then let x = ${train.round}; as a "
          + "text it is written \"train\""
      ]
    ),
    (
      "default x = info",
      [
        "1:13 default takes a value, and 'info' is a command: run it on a line of its own; as a text it is written \"info\""
      ]
    ),
    ("let x = \"train\"\nlet y = 'plot'\nlet z = training\nlet w = train,info", []),
    (
      "info 1 ${train.}\ninfo 1 ${.loss}\ninfo 1 ${train..loss}\ninfo 1 \"${train.\"",
      (1...4).map { "\($0):\($0 == 4 ? 9 : 8) '${' needs a name and a closing '}'" }
    ),
    (
      "let x = $train.loss",
      [
        "1:9 a command's result is written ${train.loss}; values are separated by spaces; to join text and variables write "
          + "them in double quotes: \"run-$name.png\""
      ]
    ),
    ("let x = 2*3", ["1:9 there is no arithmetic: write the number itself, or the text in quotes, \"2*3\""]),
  ])
  func checked(text: String, expected: [String]) {
    #expect(problems(text) == expected)
  }

  @Test func whatRanBeforeTheScriptCounts() {
    let known = KnownVariables(Variables(), results: host().results)
    #expect(problems("info 1 ${train.loss}", variables: known) == [])
    #expect(problems("info 1 ${load.count}", variables: known) != [])
  }

  @Test func completion() {
    let names = ["seed", "train.loss", "train.rounds.loss"]
    func words(_ text: String) -> [String] { toyTable.completion(of: text, variables: names).words }
    #expect(words("info ${tr") == ["${train.loss}", "${train.rounds.loss}"])
    #expect(words("info ${train.r") == ["${train.rounds.loss}"])
    #expect(words("info \"a ${train.l") == ["${train.loss}"])
    #expect(words("info $s") == ["$seed"])
    #expect(words("let x = ") == ["$seed", "${train.loss}", "${train.rounds.loss}"])
  }

  @Test func helpNamesThem() {
    #expect(
      toyTable.help(for: "train")?.contains("\nResults: ${train.round}, loss, best.loss, best.round, seconds\n") == true
    )
    #expect(toyTable.help(for: "info")?.contains("Results") == false)
  }

  /// As many variables as a script may have words for: time by their number, not by its square.
  @Test func manyVariables() {
    let count = 50_000
    let host = RecordingHost()
    let text = (0..<count).map { "let v\($0) = $v\(max(0, $0 - 1))" }.joined(separator: "\n")
    _ = Interpreter(table: toyTable, host: host).runChecked(Script("let v0 = 1\n" + text, name: "t"))
    #expect(host.problems == [] && host.variables.names.count == count)
  }
}
