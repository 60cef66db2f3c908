import JSONValues
import Notebooks
import Session

/// How far a command is, as one display of a notebook that changes in place and is empty when the command ends.
struct ProgressDisplay {
  private let publisher: Publisher
  private var request: WireMessage?
  private var estimate = TimeEstimate()
  private var started = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?
  private var number = 0

  /// Commands that take less show no progress.
  private static let patience = Duration.milliseconds(500)
  private static let pause = Duration.milliseconds(200)

  init(_ publisher: Publisher) { self.publisher = publisher }

  mutating func commandStarts(_ request: WireMessage) {
    (self.request, lastShown, started, estimate) = (request, nil, .now, TimeEstimate())
    number += 1
  }

  mutating func report(_ progress: Progress) {
    let now = ContinuousClock.now
    let left = estimate.seconds(progress, at: now)?.left
    guard now - started >= Self.patience, lastShown.map({ now - $0 >= Self.pause }) ?? true else { return }
    let words =
      [progress.label, progress.message, left.map { "\(TimeEstimate.clock($0)) left" } ?? ""] + progress.details
    let line = words.filter { !$0.isEmpty }.joined(separator: "  ")
    let bar = progress.fraction.map { "<progress value=\"\(min(max($0, 0), 1))\" max=\"1\"></progress> " } ?? ""
    show(text: line, html: "<div>\(bar)\(HTML.escaped(line))</div>", isFirst: lastShown == nil)
    lastShown = now
  }

  mutating func commandEnds() {
    if lastShown != nil { show(text: "", html: "", isFirst: false) }
    lastShown = nil
  }

  private func show(text: String, html: String, isFirst: Bool) {
    publisher.publish(
      isFirst ? "display_data" : "update_display_data",
      [
        "data": ["text/plain": .string(text), "text/html": .string(html)], "metadata": [:],
        "transient": ["display_id": .string("progress-\(request?.id ?? "")-\(number)")],
      ], answering: request)
  }
}
