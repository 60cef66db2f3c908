import CommandLanguage
import Session
import Testing

/// What help says beyond the commands' own pages.
@Suite struct HelpCommandTests {
  private func help(_ words: String) throws -> (status: RunStatus, output: String, errors: String) {
    let session = try TestSession()
    let status = session.run("help \(words)")
    return (status, session.output, session.errors)
  }

  @Test func everyTopicIsThereAndFits() throws {
    let topics = try help("topics").output.split(separator: "\n").filter { $0.hasPrefix("  ") }
      .map { String($0.split(separator: " ")[0]) }
    #expect(topics.count >= 8 && topics.contains("start") && topics.contains("keys"))
    for topic in topics {
      let (status, output, _) = try help(topic)
      #expect(status == .succeeded)
      #expect(output.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 80 }, "\(topic)")
      // No command hides behind a topic of its name.
      #expect(CommandTable(sessionCommands)[topic] == nil)
    }
  }

  /// The commands that topics show are there, and what they show is right.
  @Test func examplesInTopicsAreRight() throws {
    let table = CommandTable(sessionCommands)
    var checked = 0
    for topic in ["start", "language", "notebooks", "training", "pictures", "sessions", "keys", "data"] {
      for line in try help(topic).output.split(separator: "\n") where line.hasPrefix("  ") {
        let command = line.dropFirst(2).split(separator: "  ")[0]
        guard let verb = command.split(separator: " ").first, table.firstWords.contains(String(verb)) else { continue }
        // Some use what these two find.
        let problems = Script("train\nevaluate\n\(command)", name: topic).check(
          against: table, variables: KnownVariables(names: ["lambda", "seed", "quick"]))
        #expect(problems.allSatisfy { $0.problem.isIncomplete }, "\(topic): \(command): \(problems)")
        checked += 1
      }
    }
    #expect(checked >= 25)
  }

  /// In a narrow window nothing is cut or runs over, and nothing that is said is lost.
  @Test(arguments: [40, 60, 80, 200]) func topicsFitTheWindow(width: Int) throws {
    for topic in try help("topics").output.split(separator: "\n").filter({ $0.hasPrefix("  ") }) {
      let session = try TestSession()
      session.run("help \(topic.split(separator: " ")[0])")
      guard case .page(let page) = session.frontEnd.events[1] else {
        Issue.record("help shows no page")
        return
      }
      let text = page.text(width: width)
      // A command is not broken, however narrow the window is.
      for line in text.split(separator: "\n") where DisplayWidth.of(String(line)) > min(width, 80) {
        #expect(width == 40 && line.hasPrefix("  "), "\(topic): \(line)")
      }
      func words(_ text: String) -> [Substring] { text.split { " \n".contains($0) } }
      #expect(words(text) == words(page.text(width: 80)))
    }
  }

  /// What a round is differs from method to method: train's help tells each.
  @Test func aRoundIsExplained() throws {
    let page = try help("train").output.replacing("\n", with: " ")
    for part in [
      "For fast, tuned, reference, fashion, cifar10 and coil20 a round is an M-step", "For kmeans a round is restarts=",
      "For gmm a round is expectation", "For umap a round is epochs=", "For spectral a round is restarts=",
      "For vade a round is an epoch", "For clustergan a round is a pass",
      "For gan-em a round is passes=", "For hc-mgan a round is a split",
      "For vagan-gmm and vagan-smm a round is an epoch",
    ] {
      #expect(page.contains(part))
    }
  }

  @Test func wordsAreLookedFor() throws {
    let loss = try help("loss").output
    #expect(loss.hasPrefix("'loss' is no command; these mention it:\n"))
    #expect(loss.contains("  plot loss ") && loss.contains("  train ") && loss.contains("help training"))
    #expect(try help("'training rate'").status == .failed)
    let unknown = try help("trian")
    #expect(unknown.errors.contains("no command or topic mentions 'trian' (did you mean 'train'?)"))
    #expect(try help("plot").output.contains("plot tsne"))
  }
}
