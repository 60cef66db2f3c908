import CommandLanguage
import Session

/// Shows progress on standard error: one rewritten line on a terminal, now and then a plain line elsewhere.
package final class ProgressLine {
  package enum Style: Sendable {
    /// A line that is rewritten in place, cut to the terminal's width.
    case live
    /// A line at most every ten seconds.
    case plain
  }

  private let style: Style
  private let width: () -> Int
  private let write: (String) -> Void
  private let now: () -> ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant?
  private var isShowing = false
  private var estimate = TimeEstimate()
  /// Whether the user was told that the command takes long.
  private var isAnnounced = false

  /// - Parameters:
  ///   - width: the terminal's columns, asked at every line because windows change.
  ///   - write: writes to standard error without adding a newline.
  ///   - now: the time, for tests.
  package init(
    style: Style, width: @escaping () -> Int = { 80 }, write: @escaping (String) -> Void,
    now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    self.style = style
    self.width = width
    self.write = write
    self.now = now
  }

  package func report(_ progress: Progress) {
    let time = now()
    var progress = progress
    if let (total, left) = estimate.seconds(progress, at: time) {
      if total > 60, !isAnnounced {
        clear()
        write("this takes about \(TimeEstimate.words(total))\(style == .live ? "; Ctrl-C ends it" : "")\n")
        isAnnounced = true
      }
      progress.message += (progress.message.isEmpty ? "" : "  ") + "\(TimeEstimate.clock(left)) left"
    }
    switch style {
    case .live:
      // A terminal need not be drawn faster than an eye reads.
      if let lastShown, time - lastShown < .milliseconds(80) { return }
      lastShown = time
      isShowing = true
      // The cursor waits at the line's start: where a window that became narrower lays the line out anew, in several rows,
      // it goes with the first of them, and all below it is taken away.
      write("\r" + progress.line(width: max(width() - 1, 1)) + "\u{1B}[J\r")
    case .plain:
      guard let lastShown else {
        // The first line waits its turn: short commands need none.
        self.lastShown = time
        return
      }
      guard time - lastShown >= .seconds(10) else { return }
      self.lastShown = time
      write(progress.line(width: 200) + "\n")
    }
  }

  /// Takes the live line away, before other output and when a command ends.
  package func clear() {
    if isShowing { write("\r\u{1B}[J") }
    isShowing = false
  }

  /// Makes room for a result of the command, among which nothing else is to stand.
  package func resultComes() {
    clear()
    isAnnounced = true
  }

  /// Forgets the command before.
  package func commandStarts() {
    clear()
    lastShown = nil
    estimate = TimeEstimate()
    isAnnounced = false
  }
}

extension Progress {
  /// The progress on one line of at most `width` columns: label, bar, percentage, message, and as many of the details as
  /// leave room for a short bar; the bar is left out before anything is cut.
  package func line(width: Int) -> String {
    let percentage = fraction.map { fraction -> String in
      let whole = Int((min(max(fraction.isNaN ? 0 : fraction, 0), 1) * 100).rounded(.down))
      return String(repeating: " ", count: whole < 10 ? 2 : whole < 100 ? 1 : 0) + "\(whole)%"
    }
    let leastBar = 10
    func joined(_ texts: [String]) -> String { texts.filter { !$0.isEmpty }.joined(separator: "  ") }
    let head = joined([label, percentage ?? "", message])
    var message = message
    var room = width - DisplayWidth.of(head) - 4
    for detail in details {
      let taken = DisplayWidth.of(detail) + 2
      guard room - taken >= leastBar else { break }
      room -= taken
      message = joined([message, detail])
    }
    guard let fraction = fraction, let percentage, room >= leastBar else {
      return DisplayWidth.prefix(joined([label, percentage ?? "", message]), width: width)
    }
    let cells = min(room, 24)
    let filled = Int((min(max(fraction.isNaN ? 0 : fraction, 0), 1) * Double(cells)).rounded(.down))
    let bar = "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: cells - filled) + "]"
    return joined([label, bar, percentage, message])
  }
}
