import CommandLanguage
import JSONValues

/// What became of a command that did not fail.
public struct CommandOutcome: Sendable {
  /// For the records, under their stable names.
  public var results: JSONObject
  public var artifacts: [Artifact]
  /// Whether it ended early on the user's wish and kept what it had.
  public var isInterrupted = false
  /// What ended it early although it keeps the good part of its work, which `performed` does again. The command counts
  /// as failed.
  public var failure: (any Error)?
  /// The command that does again what this one did, if it is not the one that was given: a training that was
  /// stopped, for instance.
  public var performed: (any Command)?
  /// The command as a saved session has it, where that says more than `performed`: what it must find again.
  public var saved: (any Command)?
  /// What the results are scores of, where that is not the session's model.
  var scored: ScoredMethod?
  /// The figure that it drew, for commands that draw it again or put several together.
  var drawn: DrawnFigures.Drawn?
  /// What is left for the runner to do.
  var request: Request?

  enum Request: Sendable {
    case quit
    case undo(UndoCommand)
    case redo(RedoCommand)
    /// What the session holds is saved.
    case noteSaved
    /// What was kept of another session, which this one now is, may go once this one is kept.
    case noteRecovered(KeptSession)
  }

  public init(results: JSONObject = [:], artifacts: [Artifact] = []) {
    (self.results, self.artifacts) = (results, artifacts)
  }

  init(artifacts: [Artifact] = [], request: Request?) {
    self.init(artifacts: artifacts)
    self.request = request
  }
}
