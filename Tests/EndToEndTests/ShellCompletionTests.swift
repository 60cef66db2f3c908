import TestSupport
import Testing

/// What Tab offers in a shell that has read the completion script.
@Suite struct ShellCompletionTests {
  /// What bash would offer for the last of `words`, with a file of each kind in the folder.
  private static func candidates(_ words: [String], program: String = "ddpm-repl") throws -> [String] {
    let folder = ScratchFolder()
    for name in ["a.ddpm", "b.safetensors", "c.txt", "d.json"] { folder.write(name, "") }
    var tool = Tool(in: folder)
    tool.environment["PATH"] = "\(Tool.path.dropLast("/ddpm-repl".count)):/usr/bin:/bin"
    let script = try tool.start(
      ["--generate-completion-script", "bash"], program: String(Tool.path.dropLast("ddpm-repl".count)) + program
    ).wait()
    #expect(script.status == 0)
    folder.write("completion.bash", script.output)
    // Bash hands over the words as they are typed, and the one at the cursor without its quote.
    let typed = words.map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
    folder.write(
      "ask.bash",
      """
      source completion.bash
      COMP_WORDS=(\(program) \(typed)); COMP_CWORD=\(words.count)
      COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
      current=${COMP_WORDS[COMP_CWORD]#[\\"\\']}
      function=$(complete -p \(program) | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      "$function" \(program) "$current" "${COMP_WORDS[COMP_CWORD-1]}" 2> errors
      printf '%s\\n' "${COMPREPLY[@]}"

      """)
    let result = try tool.start(["ask.bash"], program: "bash").wait()
    #expect(folder.text("errors") == "" && result.errors == "")
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test func bashOffersWhatFits() throws {
    #expect(try Self.candidates(["--ba"]) == ["--batch"])
    let scripts = try Self.candidates([""])
    #expect(scripts.contains("a.ddpm") && !scripts.contains("c.txt"))
    #expect(try Self.candidates(["--instructions", "av"]) == ["avx512", "avx2"])
    #expect(try Self.candidates(["inst"], program: "ddpm-kernel") == ["install"])
    #expect(try Self.candidates(["start", "--connection-file", ""], program: "ddpm-kernel").contains("d.json"))
  }

  /// Behind -c, quoted or not, the language's own completion.
  @Test func commandLinesGoOn() throws {
    #expect(try Self.candidates(["-c", "eval"]) == ["evaluate"])
    #expect(try Self.candidates(["-c", "'load str"]) == ["load strokes"])
    #expect(try Self.candidates(["-c", "\"load strokes count=500; plot ts"]) == ["load strokes count=500; plot tsne"])
    #expect(try Self.candidates(["-c", "'train rou"]) == ["train rounds="])
    #expect(try Self.candidates(["-c", "'restore "]).contains("restore b.safetensors"))
    #expect(try !Self.candidates(["-c", "'restore "]).contains("restore c.txt"))
  }

  /// The scripts are read by the shells that they are for, where these are there.
  @Test(arguments: ["bash", "zsh", "fish"], ["ddpm-repl", "ddpm-kernel"])
  func shellsReadTheirScripts(shell: String, program: String) throws {
    let folder = ScratchFolder()
    let tool = Tool(in: folder)
    guard try tool.start(["-c", "command -v \(shell)"], program: "/bin/sh").wait().status == 0 else {
      print("skipped: \(shell) is not installed")
      return
    }
    let script = try tool.start(
      ["--generate-completion-script", shell], program: String(Tool.path.dropLast("ddpm-repl".count)) + program
    ).wait()
    folder.write("script", script.output)
    let read = try tool.start(["-n", "script"], program: shell).wait()
    #expect(read.status == 0 && read.errors == "")
  }
}
