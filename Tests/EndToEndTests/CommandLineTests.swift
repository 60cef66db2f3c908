import Glibc
import TestSupport
import Testing

/// The command line: what runs, where it writes, and how it exits.
@Suite(.serialized) struct CommandLineTests {
  let folder = ScratchFolder()
  var tool: Tool { Tool(in: folder) }

  @Test func scriptsThenCommandLines() throws {
    folder.write("a.ddpm", "let x = 1\nshow x\n")
    folder.write("b.ddpm", "let x = 2\nshow x\n")
    let result = try tool.run("a.ddpm", "-c", "show x; let x = 3", "b.ddpm", "-c", "show x")
    #expect(result.status == 0)
    #expect(result.output == "x = 1\nx = 2\nx = 2\nx = 3\n")
    #expect(result.errors == "")
  }

  @Test func standardInput() throws {
    let result = try tool.run(input: "let x = 5\nrepeat 2 {\n  show x\n}")
    #expect(result.status == 0)
    #expect(result.output == "x = 5\nx = 5\n")
    // Only those who ask to stay have it read behind a script.
    #expect(try tool.run("-c", "let x = 1", input: "show x").output == "")
    #expect(try tool.run("-i", "-c", "let x = 1", input: "show x").output == "x = 1\n")
    let failed = try tool.run("-i", "-c", "let x = 1; show y", input: "show x")
    #expect(failed.output == "x = 1\n")
    #expect(failed.status == 1)
  }

  /// The seed that a session begins with is part of what is saved.
  @Test func theFirstSeedIsSaved() throws {
    let result = try tool.run("--seed", "7", "-c", "load strokes count=50; status; save s.ddpm")
    #expect(result.output.contains("seed       7"))
    #expect(folder.text("s.ddpm").contains("\nseed 7\n"))
    #expect(try tool.run("s.ddpm", "-c", "status").output.contains("seed       7"))
  }

  @Test func parametersAndSeed() throws {
    folder.write("a.ddpm", "default seed = 0\ndefault sizes = 1\nshow seed sizes\n")
    #expect(try tool.run("a.ddpm").output == "seed = 0\nsizes = 1\n")
    #expect(try tool.run("a.ddpm", "-p", "sizes=1,2", "--seed", "7").output == "seed = 7\nsizes = 1,2\n")
    #expect(try tool.run("a.ddpm", "-p", "seed=3", "--param", "sizes=a b").output == "seed = 3\nsizes = \"a b\"\n")
  }

