import Session
import Testing

@Suite struct ProgressTests {
  @Test func linesFitTheirWidth() {
    let progress = Progress("round 3 of 5", fraction: 0.5, message: "loss 0.0213  1843 images/s  2:10 left")
    #expect(
      progress.line(width: 100)
        == "round 3 of 5  [============            ]   50%  loss 0.0213  1843 images/s  2:10 left")
    #expect(progress.line(width: 40) == "round 3 of 5   50%  loss 0.0213  1843 im")
    #expect(Progress("fitting the mixture").line(width: 60) == "fitting the mixture")
    for width in 10..<120 { #expect(progress.line(width: width).count <= width) }
    #expect(Progress("x", fraction: .nan).line(width: 60).contains("  0%"))
    #expect(Progress("x", fraction: 7).line(width: 60).contains("100%"))
  }

  @Test func aLiveLineIsRewrittenAndTakenAway() {
    var text = ""
    var time = ContinuousClock.now
    let reporter = ProgressReporter(style: .live, width: { 40 }, write: { text += $0 }, now: { time })
    reporter.report(Progress("a"))
    reporter.report(Progress("dropped: too soon"))
    time += .milliseconds(100)
    reporter.report(Progress("b"))
    reporter.clear()
    reporter.clear()
    #expect(text == "\ra\u{1B}[K\rb\u{1B}[K\r\u{1B}[K")
  }

  @Test func plainLinesAreRare() {
    var text = ""
    var time = ContinuousClock.now
    let reporter = ProgressReporter(style: .plain, write: { text += $0 }, now: { time })
    for second in 0..<35 {
      reporter.report(Progress("second \(second)"))
      time += .seconds(1)
    }
    reporter.clear()
    #expect(text == "second 10\nsecond 20\nsecond 30\n")
    let silent = ProgressReporter(style: .silent, write: { text += $0 })
    silent.report(Progress("never"))
    #expect(!text.contains("never"))
  }
}
