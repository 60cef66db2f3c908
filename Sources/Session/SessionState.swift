import ClusteringMethods
import CommandLanguage
import Datasets
import Images
import TensorEngine

/// All that commands work on.
///
/// It is a value: a command that fails leaves the old one, and an earlier one is what undo returns to.
public struct SessionState: Sendable {
  public var variables = Variables()
  /// What commands found, for scripts to use.
  public var results = Results()
  public var settings = Settings()
  /// The seed of every random draw.
  public var seed: UInt64 = 0
  public var dataset: Dataset?
  /// The command that loads it again.
  var dataCommand: String?
  /// The checksum of the data that the session was restored without; nil if none are missing.
  var absentData: String?
  public var model: (any ClusteringMethod)?
  /// What training came to, for `plot loss` and `status`.
  public var training = TrainingLog()
  /// Where images lie in the plane, as `tsne` made it.
  var embedding: Embedding?
  /// What `plot tsne` last made for itself: to be drawn again, and in no file.
  var plottedEmbedding: Embedding?
  /// What `assign` last found clusters of.
  var assigned: AssignedImages?
  /// What commands drew last, to be drawn again or put together, and in no file.
  var figures = DrawnFigures()
  /// What led here, in order.
  public var journal = Journal()
  /// Commands that changed the session since it was last saved.
  public var unsavedChanges = 0

  public init() {}

  /// A session that begins with `seed`, as if the command had been given.
  public init(seed: UInt64) {
    self.seed = seed
    journal = [.first("seed \(seed)", from: "--seed")]
  }

  /// Begins with batches of so many shards, as if `set` had said so.
  public mutating func begin(shards: Int, from origin: String) {
    settings.shards = shards
    journal.append(.first("set shards=\(shards)", from: origin))
  }

  /// The source of all draws of a model that is built now, or of a figure.
  var randomSource: RandomSource { RandomSource(seed: seed) }

  /// The loaded data set; throws if there is none for `action`, which says what needs it.
  func dataset(for action: String) throws -> Dataset {
    guard let dataset else { throw SessionError.noDataset(action: action) }
    return dataset
  }

  /// The model; throws if there is none for `action`.
  func model(for action: String) throws -> any ClusteringMethod {
    guard let model else { throw SessionError.noModel(action: action) }
    return model
  }

  /// The model as one that can do something; throws if there is none for `action`, or it cannot.
  func model<Method>(_ capability: Capability<Method>, for action: String) throws -> Method {
    let model = try model(for: action)
    guard let able = capability.of(model) else {
      throw SessionError.incapable(
        action: action, method: model.name, words: capability.words, owners: capability.owners)
    }
    return able
  }

  /// The loaded data set and the model as one that can do something.
  func datasetAndModel<Method>(
    _ capability: Capability<Method>, for action: String
  ) throws -> (Dataset, Method) {
    let dataset = try datasetAndModel(for: action).0
    return (dataset, try model(capability, for: action))
  }

  /// The loaded data set and the model, which fits it; throws if either is missing.
  func datasetAndModel(for action: String) throws -> (Dataset, any ClusteringMethod) {
    let dataset = try dataset(for: action)
    let model = try model(for: action)
    let shape = ImageShape(of: dataset.images)
    guard shape == model.imageShape else {
      throw SessionError.otherShape(model: "\(model.imageShape)", images: "\(shape)")
    }
    return (dataset, model)
  }
}

/// What `set` sets: how the session works and what figures look like; of what it computes, only where the
/// data are found and in how many shards a batch is added up.
public struct Settings: Sendable {
  /// Where data sets are looked for; nil for the usual places.
  public var dataFolder: String?
  /// Whether a script goes on after a command that failed.
  public var keepsGoing = false
  public var inline = InlinePictures.auto
  /// How figures look where their commands do not say.
  public var figures = FigureSettings()
  /// When the session is kept while it runs, to be taken up if it is cut off.
  public var keeping = Keeping.on
  /// Whether scores are kept in the store of runs.
  public var keepsRuns = true
  /// How many runs of a sweep are run at a time; nil for one, or one for each process of a team.
  public var jobs: Int?
  /// The file to which a record of every command is appended; nil for none.
  public var record: String?
  /// The pieces of a batch whose gradients are added, and which several processes can share.
  public var shards = 1
  public static let largestShards = 4096

  public init() {}

  /// Takes what is part of a session, where others are of the process that runs it.
  mutating func takeJournalled(from other: Settings) {
    (dataFolder, figures, shards) = (other.dataFolder, other.figures, other.shards)
  }
}

/// When a running session is kept.
public enum Keeping: String, CaseIterable, Sendable {
  /// After each change and round, but where that takes long no more often than it costs a hundredth of the time.
  case on
  /// After each change and round, however long it takes.
  case always
  case off
}

/// Whether pictures are shown beside the text, where the front end can.
public enum InlinePictures: String, CaseIterable, Sendable {
  /// Where the terminal can show colours at the least.
  case auto
  /// On any terminal.
  case on
  case off
}
