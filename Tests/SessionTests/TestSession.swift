import ArrayFiles
import ClusteringMethods
import CommandLanguage
import Session
import TensorEngine
import TestSupport
import Testing

/// A session in this process, its streams kept.
final class TestSession {
  let frontEnd = RecordingFrontEnd()
  let folder: ScratchFolder
  let runner: ScriptRunner

  init(from state: SessionState = SessionState(), keepsGoing: Bool = false, in folder: ScratchFolder = ScratchFolder())
    throws
  {
    self.folder = folder
    var state = state
    state.settings.keepsGoing = keepsGoing
    runner = try ScriptRunner(
      commands: sessionCommands, state: state, frontEnd: frontEnd, recordPath: "\(folder.path)/record.jsonl")
    runner.keptSessions = "\(folder.path)/sessions"
    runner.ledger = RunLedger(path: "\(folder.path)/runs.sqlite") { Issue.record("\($0)") }
  }

  /// Leaves behind what a process that was killed with this session would.
  func leaveKept() {
    let keeper = SessionKeeper(folder: "\(folder.path)/sessions") { Issue.record("\($0)") }
    keeper.keep(state)
  }

  var output: String {
    get { frontEnd.output }
    set { frontEnd.output = newValue }
  }

  var errors: String {
    get { frontEnd.errors }
    set { frontEnd.errors = newValue }
  }

  /// Answers how often the user has interrupted; asked between steps.
  var interruptions: () -> Int {
    get { frontEnd.onInterruptions }
    set { frontEnd.onInterruptions = newValue }
  }

  /// Runs a text as the next entries of the session.
  @discardableResult
  func run(_ text: String) -> RunStatus {
    let script = Script(text, name: "test.ddpm", firstCell: nextCell)
    nextCell = (script.cells.last?.number ?? nextCell - 1) + 1
    return runner.run(script)
  }

  private var nextCell = 1

  var state: SessionState { runner.state }

  /// A file of 99 equal images and another, however trained a single cluster.
  func writeEqualImages() -> String {
    folder.write(
      "equal-images-idx3-ubyte",
      [0, 0, 8, 3, 0, 0, 0, 100, 0, 0, 0, 8, 0, 0, 0, 8] + [UInt8](repeating: 200, count: 99 * 64)
        + [UInt8](repeating: 10, count: 64))
  }

  func records() throws -> [JSON] { try JSON.lines(folder.text("record.jsonl")) }

  /// The commands of the journal.
  var commands: [String] { state.commands.map(\.text) }
}

extension SessionState {
  var commands: [CommandRun] {
    journal.compactMap { if case .command(let run) = $0 { run } else { nil } }
  }

  /// Everything that a command could have changed, in a form that can be compared.
  var fingerprint: [String] {
    // Where records go is no state of what they record.
    var settings = settings
    settings.record = nil
    var lines = [
      "\(settings)", "\(variables)", "seed \(seed)", "data \(dataset?.sha256 ?? "none")", "unsaved \(unsavedChanges)",
      "training \(training)", "journal \(journal.count)",
    ]
    lines += commands.map(\.text)
    guard let model else { return lines }
    lines.append("\(model.configuration)")
    return lines + learnt
  }

  /// What training has come to, in a form that can be compared.
  var learnt: [String] {
    guard let model else { return [] }
    return model.adjustableSettings.map { "\($0.name) \($0.value)" }
      + model.state.map { "\($0.name) \($0.shape) \(checksum(NpyFormat.bytes(of: $0)))" }
  }
}

/// FNV-1a.
private func checksum(_ bytes: [UInt8]) -> UInt64 {
  bytes.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
}

/// Sessions at the stages of a small training, each prepared once.
enum Stage: String, CaseIterable {
  case empty
  case loaded
  case modelled
  case pretrained
  /// After a round, with more components than clusters.
  case trained
  /// With another model, whose clusters are the leaves of a tree.
  case grown

  private var script: String {
    switch self {
    case .empty: ""
    case .loaded: "load strokes count=120"
    // Slow steps: faster ones move so few images' latents away from the mixture, whose clusters some seeds then lose.
    case .modelled: "model fast channels=8 components=12 batch=40 rate=0.0001"
    case .pretrained: "pretrain epochs=2"
    case .trained: "train"
    case .grown: "model hc-mgan clusters=3 width1=4 width2=4 raw-epochs=1 refinements=0; train"
    }
  }

  private static let states: [SessionState] = {
    var states: [SessionState] = []
    for stage in allCases {
      // Stages come in order, each from the one before.
      guard let session = try? TestSession(from: states.last ?? SessionState()) else { break }
      guard session.run(stage.script) == .succeeded else { break }
      states.append(session.state)
    }
    return states
  }()

  var state: SessionState { Self.states[Self.allCases.firstIndex(of: self)!] }
}
