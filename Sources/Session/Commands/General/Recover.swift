import CommandLanguage
import Files
import JSONValues

/// `recover [NUMBER]`
struct RecoverCommand: ChangingCommand {
  /// Of the list, from 1; nil where it is not given.
  var number: Int?
  var isDropped = false
  var dataChoice = Restoration.DataChoice.same

  /// The journal that comes back takes the place of the one that there was, and says how to come here again.
  var isJournalled: Bool { false }
  var isWork: Bool { !isDropped }

  static let declaration = CommandDeclaration<RecoverCommand>(
    "recover", summary: "Take up a session that was cut off",
    discussion: """
      A session is kept while it runs, with all but its images, from when it has a model until one leaves; after a crash, \
      a kill or a loss of power, and after a script that failed or was interrupted, it is still there: \
      as it was after the last change or the last full round of a training, where rounds take seconds. recover takes it up \
      as restore takes up a saved one, or lists those that there are if it is more than one. 'set journal=off' ends the \
      keeping. The latest \(KeptSession.countLimit) are held.
      """,
    parameters: [
      .positional("number", \.number, .integer(in: 1...KeptSession.countLimit), help: "which of the list"),
      .option("drop", \.isDropped, .toggle, help: "forget it, or all if no number is given, rather than take it up"),
      .option("data", \.dataChoice, .choice(), help: Restoration.DataChoice.help),
    ],
    results: Restoration.resultNames + ["kept"],
    examples: [
      CommandExample("recover", "the only one, or the list"), CommandExample("recover 2", "the second of the list"),
      CommandExample("recover drop=on", "forget all"),
    ],
    seeAlso: ["restore", "status", "set"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let kept = KeptSession.all(in: environment.keptSessions)
    guard !kept.isEmpty else { throw RecoveryError.nothing }
    if let number, number > kept.count { throw RecoveryError.noSuch(number, count: kept.count).about("number") }
    if isDropped {
      for session in number.map({ [kept[$0 - 1]] }) ?? kept { session.remove() }
      let left = KeptSession.all(in: environment.keptSessions)
      environment.print("forgotten: \(kept.count - left.count); \(left.count) left")
      return CommandOutcome(results: ["kept": .integer(left.count)])
    }
    guard let wanted = number ?? (kept.count == 1 ? 1 : nil) else {
      list(kept, environment)
      throw RecoveryError.several(kept.count)
    }
    return try take(kept[wanted - 1], &session, environment)
  }

  private func take(
    _ kept: KeptSession, _ session: inout SessionState, _ environment: Environment
  ) throws -> CommandOutcome {
    guard let lock = kept.lock() else { throw RecoveryError.taken }
    defer { withExtendedLifetime(lock) {} }
    let restoration = Restoration(
      file: kept.statePath, parameter: "number", dataChoice: dataChoice, environment: environment)
    _ = try restoration.apply(to: &session)
    if session.absentData != nil, let folder = kept.workingFolder, folder != Folder.current {
      environment.print("it ran in \(folder.withoutControls()), where its data may lie")
    }
    var outcome = CommandOutcome(results: Restoration.results(session))
    outcome.results["kept"] = .integer(KeptSession.all(in: environment.keptSessions).count)
    outcome.request = .noteRecovered(kept)
    return outcome
  }

  private func list(_ kept: [KeptSession], _ environment: Environment) {
    var table = Table([
      .init("number", .integer), .init("when"), .init("method"), .init("data"), .init("after"), .init("where"),
    ])
    for (index, session) in kept.enumerated() {
      let place: Table.Cell = session.workingFolder.map { .text($0) } ?? .missing
      switch session.overview {
      case .success(let overview):
        table.add([
          .integer(index + 1), .text(session.age), overview.method.map { .text($0) } ?? .missing,
          overview.data.map { .text($0) } ?? .missing, .text(overview.progress), place,
        ])
      case .failure:
        table.add([.integer(index + 1), .text(session.age), .missing, .missing, .text("unreadable"), place])
      }
    }
    environment.print(table)
  }
}

/// What is wrong with taking up a session that was cut off.
enum RecoveryError: Error, CustomStringConvertible {
  case nothing
  case noSuch(Int, count: Int)
  case several(Int)
  /// By another process, since the list was made.
  case taken

  var description: String {
    switch self {
    case .nothing:
      "there is no session to take up: expected one that was cut off, found none in the state folder"
    case .noSuch(let number, let count):
      "there is no session \(number): expected a number from 1 to \(count), as recover lists them"
    case .several(let count): "there are \(count): say which, recover 1 for the latest"
    case .taken: "another process has taken it up just now: recover lists what is left"
    }
  }
}
