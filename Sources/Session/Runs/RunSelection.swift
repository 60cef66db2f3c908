import CommandLanguage
import Datasets
import Glibc
import Options
import RunStore

/// Which runs of the store a command looks at: options that such commands share.
struct RunSelection: Sendable {
  var datasets: [String]?
  var methods: [String]?
  var commands: [String]?
  var images: [Int]?
  var splits: [Split]?
  var since: Since?

  /// The runs, the oldest first.
  func runs(_ environment: Environment, limit: Int = .max) throws -> [StoredRun] {
    var filter = RunStore.Filter()
    (filter.datasets, filter.methods, filter.commands) = (datasets, methods, commands)
    filter.images = images
    filter.since = since?.seconds(before: Glibc.time(nil))
    guard let splits else { return try environment.runStore().runs(filter, limit: min(limit, Int(Int32.max))) }
    let runs = try environment.runStore().runs(filter)
    return runs.filter { run in splits.contains { run.text("split") == $0.rawValue } }.suffix(limit)
  }
}

/// A command that looks at runs of the store.
protocol RunSelectingCommand: ReadingCommand {
  var selection: RunSelection { get set }
}

/// Values of one name: SQLite takes some thousands.
private let selectable = 1...100

extension RunSelectingCommand {
  static var selectionParameters: [Parameter<Self>] {
    [
      .option(
        "dataset", \.selection.datasets, names("data sets' names", KnownDataset.all.map(\.name)), count: selectable,
        help: "those on this data set, or these"),
      .option(
        "method", \.selection.methods, names("methods' names", Methods.all.map(\.name)), count: selectable,
        help: "those of this method, or these"),
      .option(
        "command", \.selection.commands,
        .text("commands", valueForm: "VERB", completion: .words(["evaluate", "knn", "baseline", "score"])),
        count: selectable, help: "those that this command found, evaluate for instance"),
      .option(
        "images", \.selection.images, .integer(in: 1...Int.max), count: selectable, help: "those on so many images"),
      .option("split", \.selection.splits, .choice(), count: selectable, help: "scores of all images, or of a part"),
      .option("since", \.selection.since, .since, help: "those of the last hours, days or weeks, or from a day on"),
    ]
  }
}

/// Names of which those in `known` are offered, and any may be.
private func names(_ expected: String, _ known: [String]) -> ValueKind<String> {
  .text(expected, valueForm: "NAME", completion: .words(known))
}

/// A point in the past: a while ago, or the beginning of a day.
enum Since: Sendable, Equatable {
  case ago(Int, Unit)
  case day(year: Int, month: Int, day: Int)

  enum Unit: String, CaseIterable, Sendable {
    case minutes = "m"
    case hours = "h"
    case days = "d"
    case weeks = "w"

    var seconds: Int {
      switch self {
      case .minutes: 60
      case .hours: 3_600
      case .days: 86_400
      case .weeks: 604_800
      }
    }
  }

  init?(_ text: String) {
    if let unit = text.last.flatMap({ Unit(rawValue: String($0)) }), let count = Int(text.dropLast()),
      (0...1_000_000).contains(count)
    {
      self = .ago(count, unit)
      return
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ $0.allSatisfy(\.isNumber) }), parts.map(\.count) == [4, 2, 2],
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month),
      (1...31).contains(day)
    else { return nil }
    self = .day(year: year, month: month, day: day)
  }

  /// In seconds since 1970; days begin as the user's clock has it.
  func seconds(before now: Int) -> Int {
    switch self {
    case .ago(let count, let unit): return now - count * unit.seconds
    case .day(let year, let month, let day):
      var parts = tm()
      (parts.tm_year, parts.tm_mon, parts.tm_mday, parts.tm_isdst) = (
        Int32(year - 1900), Int32(month - 1), Int32(day), -1
      )
      return mktime(&parts)
    }
  }

  var text: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    switch self {
    case .ago(let count, let unit): return "\(count)\(unit.rawValue)"
    case .day(let year, let month, let day): return "\(year)-\(two(month))-\(two(day))"
    }
  }
}

extension ValueKind<Since> {
  static let since = ValueKind(
    expected: "a time such as 90m, 12h, 2d, 1w or 2024-05-31", valueForm: "TIME", completion: .nothing,
    parse: { Since($0) }, print: \.text)
}

/// The day and time of a run, by the user's clock: "2024-05-31 14:05".
func localTime(_ seconds: Int) -> String {
  var (time, parts) = (time_t(seconds), tm())
  localtime_r(&time, &parts)
  func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return
    "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) \(two(parts.tm_hour)):\(two(parts.tm_min))"
}
