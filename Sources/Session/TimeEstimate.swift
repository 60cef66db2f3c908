/// How long a command takes, from how far it has come.
struct TimeEstimate {
  /// When each phase of the command began and how far it was then, by its label without numbers: the rounds of a
  /// training are one phase, the E-steps between them another.
  private var starts: [String: (time: ContinuousClock.Instant, fraction: Double)] = [:]

  /// The present phase's seconds in all and those that are left; nil in its first second.
  mutating func seconds(_ progress: Progress, at time: ContinuousClock.Instant) -> (total: Double, left: Double)? {
    guard let fraction = progress.fraction else { return nil }
    let phase = progress.label.filter { !$0.isNumber }
    guard let start = starts[phase] else {
      starts[phase] = (time, fraction)
      return nil
    }
    let elapsed = (time - start.time).seconds
    guard elapsed >= 1, fraction > start.fraction else { return nil }
    let total = elapsed / (fraction - start.fraction)
    return (total, total * (1 - fraction))
  }

  /// "4 minutes", "2 hours 10 minutes".
  static func words(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "many years" }
    func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
    let minutes = Int((seconds / 60).rounded(.up))
    if minutes < 60 { return counted(minutes, "minute") }
    let tens = minutes % 60 / 10 * 10
    return counted(minutes / 60, "hour") + (tens > 0 ? " \(tens) minutes" : "")
  }

  /// Minutes and seconds, with hours where there are some: "2:10".
  static func clock(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded())
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return whole < 3600
      ? "\(whole / 60):\(two(whole % 60))" : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }
}
