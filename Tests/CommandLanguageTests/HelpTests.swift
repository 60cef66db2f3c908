import CommandLanguage
import Testing

@Suite struct HelpTests {
  @Test func helpOfACommand() {
    #expect(
      toyTable.help(for: "train", width: 80) == """
        train [rounds=N] [lambda=X] [stop=ROUND:STEP] [restart=on|off]

        Run EM rounds: each fits the mixture, then trains the networks.

        The first call fits the first mixture.

        Interrupt it to finish the step and keep what was learnt.

          rounds=N         EM rounds (from 1 to 100000; default 5)
          lambda=X         weight of the prior (above 0 and at most 10; default 0.1)
          stop=ROUND:STEP  where to stop
          restart=on|off   whether to start over (default off)

        Results: ${train.round}, loss, best.loss, best.round, seconds

        Examples:
          train rounds=5 lambda=0.1  five rounds

        See also: load

        """)
    #expect(
      toyTable.help(for: "load", width: 50) == """
        load DATASET [count=N|all] [split=all|train|test]

        Load a data set.

          DATASET               what to load (NAME)
          count=N|all           images to keep (from 1;
                                default all)
          split=all|train|test  which part (default train)

        """)
    #expect(toyTable.help(for: "interpolate")?.hasPrefix("interpolate [IMAGES …]\n") == true)
    #expect(toyTable.help(for: "plot tsne")?.contains("perplexity=X  effective number") == true)
    #expect(toyTable.help(for: "sample")?.contains("(from 1 to 4096, 1 to 4 values; default 32,64)") == true)
    #expect(
      toyTable.help(for: "plot") == """
        plot is one of:

          plot tsne  Plot the latents in two dimensions
          plot loss  Plot the losses

        """)
    #expect(toyTable.help(for: "for")?.hasPrefix("for NAME in VALUE … { … }") == true)
    #expect(toyTable.help(for: "foo") == nil)
    #expect(toyTable.nearestVerb(to: "plot tsme") == "plot tsne")
  }

  @Test(
    arguments: [
      ("loss", ["plot loss: Plot the losses"]), ("prior", ["train: lambda=  weight of the prior"]),
      ("first mixture", ["train: The first call fits the first mixture"]),
      // By the beginnings of words.
      ("ixture", []), ("zebra", []),
    ] as [(String, [String])])
  func mentions(term: String, found: [String]) {
    #expect(toyTable.mentions(of: term).map { "\($0.verb): \($0.excerpt)" } == found)
  }

  @Test func namesComeFirst() {
    #expect(toyTable.mentions(of: "TRAIN").first?.verb == "train")
  }

  @Test func overviewAndReferenceNameEveryVerb() {
    let overview = toyTable.overview(width: 80)
    for entry in toyTable.entries {
      #expect(overview.contains("  \(entry.verb) "))
      #expect(toyTable.referencePage.contains("\n### \(entry.verb)\n"))
    }
    #expect(overview.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(toyTable.referencePage.contains("| `split` | all\\|train\\|test | train | which part |"))
  }

  @Test(
    arguments: [
      (
        "", 0,
        [
          "load", "train", "plot", "sample", "interpolate", "info", "run", "let", "default", "for", "repeat", "if",
          "sweep",
        ]
      ),
      ("tr", 0, ["train"]), ("load mnist; sam", 12, ["sample"]), ("repeat 2 { in", 11, ["interpolate", "info"]),
      ("train ", 6, ["rounds=", "lambda=", "stop=", "restart="]), ("train r", 6, ["rounds=", "restart="]),
      ("train rounds=5 r", 15, ["restart="]), ("train restart=", 14, ["on", "off"]),
      ("train restart=of", 14, ["off"]), ("plot ", 5, ["tsne", "loss"]), ("plot t", 5, ["tsne"]),
      ("plot tsne p", 10, ["perplexity="]), ("train lambda=$", 13, ["$lambda", "$seed"]),
      ("train lambda=$l", 13, ["$lambda"]), ("info \"a-$s", 8, ["$seed"]), ("info \"${s", 6, ["${seed}"]),
      ("load a split=t", 13, ["train", "test"]), ("load a ", 7, ["count=", "split="]), ("for x ", 6, ["in"]),
      ("train # r", 9, []), ("let x = $s", 8, ["$seed"]), ("info 'a", 6, []), ("sample clusters=1,2", 18, []),
      ("foo b", 5, []), ("train \\\n  ro", 10, ["rounds="]),
    ] as [(String, Int, [String])])
  func completion(text: String, start: Int, words: [String]) {
    #expect(
      toyTable.completion(of: text, variables: ["lambda", "seed"])
        == Completion(start: start, words: words))
  }

  @Test func completionOfFiles() {
    #expect(toyTable.completion(of: "run no", variables: []) == Completion(start: 4, fileEndings: []))
    // No options where a file is due, also if one begins like them.
    #expect(toyTable.completion(of: "sample out=c", variables: []) == Completion(start: 11, fileEndings: []))
    #expect(toyTable.completion(of: "run ", variables: []) == Completion(start: 4, fileEndings: []))
    #expect(toyTable.completion(of: "info\rrun ", variables: []) == Completion(start: 9, fileEndings: []))
    #expect(toyTable.completion(of: "run \"my no", variables: []) == Completion(start: 5, fileEndings: []))
    #expect(
      toyTable.completion(of: "plot tsne out=fi", variables: [])
        == Completion(start: 14, fileEndings: ["png", "pdf", "svg"]))
  }

  @Test(
    arguments: [
      ("lamda", "lambda"), ("lmabda", "lambda"), ("LAMBDA", "lambda"), ("rate", nil), ("r", nil), ("ro", "rounds"),
      ("accuracyy", "accuracy"), ("x", nil), ("", nil),
    ] as [(String, String?)])
  func didYouMean(word: String, expected: String?) {
    #expect(Suggestion.nearest(to: word, among: ["lambda", "rounds", "accuracy", "k"]) == expected)
  }
}
