import ClusteringMethods
import JSONValues

/// How training shows itself: the live line's numbers, a row a round, the losses in a sentence.
enum TrainingDisplay {
  /// A live line for one epoch of several: of the metrics the first, and what else is drawn over such epochs.
  static func progress(
    _ what: String, number: Int, of count: Int, _ metrics: [TrainingMetric], isPretraining: Bool, _ step: StepReport,
    elapsed: Duration
  ) -> Progress {
    let rate = Double(step.images) / max(elapsed.seconds, 1e-9)
    func text(_ metric: TrainingMetric, _ value: Double) -> String { numbers([metric], [value]) }
    let others = zip(metrics, step.metrics).dropFirst().filter { metric, _ in
      metric.curve.map { !isPretraining || $0.pretrainingName != nil } ?? false
    }
    return Progress(
      "\(what) \(number) of \(count)", phase: what,
      fraction: (Double(number - 1) + step.fraction) / Double(count),
      message: "\(text(metrics[0], step.metrics[0]))  \(Int(rate)) images/s", details: others.map(text))
  }

  /// "loss 123.45  reconstruction 120.10  prior 3.35".
  static func numbers(_ metrics: [TrainingMetric], _ values: [Double]) -> String {
    zip(metrics, values).map { "\($0.title) \(NumberText.fixed($1, $0.decimals))" }.joined(separator: "  ")
  }

  /// "cluster  3   9.7 %", aligned with those of the other clusters.
  static func share(_ fraction: Double, ofCluster cluster: Int, of count: Int) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return "cluster \(padded("\(cluster)", "\(count - 1)".count))  \(padded(NumberText.percent(fraction), 7))"
  }

  /// The share of the images in each cluster, as a line and for the record.
  static func occupancy(_ assignments: [Int], clusterCount: Int) -> (text: String, json: JSONValue) {
    let shares = TrainingLog.occupancy(assignments, clusterCount: clusterCount)
    return (
      "images of each cluster  " + shares.map(NumberText.percent).joined(separator: "  "),
      .array(shares.map { .number($0) })
    )
  }
}
