import CommandLanguage
import Glibc
import TensorEngine
import TestSupport
import Testing

/// Runs one of a few scripts, some of which run others or themselves.
private struct Include: ScriptRunningCommand {
  var file = ""

  static let declaration = CommandDeclaration<Include>(
    "include", summary: "Run a script", parameters: [.required("file", \.file, .path, help: "the script")],
    definesVariables: true)

  private static let sources = [
    "a": "info 1; let y = 2", "b": "include a; include b", "c": "for x in 1 2 { include a; train rounds=$x }",
    "d": "let x = $y\n}", "e": "include c; include \"$x\"; include 'f'", "f": "repeat $i { let x = \"$x$y\" }",
  ].mapValues { SourceText(name: "included", text: $0) }

  struct NoScript: Error {}

  func scripts(from source: SourceText, entries: [HistoryEntry]) throws -> [Script] {
    guard let source = Self.sources[file] else { throw NoScript() }
    return [Script(parsing: source)]
  }

  func knownScript(from source: SourceText) -> ScriptReference? {
    Self.sources[file].map { source in ScriptReference(identity: file, cells: []) { source } }
  }
}

/// Goes on after each failure, and stops after so many statements: endless loops are a script's right.
private final class PatientHost: InterpreterHost {
  var variables = Variables()
  let entries: [HistoryEntry] = []
  private var asked = 0
  private var lastAsked = ContinuousClock.now
  /// The longest time between two moments at which a wish to stop would have been heard.
  private(set) var longestWait = Duration.zero

  var isStopped: Bool {
    asked += 1
    let now = ContinuousClock.now
    longestWait = max(longestWait, now - lastAsked)
    lastAsked = now
    return asked > 500
  }
  let goesOnAfterFailure = true

  func run(_ command: any Command, call: CommandCall) -> Diagnostic? {
    // What it was read from is what it reads back as.
    _ = command.canonicalText
    return nil
  }
  func run(_ command: any ScriptRunningCommand, call: CommandCall, scripts: () throws -> Diagnostic?) -> Diagnostic? {
    do { return try scripts() } catch { return call.diagnostic(for: error) }
  }
  func failed(_ failure: Diagnostic, call: CommandCall?) {}
  func refused(_ script: Script, _ problems: Diagnostics, callers: [CommandLanguage.SourceLocation]) {}
}

/// Scripts made by chance from the language's pieces, then damaged: whatever is typed, nothing crashes, hangs or grows.
@Suite struct FuzzTests {
  /// `make mutants` asks for a million.
  private static let count = getenv("DDPM_MUTANTS").flatMap { Int(String(cString: $0)) } ?? 10_000
  private static let table = CommandTable([
    Load.self, Train.self, PlotTSNE.self, PlotLoss.self, Sample.self, Interpolate.self, Info.self, Include.self,
  ])

  @Test func whateverIsTyped() {
    var author = ScriptAuthor(stream: RandomSource(seed: 11).derived("scripts").makeStream())
    var slowest = (duration: Duration.zero, text: "")
    let renderer = DiagnosticRenderer(width: 60, wrapsMessages: true)
    for round in 0..<Self.count {
      let text = author.script()
      var problems: [Diagnostic] = []
      var script = Script("", name: "fuzz")
      let checking = ContinuousClock().measure {
        script = Script(text, name: "fuzz")
        problems = Array(script.check(against: Self.table))
      }
      for problem in problems { #expect(!renderer.render(problem).unicodeScalars.contains("\u{1B}")) }
      let host = PatientHost()
      let interpreter = Interpreter(table: Self.table, host: host)
      // As a session does, and as it would be without its check.
      if round % 2 == 0 { interpreter.runChecked(script) } else { interpreter.run(script) }
      let completing = ContinuousClock().measure {
        let cut = text.unicodeScalars.prefix(author.stream.integer(below: text.unicodeScalars.count + 1))
        let completion = Self.table.completion(of: String(cut), variables: host.variables.names)
        #expect(completion.start <= String(cut).utf8.count)
        _ = Self.table.mentions(of: String(cut.suffix(8)))
      }
      let duration = max(checking, host.longestWait, completing)
      if duration > slowest.duration { slowest = (duration, text) }
    }
    // A hundredth of it on a machine with nothing else to do.
    #expect(slowest.duration < .seconds(5), "\(slowest.duration): \(slowest.text.debugDescription)")
    if Self.count > 10_000 {
      print("of \(Self.count) scripts none kept anyone waiting longer than \(slowest.duration)")
    }
  }
}
