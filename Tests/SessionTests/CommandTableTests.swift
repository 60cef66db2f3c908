import CommandLanguage
import Glibc
import Session
import TestSupport
import Testing

/// Every command's declaration against what the command does.
@Suite struct CommandTableTests {
  private let table = CommandTable(sessionCommands)

  private static let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  private static let hasMNIST: Bool = {
    let data = getenv("DDPM_DATA").map { String(cString: $0) } ?? "../shared/data"
    return access("\(data)/mnist/train-images-idx3-ubyte.gz", R_OK) == 0
      || access("\(data)/mnist/train-images-idx3-ubyte", R_OK) == 0
  }()

  @Test func verbsAndRelatives() {
    let verbs = table.entries.map(\.verb)
    #expect(Set(verbs).count == verbs.count)
    for entry in table.entries {
      #expect(!entry.summary.isEmpty && !entry.summary.hasSuffix("."), "\(entry.verb)")
      #expect(entry.verb.count + entry.summary.count + 4 <= 100, "\(entry.verb) takes two lines of help")
      for parameter in entry.parameters {
        #expect(!parameter.help.isEmpty && !parameter.help.hasSuffix("."), "\(entry.verb) \(parameter.name)")
      }
      for relative in entry.seeAlso {
        #expect(table.help(for: relative) != nil, "\(entry.verb) points to \(relative), which there is not")
      }
      for width in [40, 80, 100] {
        let help = table.help(for: entry.verb, width: width) ?? ""
        let long = help.split(separator: "\n").filter { DisplayWidth.of(String($0)) > width && $0.contains(" ") }
        #expect(width < 80 || long == [], "\(entry.verb) at \(width)")
      }
    }
  }

  /// What the help says that an example prints.
  @Test(
    arguments: CommandTable(sessionCommands).entries.flatMap { entry in
      entry.examples.filter { $0.prints != nil }.map { ($0.line, $0.prints!) }
    })
  func examplesPrintWhatTheySay(line: String, prints: String) throws {
    let session = try TestSession()
    #expect(session.run("load strokes count=800; \(line)") == .succeeded)
    #expect(session.output.split(separator: "\n").contains { $0 == prints }, "\(session.output)")
  }

