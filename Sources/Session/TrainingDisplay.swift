import ClusterDDPM

/// How training shows itself: the live line's numbers, a row a round, the losses in a sentence.
enum TrainingDisplay {
  /// A live line for one epoch of several.
  static func progress(
    _ what: String, number: Int, of count: Int, _ step: StepReport, elapsed: Duration
  ) -> Progress {
    let rate = Double(step.images) / max(elapsed.seconds, 1e-9)
    let shareOfEpoch = Double(step.step) / Double(step.stepCount)
    return Progress(
      "\(what) \(number) of \(count)", phase: what,
      fraction: (Double(number - 1) + shareOfEpoch) / Double(count),
      message: "loss \(NumberText.fixed(step.losses.loss, 2))  \(Int(rate)) images/s")
  }

  /// "loss 123.45  reconstruction 120.10  prior 3.35".
  static func losses(_ losses: Losses) -> String {
    "loss \(NumberText.fixed(losses.loss, 2))  reconstruction \(NumberText.fixed(losses.reconstructionLoss, 2))  "
      + "prior \(NumberText.fixed(losses.priorLoss, 2))"
  }

  /// "cluster  3   9.7 %", aligned with those of the other clusters.
  static func share(_ fraction: Double, ofCluster cluster: Int, of count: Int) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return "cluster \(padded("\(cluster)", "\(count - 1)".count))  \(padded(NumberText.percent(fraction), 7))"
  }
}