  @Test func parametersThatNothingUses() throws {
    folder.write("a.ddpm", "default lambda = 1\nshow lambda\n")
    folder.write("b.ddpm", "run a.ddpm\n")
    folder.write("c.ddpm", "let f = a\nsave new.ddpm overwrite=on\nrun new.ddpm\n")
    for arguments in [["a.ddpm"], ["b.ddpm"], ["--check", "a.ddpm"], ["-c", "let y = $lambda"]] {
      let slip = try tool.start(arguments + ["-p", "lamda=2"]).wait()
      #expect(slip.status == 64 && slip.output == "")
      #expect(
        slip.errors == "ddpm-repl: -p lamda: no script uses the variable 'lamda' (did you mean 'lambda'?)\n")
      #expect(try tool.start(arguments + ["-p", "lambda=2"]).wait().status == 0)
    }
    #expect(try tool.run("-p", "lamda=2", input: "let y = $lambda\n").status == 64)
    #expect(try tool.run("-p", "lambda=2", input: "let y = $lambda; show y\n").output == "y = 2\n")
    // A script that is not known yet may use it.
    #expect(!(try tool.run("c.ddpm", "-p", "x=2").errors.contains("no script uses")))
    #expect(try tool.run("a.ddpm", "-c", "show x", "-p", "x=2").output == "lambda = 1\nx = 2\n")
  }

  /// A file of an old editor, and of one of another system.
  @Test(arguments: ["\r", "\r\n", "\n"]) func everyLineEnd(lineEnd: String) throws {
    folder.write("a.ddpm", ["# a comment first", "load strokes count=20", "info", ""].joined(separator: lineEnd))
    let result = try tool.run("a.ddpm")
    #expect(result.status == 0 && result.output.contains("data set   strokes"))
    #expect(try tool.run("--check", "a.ddpm").output == "a.ddpm: nothing wrong in 1 cell\n")
  }

  @Test(
    arguments: [
      ["--bogus"], ["--threads", "0"], ["--threads", "x"], ["-p", "x"], ["-p", "a b=1"], ["--seed", "-1"], ["-c"],
      ["--record"],
    ])
  func badUsage(arguments: [String]) throws {
    let result = try tool.start(arguments).wait()
    #expect(result.status == 64)
    #expect(result.output == "")
    #expect(result.errors.contains("Usage: ddpm-repl"))
  }

  @Test func helpAndVersion() throws {
    let help = try tool.run("--help")
    #expect(help.status == 0 && help.errors == "")
    for option in [
      "--interactive", "--param", "--batch", "--check", "--format", "--record", "--data", "--threads", "--seed",
      "--keep-going",
      "--no-rc", "--version", "-c",
    ] {
      #expect(help.output.contains(option))
    }
    let version = try tool.run("--version")
    #expect(version.status == 0 && version.output.hasPrefix("ddpm-repl "))
  }

  @Test func failuresEndWithOne() throws {
    folder.write("wrong.ddpm", "show\nsow\n")
    folder.write("fails.ddpm", "let x = 1\nshow y\nshow x\n")
    folder.write("more.ddpm", "let z = 9\nshow z\n")
    for (path, says) in [
      ("wrong.ddpm", "wrong.ddpm:2:1: error: there is no command 'sow' (did you mean 'show'?)\n  sow\n  ^~~\n"),
      (
        "fails.ddpm",
        "fails.ddpm:2:6: error: there is no variable 'y'; show alone lists them all\n  show y\n       ^\n"
      ),
      ("none.ddpm", "ddpm-repl: cannot read none.ddpm: No such file or directory\n"),
    ] {
      let result = try tool.run(path, "more.ddpm")
      #expect(result.status == 1)
      #expect(result.output == "")
      #expect(result.errors == says)
      let going = try tool.run("--keep-going", path, "more.ddpm")
      #expect(going.status == 1)
      #expect(going.output == (path == "fails.ddpm" ? "x = 1\n" : "") + "z = 9\n")
      #expect(going.errors == says)
    }
    let record = try tool.run("--record", "no/such/folder/r.jsonl", "more.ddpm")
    #expect(record.status == 1 && record.output == "")
    #expect(record.errors.contains("no record is kept: cannot write no/such/folder/r.jsonl"))
    #expect(try tool.run(folder.path).errors.contains("it is a folder"))
  }

  @Test func checkRunsNothing() throws {
    folder.write("a.ddpm", "let x = 1\nload strokes count=100\nimages\nshow $y\n")
    folder.write("b.ddpm", "show $x\n")
    let result = try tool.run("--check", "--record", "r.jsonl", "a.ddpm", "b.ddpm", "-c", "lod x")
    #expect(result.status == 1)
    #expect(result.output == "b.ddpm: nothing wrong in 1 cell\n")
    #expect(result.errors.contains("a.ddpm:4:6: error: there is no variable 'y'"))
    #expect(result.errors.contains("there is no command 'lod' (did you mean 'load'?)"))
    #expect(!result.errors.contains("b.ddpm"))
    #expect(folder.names == ["a.ddpm", "b.ddpm"])
    #expect(try tool.run("--check", "b.ddpm", "-p", "x=1").status == 0)
  }

  @Test func resultsAndErrorsGoTheirWays() throws {
    let result = try tool.run(
      "--batch", "--keep-going", "-c", "load strokes count=64; evaluate; status", "--record", "r.jsonl")
    #expect(result.status == 1)
    #expect(result.output.hasPrefix("strokes: 64 images of 28×28, 10 classes"))
    #expect(!result.output.contains("error"))
    #expect(result.errors.hasPrefix("<command line>:1:24: error: evaluate needs a model"))
    #expect(!(result.output + result.errors).contains("\u{1B}"))
    let records = try JSON.lines(folder.text("r.jsonl"))
    #expect(records.map { $0["status"].string } == ["ok", "error", "ok"])
    #expect(records[1]["command"] == .string("evaluate split=all more=off sample=2000 format=text"))
    // Records are appended.
    #expect(try tool.run("-c", "status", "--record", "r.jsonl").status == 0)
    #expect(try JSON.lines(folder.text("r.jsonl")).count == 4)
  }

  @Test func dataFolders() throws {
    let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]
    let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 3, 4]
    mkdir("\(folder.path)/sets", 0o755)
    mkdir("\(folder.path)/sets/mnist", 0o755)
    mkdir("\(folder.path)/empty", 0o755)
    for part in ["train", "t10k"] {
      folder.write("sets/mnist/\(part)-images-idx3-ubyte", header + [UInt8](repeating: 5, count: 2 * 784))
      folder.write("sets/mnist/\(part)-labels-idx1-ubyte", labels)
    }
    let load = "load mnist"
    let given = try tool.run("--data", "sets", "-c", load)
    #expect(given.status == 0, "\(given.errors)")
    #expect(given.output.hasPrefix("mnist: 4 images of 28×28, 2 classes, train 2 + test 2"))
    var tool = tool
    tool.environment["DDPM_DATA"] = "\(folder.path)/sets"
    #expect(try tool.run("-c", load).status == 0)
    // The option is the only place that counts.
    let elsewhere = try tool.run("--data", "empty", "-c", load)
    #expect(elsewhere.status == 1)
    #expect(elsewhere.errors.contains("empty/mnist") && elsewhere.errors.contains("--data DIR or DDPM_DATA"))
    tool.environment = [:]
    #expect(try tool.run("-c", load).status == 1)
    rename("\(folder.path)/sets", "\(folder.path)/data")
    #expect(try tool.run("-c", load).status == 0)
    mkdir("\(folder.path)/.cache", 0o755)
    rename("\(folder.path)/data", "\(folder.path)/.cache/ddpm-repl")
    #expect(try tool.run("-c", load).status == 0)
  }

  @Test func pathsOfRunAreTheScripts() throws {
    mkdir("\(folder.path)/deep", 0o755)
    folder.write("outer.ddpm", "run deep/middle.ddpm\n")
    folder.write("deep/middle.ddpm", "let x = 1\n\nrun inner.ddpm\n")
    folder.write("deep/inner.ddpm", "show x\n")
    let result = try tool.run("outer.ddpm")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "x = 1\n")
    folder.write("deep/inner.ddpm", "show x\n  evaluate\n")
    let failed = try tool.run("outer.ddpm")
    #expect(failed.status == 1)
    #expect(
      failed.errors == """
        deep/inner.ddpm:2:3: error: evaluate needs a data set, and none is loaded: load one first (load strokes needs \
        no files; datasets lists them)
            evaluate
            ^~~~~~~~
        deep/middle.ddpm:3:1: note: run from here
        outer.ddpm:1:1: note: run from here

        """)
  }

  @Test func aClosedPipeEndsIt() throws {
    let script = folder.write("a.ddpm", "repeat 1000000 { status }\n")
    for prelude in ["", "trap '' PIPE; "] {
      let start = ContinuousClock.now
      let status = system(
        "\(prelude)timeout 30 '\(Tool.path)' --batch '\(script)' 2>&1 | head -1 > '\(folder.path)/out'")
      #expect(status == 0)
      #expect(folder.text("out") == "data set   none\n")
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }
}
