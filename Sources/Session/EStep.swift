import ClusterDDPM
import Clustering
import CommandLanguage
import Datasets

/// The E-step as commands run it, with progress.
enum EStep {
  /// Throws `CommandInterrupted` if the user wants to stop before the mixture is fitted.
  @discardableResult
  static func run(
    _ model: inout ClusteringModel, _ dataset: Dataset, _ environment: Environment, _ label: String
  ) throws -> ExpectationReport {
    let report: ExpectationReport
    do {
      report = try model.expectationStep(on: dataset.images, afterBatch: encoding(dataset.count, environment, label)) {
        guard !environment.isInterrupted else { throw CommandInterrupted() }
        environment.report(Progress(label, message: "fitting the mixture"))
      }
    } catch ClusteringError.tooFewPoints(let found, let needed, _) {
      throw SessionError.tooFewImages(
        action: "a mixture of \(model.configuration.componentCount) components", needed: needed, found: found)
    } catch let error as ClusteringError {
      throw SessionError.mixtureFailed(reason: error.description)
    }
    return report
  }

  /// Shows how far an encoding of `count` images is, and ends it when the user wants to.
  static func encoding(_ count: Int, _ environment: Environment, _ label: String) -> (Int) throws -> Void {
    { done in
      guard !environment.isInterrupted else { throw CommandInterrupted() }
      environment.report(
        Progress(label, fraction: Double(done) / Double(count), message: "\(done) images encoded"))
    }
  }
}
