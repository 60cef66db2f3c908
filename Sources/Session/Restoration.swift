import ClusteringMethods
import CommandLanguage
import Datasets
import Interruptions
import JSONValues

/// A session that comes back from the file that it was saved in.
struct Restoration {
  let file: String
  /// The command's parameter that is at fault where the file is.
  let parameter: String
  let dataChoice: DataChoice
  let environment: Environment

  /// What becomes of the data set that the session was saved with.
  enum DataChoice: String, CaseIterable, Sendable {
    case same
    case any
    case none

    static let help = "same: data of another sha256 are an error; any: they are told and taken; none: none are loaded"
  }

  /// Puts the saved session in the place of `session`, whose variables and settings stay, and says what came.
  ///
  /// - Returns: whether it is as it was saved, its data too.
  /// - Throws: what is wrong with the file or, where they must be the same, the data; `Interrupted`.
  func apply(to session: inout SessionState) throws -> Bool {
    let checkpoint = try aboutFile { try Checkpoint(path: file) }
    var restored = try aboutFile { try checkpoint.session() }
    (restored.variables, restored.results) = (session.variables, session.results)
    let folder = session.settings.dataFolder ?? restored.settings.dataFolder
    let saved = restored.settings
    restored.settings = session.settings
    restored.settings.takeJournalled(from: saved)
    restored.settings.dataFolder = folder
    let isAsSaved = try dataChoice == .none || loadsSameData(&restored)

    environment.print(Self.summary(of: restored))
    if let difference = checkpoint.otherProgram { environment.print(difference.withoutControls()) }
    session = restored
    return isAsSaved
  }

  static let resultNames: [ResultName] = ["model", "epochs", "rounds", "dataset", "count", "commands"]

  /// For the record, of a session that was restored.
  static func results(_ restored: SessionState) -> JSONObject {
    [
      "model": restored.model.map { .string($0.name) } ?? .null,
      "epochs": .integer(restored.training.epochs.count), "rounds": .integer(restored.training.rounds.count),
      "dataset": restored.dataset.map { .string($0.name) } ?? .null,
      "count": restored.dataset.map { .integer($0.count) } ?? .null, "commands": .integer(restored.journal.count),
    ]
  }

  /// Loads what the session was saved with, as `load` does, and says so where it cannot; false if the data are others.
  private func loadsSameData(_ session: inout SessionState) throws -> Bool {
    guard let command = session.dataCommand, let expected = session.absentData else { return true }
    let data = NotedData(command: command, sha256: expected)
    guard data.isLoad else {
      throw CheckpointError.notes(file: file, name: "data", expected: "a load command").about(parameter)
    }
    let (dataset, performed): (Dataset, String?)
    switch try data.load(from: session.settings.dataFolder, environment) {
    case .images(let found, let command): (dataset, performed) = (found, command)
    case .none(let reason):
      environment.print(
        "without the data, for '\(command.withoutControls())' failed: \(reason.withoutControls())")
      return true
    }
    if dataset.sha256 != expected {
      let error = CheckpointError.otherData(
        file: file, expected: expected, found: dataset.sha256,
        summary: "\(dataset.name.withoutControls()): \(dataset.summary)")
      guard dataChoice == .any else { throw error.about("data") }
      environment.print(
        "the data are others: expected sha256 \(expected), found \(dataset.sha256); they are taken, as data=any says")
      session.model?.forgetImages()
      session.dataCommand = performed
      if !session.training.isEmpty {
        session.training.earlierDataset = session.training.earlierDataset ?? "data of sha256 \(expected)"
      }
    }
    (session.dataset, session.absentData) = (dataset, nil)
    return dataset.sha256 == expected
  }

  /// "fast after 2 epochs and 3 rounds; strokes: 300 images of 28×28, 10 classes; 9 commands".
  private static func summary(of session: SessionState) -> String {
    let model = session.model.map { model in
      "\(model.name) after "
        + TrainingLog.progress(epochs: session.training.epochs.count, rounds: session.training.rounds.count)
    }
    let data = session.dataset.map { "\($0.name.withoutControls()): \($0.summary)" }
    return [model ?? "no model", data ?? "no data", NumberText.counted(session.journal.count, "command")]
      .joined(separator: "; ")
  }

  private func aboutFile<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error where !error.isInterruption {
      throw error.about(parameter)
    }
  }
}
