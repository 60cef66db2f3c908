import ClusteringMethods
import CommandLanguage
import TensorEngine

extension ScriptRunner {
  /// Runs a command whose work a team shares: batches are cut as the session says, and each process does a part of them.
  func share(
    _ command: any SharedCommand, on session: inout SessionState, _ run: (inout SessionState) throws -> CommandOutcome
  ) throws -> CommandOutcome {
    guard session.model is any NetworkMethod, session.dataset != nil else { return try run(&session) }
    if let team { try team.begin(SharedWork(.command(command.canonicalText), from: session).bytes) }
    defer { team?.end() }
    session.setTrainer(Trainer(peers: team?.peers ?? peers, shardCount: session.settings.shards))
    let outcome = try run(&session)
    // Between such commands it works alone.
    session.setTrainer(Trainer())
    return outcome
  }

  /// The same for one that changes nothing.
  func share(
    _ command: any ReadingCommand & SharedCommand, _ run: (SessionState) throws -> CommandOutcome
  ) throws -> CommandOutcome {
    var session = state
    return try share(command, on: &session) { try run($0) }
  }
}

extension SessionState {
  /// Those that share the work of a `SharedCommand`: all of them run it, and make the same calls of their peers.
  var peers: any Peers { (model as? any NetworkMethod)?.trainer.peers ?? OnePeer() }

  fileprivate mutating func setTrainer(_ trainer: Trainer) {
    guard var method = model as? any NetworkMethod else { return }
    model = nil
    method.trainer = trainer
    model = method
  }
}
