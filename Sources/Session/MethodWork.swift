import Clustering
import ClusteringMethods
import CommandLanguage
import Interruptions

/// The work of a method outside its training steps, as commands show it.
struct MethodWork {
  /// What is going on: "round 3: E-step".
  let label: String
  let environment: Environment

  init(_ label: String, _ environment: Environment) {
    (self.label, self.environment) = (label, environment)
  }

  /// Shows an activity; throws `Interrupted` if the user wants to stop.
  func watch(_ activity: Activity) throws {
    try Interruption.check()
    switch activity {
    case .encoding(let done, let count):
      environment.report(
        Progress(label, fraction: Double(done) / Double(count), message: "\(done) images encoded"))
    case .fitting(let what): environment.report(Progress(label, message: "fitting \(what)"))
    }
  }

  /// The result of `body`, which is given how to show its activities; errors as in `inImages`.
  func run<Result>(_ body: (Watch) throws -> Result) throws -> Result {
    try Self.inImages { try body(watch) }
  }

  /// The result of `body`, in whose errors points are images.
  static func inImages<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch ClusteringError.tooFewPoints(let found, let needed, let purpose) {
      throw SessionError.tooFewImages(action: purpose, needed: needed, found: found)
    } catch let error as ClusteringError {
      throw SessionError.mixtureFailed(reason: error.description)
    }
  }
}
