import CommandLanguage
import Datasets
import Interruptions
import JSONValues

/// Images that a session knows by the command that loads them and their checksum: they lie where they were, in no file of
/// ours.
struct NotedData: Sendable, Equatable {
  /// `load`, with all that it depends on.
  let command: String
  let sha256: String

  init(command: String, sha256: String) { (self.command, self.sha256) = (command, sha256) }

  /// From a note; nil if it is none of data.
  init?(note: JSONValue) {
    guard let command = note.object?["load"]?.string, let sha256 = note.object?["sha256"]?.string else { return nil }
    self.init(command: command, sha256: sha256)
  }

  var note: JSONValue { ["load": .string(command), "sha256": .string(sha256)] }

  /// Whether the command, which comes from anybody's file, is one that loads.
  var isLoad: Bool {
    guard let statement = script.statements.first, script.errors.isEmpty, script.statements.count == 1,
      case .command(let load) = statement.kind
    else { return false }
    return load.verb.text == LoadCommand.declaration.verb
  }

  private var script: Script { Script("\(command) data=any", name: "noted data") }

  /// What the command loads now, which may be other images by their checksum.
  enum Found {
    case images(Dataset, command: String?)
    /// It failed; in a line.
    case none(reason: String)
  }

  /// Loads the images, beside the session; throws `Interrupted`.
  ///
  /// - Parameter folder: where data sets are looked for.
  func load(from folder: String?, _ environment: Environment) throws -> Found {
    precondition(isLoad, "'\(command)' loads nothing")
    var aside = SessionState()
    aside.settings.dataFolder = folder
    let run = try environment.run(script, on: aside) { if case .progress = $0 { true } else { false } }
    if let dataset = run.state.dataset { return .images(dataset, command: run.state.dataCommand) }
    if run.status == .interrupted { throw Interrupted() }
    let reason = run.problems.first.map { "\($0.problem)" } ?? "it failed"
    return .none(reason: reason.split(separator: "\n").first.map(String.init) ?? reason)
  }
}
