import Session
import Testing
import ddpm_repl

@Suite struct ProgressLineTests {
  @Test func linesFitTheirWidth() {
    let progress = Progress("round 3 of 5", fraction: 0.5, message: "loss 0.0213  1843 images/s  2:10 left")
    #expect(
      progress.line(width: 100)
        == "round 3 of 5  [============            ]   50%  loss 0.0213  1843 images/s  2:10 left")
    #expect(progress.line(width: 40) == "round 3 of 5   50%  loss 0.0213  1843 im")
    #expect(Progress("fitting the mixture").line(width: 60) == "fitting the mixture")
    let losses = Progress("round 3 of 5", fraction: 0.5, message: "loss 1.5", details: ["prior 1.0", "critic 0.5"])
    #expect(losses.line(width: 80) == "round 3 of 5  [============            ]   50%  loss 1.5  prior 1.0  critic 0.5")
    #expect(losses.line(width: 61) == "round 3 of 5  [=========         ]   50%  loss 1.5  prior 1.0")
    #expect(losses.line(width: 30) == "round 3 of 5   50%  loss 1.5")
    #expect(Progress("x", message: "m", details: ["a"]).line(width: 30) == "x  m  a")
    for width in 10..<120 { #expect(progress.line(width: width).count <= width) }
    #expect(Progress("x", fraction: .nan).line(width: 60).contains("  0%"))
    #expect(Progress("x", fraction: 7).line(width: 60).contains("100%"))
  }

  @Test func theTimeLeftIsShown() {
    var text = ""
    var time = ContinuousClock.now
    let reporter = ProgressLine(style: .live, width: { 200 }, write: { text += $0 }, now: { time })
    for step in 0...4 {
      reporter.report(Progress("x", fraction: Double(step) / 40, message: "m"))
      time += .seconds(1)
    }
    #expect(text.hasSuffix("10%  m  0:36 left\u{1B}[J\r"))
  }

  @Test func aLiveLineIsRewrittenAndTakenAway() {
    var text = ""
    var time = ContinuousClock.now
    let reporter = ProgressLine(style: .live, width: { 40 }, write: { text += $0 }, now: { time })
    reporter.report(Progress("a"))
    reporter.report(Progress("dropped: too soon"))
    time += .milliseconds(100)
    reporter.report(Progress("b"))
    reporter.clear()
    reporter.clear()
    #expect(text == "\ra\u{1B}[J\r\rb\u{1B}[J\r\r\u{1B}[J")
  }

  /// What one hears of a command that has come `fractions` of its way, a second apart.
  private func announced(_ label: (Int) -> String = { _ in "sampling" }, fractions: [Double?]) -> String {
    var text = ""
    var time = ContinuousClock.now
    let reporter = ProgressLine(style: .plain, write: { text += $0 }, now: { time })
    for (second, fraction) in fractions.enumerated() {
      let isRound = label(second).hasSuffix("of 9")
      reporter.report(Progress(label(second), phase: isRound ? "round" : nil, fraction: fraction))
      time += .seconds(1)
    }
    return text
  }

  @Test func longCommandsAreAnnounced() {
    #expect(announced(fractions: [0, 0.01, 0.02, 0.03]) == "this takes about 2 minutes\n")
    #expect(announced(fractions: [0.5, 0.5001, 0.5002]) == "this takes about 2 hours 40 minutes\n")
    #expect(announced(fractions: [0, 1e-10]) == "this takes about many years\n")
    // Less than a minute, or unknown.
    #expect(announced(fractions: [0, 0.02, 0.04]) == "")
    #expect(announced(fractions: [nil, nil, 0, 0, 0]) == "")
    // The E-steps between a training's rounds have a measure of their own.
    let labels = ["round 1 of 9", "round 1: E-step", "round 2 of 9", "round 2: E-step"]
    #expect(announced({ labels[$0] }, fractions: [0, 0.9, 0.001, 1]) == "this takes about 34 minutes\n")
    let steps = ["E-step 1", "E-step 1", "round 2 of 9", "round 2 of 9", "E-step 2", "E-step 2"]
    #expect(announced({ steps[$0] }, fractions: [0, 1, 0.2, 0.3, 0.001, 1]) == "")
  }

  /// Among a command's results nothing else stands.
  @Test(arguments: [ProgressLine.Style.live, .plain])
  func nothingIsAnnouncedOnceThereAreResults(style: ProgressLine.Style) {
    var text = ""
    var time = ContinuousClock.now
    let reporter = ProgressLine(style: style, width: { 100 }, write: { text += $0 }, now: { time })
    reporter.commandStarts()
    reporter.resultComes()
    for second in 0..<5 {
      reporter.report(Progress("round 2 of 90", phase: "round", fraction: Double(second) / 1000))
      time += .seconds(1)
    }
    #expect(!text.contains("takes about"))
    if case .live = style { #expect(text.contains("left")) }
  }

  /// What a terminal of any width shows stays on one row, and the cursor waits where that row begins.
  @Test func noWidthIsTooSmall() {
    for columns in 1...120 {
      var text = ""
      let reporter = ProgressLine(style: .live, width: { columns }, write: { text += $0 })
      reporter.report(Progress("round 3 of 5", fraction: 0.5, message: "loss 0.0213  1843 images/s"))
      #expect(text.hasPrefix("\r") && text.hasSuffix("\u{1B}[J\r"))
      #expect(text.dropFirst().dropLast(4).count < max(columns, 2))
    }
  }

  @Test func plainLinesAreRare() {
    var text = ""
    var time = ContinuousClock.now
    let reporter = ProgressLine(style: .plain, write: { text += $0 }, now: { time })
    for second in 0..<35 {
      reporter.report(Progress("second \(second)"))
      time += .seconds(1)
    }
    reporter.clear()
    #expect(text == "second 10\nsecond 20\nsecond 30\n")
  }
}
