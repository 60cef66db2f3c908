import CommandLanguage

/// Where a training was stopped by hand, `ROUND:STEP`: a replay stops there too.
struct StopPoint: Sendable, Equatable, CustomStringConvertible {
  /// The round, or epoch, of the command; from 1.
  let round: Int
  /// The last step of it that was done; 0 if none was, and the pass before had its end.
  let step: Int

  init(round: Int, step: Int) {
    (self.round, self.step) = (round, step)
  }

  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let round = parts[0], let step = parts[1], round >= 1, step >= 0 else { return nil }
    self.init(round: round, step: step)
  }

  var description: String { "\(round):\(step)" }

  /// Read from the option of a command with `count` rounds; throws if it lies beyond them.
  static func parsed(_ text: String?, rounds count: Int) throws -> StopPoint? {
    guard let text else { return nil }
    guard let stop = StopPoint(text), stop.round <= count else { throw SessionError.notAStopPoint(text).about("stop") }
    return stop
  }
}
