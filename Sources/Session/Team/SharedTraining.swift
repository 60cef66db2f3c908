import ClusteringMethods
import CommandLanguage

extension ScriptRunner {
  /// Runs a command in which a network may train: batches are cut as the session says, and the team does a part of each.
  func train(
    by command: any TrainingCommand, on session: inout SessionState, _ environment: Environment
  ) throws -> CommandOutcome {
    guard session.model is any NetworkMethod, session.dataset != nil else {
      return try command.run(on: &session, environment)
    }
    if let team { try team.begin(SharedWork(.training(command: command.canonicalText), from: session).bytes) }
    defer { team?.end() }
    session.setTrainer(Trainer(peers: team?.peers ?? peers, shardCount: session.settings.shards))
    let outcome = try command.run(on: &session, environment)
    // Between such commands it works alone.
    session.setTrainer(Trainer())
    return outcome
  }
}

extension SessionState {
  fileprivate mutating func setTrainer(_ trainer: Trainer) {
    guard var method = model as? any NetworkMethod else { return }
    model = nil
    method.trainer = trainer
    model = method
  }
}