  @Test(
    arguments: CommandTable(sessionCommands).entries.flatMap { entry in entry.examples.map { (entry.verb, $0.line) } })
  func examplesRun(verb: String, line: String) throws {
    let session = try TestSession(from: Stage.trained.state)
    if ["undo", "redo", "rerun"].contains(verb) { session.run("seed 1") }
    if verb == "redo" { session.run("undo") }
    if line.contains("add=") {
      session.run("tsne points=train iterations=10 early=10")
      session.output = ""
    }
    if verb.hasPrefix("runs") || ["table", "plot runs"].contains(verb) {
      session.run("evaluate")
      session.output = ""
    }
    if verb == "run" {
      // It may take a minute: it is there, and right.
      let path = Self.repository + "/" + line.split(separator: " ")[1]
      #expect(Script(parsing: try ScriptFile.read(path)).check(against: table).isEmpty)
      return
    }
    if verb == "load", line.contains("mnist") {
      guard Self.hasMNIST else {
        print("skipped '\(line)': MNIST is not in DDPM_DATA")
        return
      }
      if getenv("DDPM_DATA") == nil { session.run("set data=../shared/data") }
    }
    // What it writes goes to a folder of the test's.
    var line = line
    if ["plot panels", "plot animation"].contains(verb) {
      let named = line.split(separator: " ").filter { $0.hasSuffix(".png") && !$0.contains("=") }.map(String.init)
      for name in named.isEmpty ? ["1.png", "2.png"] : named {
        let path = "\"\(session.folder.path)/\(name)\""
        session.run("plot loss out=\(path)")
        line = line.replacing(name, with: path)
      }
      session.output = ""
    }
    if verb == "plot tree" {
      session.run("model hc-mgan width1=4 width2=4 raw-epochs=1 refinements=0; train rounds=2")
      session.output = ""
    }
    if line.contains("add=assigned") {
      session.run("assign strokes count=20")
      session.output = ""
    }
    if verb == "replot" { session.run("plot loss out=\"\(session.folder.path)/1.png\"") }
    var command = line
    if verb != "assign", table[verb]!.parameters.contains(where: { $0.name == "out" }) {
      let words = line.split(separator: " ").filter { !$0.hasPrefix("out=") }
      command =
        words.joined(separator: " ")
        + " out=\"\(session.folder.path)/\(verb == "table" ? "table.tex" : "picture.png")\""
    } else if line.contains("pictures/") {
      var picture = PNGBuilder()
      picture.appendHeader(width: 2, height: 1)
      picture.appendRows([[0, 255]])
      session.folder.write("1.png", picture.bytes)
      command = line.replacing("pictures/", with: "\"\(session.folder.path)/\"")
    } else if verb == "load", line.contains(".np") {
      let folder = session.folder
      folder.write("x.npy", npy("<f4", "2, 2, 2", [UInt8](repeating: 0, count: 32)))
      folder.write("y.csv", "label\ncat\ndog\n")
      folder.write(
        "flat.npz", ZipBuilder(["train.npy": npy("|u1", "2, 3072", [UInt8](repeating: 9, count: 6144))]).bytes)
      for file in ["x.npy", "y.csv", "flat.npz"] {
        command = command.replacing(file, with: "\"\(folder.path)/\(file)\"")
      }
    } else if verb == "fetch" {
      // Sets that are all there: nothing is asked for.
      let folder = session.folder
      for name in ["fashion", "cifar10"] { mkdir("\(folder.path)/\(name)", 0o700) }
      for name in IdxNames.all { folder.write("fashion/\(name)", [0]) }
      for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] { folder.write("cifar10/\(name).bin", [0]) }
      session.run("set data=\"\(folder.path)\"")
    } else if verb == "save" {
      command = "save \"\(session.folder.path)/session.ddpm\""
    } else if verb == "restore" {
      let path = "\(session.folder.path)/run.safetensors"
      #expect(session.run("save \(path)") == .succeeded)
      command = line.replacing("run.safetensors", with: path)
    } else if verb == "recover" {
      // Alone where it is to be taken up without a number.
      for _ in 0..<(line == "recover" ? 1 : 2) { session.leaveKept() }
    } else if verb == "verify" {
      let path = session.folder.write(
        "session.ddpm", (1...5).map { "# %%\nseed \($0)\n#= seed \($0)\n" }.joined())
      command = line.replacing("session.ddpm", with: path)
    } else if verb == "assign" {
      let images = npy("|u1", "3, 28, 28", (0..<3 * 784).map { UInt8(truncatingIfNeeded: $0) })
      session.folder.write("x.npy", images)
      command = "assign \"\(session.folder.path)/x.npy\""
    } else if verb == "cells" {
      command = line.replacing("notebooks/", with: Self.repository + "/notebooks/")
    }
    #expect(session.run(command) == .succeeded)
    #expect(session.errors == "")
    // What is journalled reads back as it stands.
    for record in session.state.commands {
      let replay = Script(record.text, name: verb)
      #expect(replay.check(against: table).map { "\($0.problem)" } == [])
    }
  }

  @Test func theOverviewNamesAll() throws {
    let session = try TestSession()
    #expect(session.run("help") == .succeeded)
    for entry in table.entries { #expect(session.output.contains("\n  \(entry.verb) ")) }
    for title in table.groups.map(\.title) + ["Language"] { #expect(("\n" + session.output).contains("\n\(title)\n")) }
    #expect(session.output.contains("help start"))
    #expect(session.output.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 100 })
  }

  /// The first session that help gives does what it says.
  @Test func firstStepsRun() throws {
    let session = try TestSession()
    #expect(session.run("help start") == .succeeded)
    let steps = session.output.split(separator: "\n").filter { $0.hasPrefix("  ") }.map {
      $0.split(separator: "  ")[0].replacing("count=6000", with: "count=200")
    }
    #expect(steps.count == 10)
    let folder = session.folder.path
    let script = steps.enumerated().map { index, step -> String in
      switch step.split(separator: " ")[0] {
      case "model": "\(step) channels=8"
      case "save": "save \"\(folder)/first.ddpm\""
      case "sample": "sample steps=3 out=\"\(folder)/\(index).png\""
      case "images", "plot": "\(step) out=\"\(folder)/\(index).png\""
      default: String(step)
      }
    }
    #expect(session.run(script.joined(separator: "\n")) == .succeeded)
    #expect(session.errors == "")
  }
}
