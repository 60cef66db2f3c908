import ClusteringMethods
import CommandLanguage

/// How training shows itself: the live line's numbers, a row a round, numbers in sentences.
enum TrainingDisplay {
  /// A live line for one epoch of several.
  static func progress(
    _ what: String, number: Int, of count: Int, _ metric: TrainingMetric, _ step: StepReport, elapsed: Duration
  ) -> Progress {
    let rate = Double(step.images) / max(elapsed.seconds, 1e-9)
    return Progress(
      "\(what) \(number) of \(count)", phase: what,
      fraction: (Double(number - 1) + step.fraction) / Double(count),
      message: "\(metric.title) \(fixed(step.metrics[0], metric.decimals))  \(Int(rate)) images/s")
  }

  /// "loss 123.45  reconstruction 120.10  prior 3.35".
  static func numbers(_ metrics: [TrainingMetric], _ values: [Double]) -> String {
    zip(metrics, values).map { "\($0.title) \(fixed($1, $0.decimals))" }.joined(separator: "  ")
  }

  /// "cluster  3   9.7 %", aligned with those of the other clusters.
  static func share(_ fraction: Double, ofCluster cluster: Int, of count: Int) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return "cluster \(padded("\(cluster)", "\(count - 1)".count))  \(padded(percent(fraction), 7))"
  }

  /// "1 change", "2 changes".
  static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  static func percent(_ fraction: Double) -> String { fixed(100 * fraction, 1) + " %" }

  /// A number with a fixed count of decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "nan" }
    let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    guard abs(value) * scale < 1e15 else { return "\(value)" }
    let scaled = Int((abs(value) * scale).rounded())
    let digits = String(scaled % Int(scale))
    let sign = value < 0 && scaled != 0 ? "-" : ""
    let whole = "\(sign)\(scaled / Int(scale))"
    return decimals == 0 ? whole : whole + "." + String(repeating: "0", count: decimals - digits.count) + digits
  }
}
