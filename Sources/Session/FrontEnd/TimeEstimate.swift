/// How long a command takes, from how far it has come.
public struct TimeEstimate {
  /// When each phase of the command began, how far it was then and how far it came: the rounds of a training are one
  /// phase, each of the E-steps between them another.
  private var phases: [String: (start: ContinuousClock.Instant, first: Double, last: Double)] = [:]

  public init() {}

  /// The present phase's seconds in all and those that are left; nil in its first second.
  public mutating func seconds(_ progress: Progress, at time: ContinuousClock.Instant) -> (total: Double, left: Double)?
  {
    guard let fraction = progress.fraction else { return nil }
    let phase = progress.phase
    guard let known = phases[phase], fraction >= known.last else {
      phases[phase] = (time, fraction, fraction)
      return nil
    }
    phases[phase]!.last = fraction
    let elapsed = (time - known.start).seconds
    guard elapsed >= 1, fraction > known.first else { return nil }
    let total = elapsed / (fraction - known.first)
    return (total, total * (1 - fraction))
  }

  /// "4 minutes", "2 hours 10 minutes".
  public static func words(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "many years" }
    let minutes = Int((seconds / 60).rounded(.up))
    if minutes < 60 { return NumberText.counted(minutes, "minute") }
    let tens = minutes % 60 / 10 * 10
    return NumberText.counted(minutes / 60, "hour") + (tens > 0 ? " \(tens) minutes" : "")
  }

  /// Minutes and seconds, with hours where there are some: "2:10".
  public static func clock(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded())
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return whole < 3600
      ? "\(whole / 60):\(two(whole % 60))" : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }
}
