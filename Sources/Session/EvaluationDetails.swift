import Clustering
import ClusteringMethods
import Evaluation
import Interruptions
import JSONValues
import TensorEngine

/// What else there is to know of a clustering than how it matches the classes.
struct EvaluationDetails {
  /// Mean silhouette of the images in the sample; nil where it is not defined.
  let silhouette: Double?
  /// Images that silhouette and overlap are of, drawn at random where there are more.
  let sampleSize: Int
  /// How often images are of the class matched to their cluster, by the probability of that cluster; nil without labels.
  let calibration: Calibration?
  /// The mean of log p(latent) under the mixture; nil without one.
  let logLikelihood: Double?
  let bic: Double?
  /// The two clusters of the mixture that are most alike.
  let alike: AlikeClusters?

  /// Throws what working out probabilities does, and `Interrupted`.
  init(of evaluation: ClusterEvaluation, _ clustered: ClusteredImages, sampleSize: Int, random: RandomSource) throws {
    let count = clustered.assignments.count
    let probabilities = try clustered.probabilities()
    var stream = random.derived("evaluation sample").makeStream()
    let chosen = count <= sampleSize ? Array(0..<count) : stream.sample(sampleSize, of: count)
    self.sampleSize = chosen.count
    silhouette = try Silhouette.mean(
      of: clustered.latents(ofImages: chosen), assignments: chosen.map { clustered.assignments[$0] })
    if let score = evaluation.score, let labels = evaluation.labels {
      calibration = Calibration(
        confidences: clustered.assignments.enumerated().map { min(max(probabilities[$0, $1], 0), 1) },
        isRight: zip(score.predictedClasses(of: clustered.assignments), labels.classes).map { $0 == $1 })
    } else {
      calibration = nil
    }
    guard let mixture = (clustered.model as? any MixtureMethod)?.mixture else {
      (logLikelihood, bic, alike) = (nil, nil, nil)
      return
    }
    let logLikelihood = try clustered.logLikelihood(under: mixture)
    self.logLikelihood = logLikelihood
    bic = mixture.informationCriterion(logLikelihood: logLikelihood, points: count)
    alike = AlikeClusters(mostOf: probabilities.selecting(chosen))
  }

  /// How likely the latents are under the mixture, and how far it tells its clusters apart; nil without one.
  var mixtureLine: String? {
    guard let logLikelihood, let bic else { return nil }
    let overlap =
      alike.map { ", overlap \(NumberText.fixed($0.overlap, 3)) of clusters \($0.first) and \($0.second)" }
      ?? ", no overlap"
    return "mixture: log-likelihood \(NumberText.fixed(logLikelihood, 3)) an image, BIC \(NumberText.fixed(bic, 0))"
      + overlap
  }

  /// Lines for those who want to know more.
  func lines(beside score: ClusteringScore?) -> [String] {
    var lines: [String] = []
    if let score {
      lines.append(
        "homogeneity \(NumberText.fixed(score.homogeneity, 4))  completeness \(NumberText.fixed(score.completeness, 4))  "
          + "V-measure \(NumberText.fixed(score.vMeasure, 4))")
    }
    if let calibration {
      lines.append(
        "calibration error \(NumberText.fixed(calibration.expectedError, 4)) of the clusters' probabilities, in "
          + "\(calibration.bins.count) bins")
    }
    lines.append(
      silhouette.map { "silhouette \(NumberText.fixed($0, 4)) on \(NumberText.counted(sampleSize, "image"))" }
        ?? "no silhouette: it needs two clusters at least, and fewer than images")
    if let mixtureLine { lines.append(mixtureLine) }
    return lines
  }

  func results(beside score: ClusteringScore?) -> [(String, JSONValue)] {
    [
      ("homogeneity", .optional(score?.homogeneity)), ("completeness", .optional(score?.completeness)),
      ("vMeasure", .optional(score?.vMeasure)),
      ("classAccuracy", score.map { .array($0.classAccuracies.map { .optional($0) }) } ?? .null),
      ("calibrationError", .optional(calibration?.expectedError)), ("silhouette", .optional(silhouette)),
      ("sample", .integer(sampleSize)), ("logLikelihood", .optional(logLikelihood)), ("bic", .optional(bic)),
      ("overlap", .optional(logLikelihood == nil ? nil : alike?.overlap ?? 0)),
    ]
  }

  static let resultNames: [String] = [
    "homogeneity", "completeness", "vMeasure", "classAccuracy", "calibrationError", "silhouette", "sample",
    "logLikelihood", "bic", "overlap",
  ]
}

extension ClusterEvaluation {
  /// A row a class: its share of the images, and how many of it are in the cluster matched to it.
  var classTable: Table {
    var table = Table([
      .init("class"), .init("images", .percent), .init("cluster", .integer), .init("accuracy", .percent),
    ])
    guard let score else { return table }
    let sizes = score.contingency.classSizes
    for (label, accuracy) in score.classAccuracies.enumerated() {
      table.add([
        .text(classNames[label]), .number(Double(sizes[label]) / Double(imageCount)),
        score.matching.firstIndex(of: label).map { .integer($0) } ?? .missing, .optional(accuracy),
      ])
    }
    return table
  }
}
