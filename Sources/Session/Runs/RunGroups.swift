import RunStore

/// Numbers of runs over seeds: mean, spread and how many.
struct SeedStatistics: Equatable {
  let values: [Double]

  var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// Of a sample (n - 1); nil for one value.
  var deviation: Double? {
    guard values.count > 1 else { return nil }
    let mean = mean
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }

  /// "0.9865 ± 0.0005 (5)".
  ///
  /// - Parameter isCounted: whether their number is told.
  func text(_ decimals: Int, isCounted: Bool) -> String {
    NumberText.fixed(mean, decimals) + (deviation.map { " ± \(NumberText.fixed($0, decimals))" } ?? "")
      + (isCounted ? " (\(values.count))" : "")
  }
}

extension [StoredRun] {
  /// Of the runs that are alike but for their results the last alone: a score after each round is no sample of its own, nor
  /// is one that another command found again. Alike are those of one seed, method, data set, split and settings.
  ///
  /// - Parameter names: what tells rows or lines apart; where they are of rounds, a score after each has its own.
  func lastOfEachSeed(by names: [String]) -> [StoredRun] {
    let names = names.filter(["epochs", "rounds", "command"].contains)
    var last: [[String?]: Int] = [:]
    for (place, run) in enumerated() {
      let alike = [run.seed, run.method, run.sha256, run.text("split"), "\(run.settings)"]
      last[alike + names.map { run.text($0) }] = place
    }
    let places = Set(last.values)
    return indices.filter { places.contains($0) }.map { self[$0] }
  }

  /// The values that stand under a name, each once: numbers ascending, words as they first came.
  func distinct(_ name: String) -> [String] {
    var texts: [String] = []
    for run in self { if let text = run.text(name), !texts.contains(text) { texts.append(text) } }
    let numbers = texts.map { Double($0) }
    guard numbers.allSatisfy({ $0 != nil }) else { return texts }
    return zip(texts, numbers.map { $0! }).sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// The values that stand under some names together, each once, in the order of the first name's, then of the others'; nil
  /// stands for none of a name, but for the first.
  func distinct(_ names: [String]) -> [[String?]] {
    guard let first = names.first else { return [[]] }
    return distinct(first).flatMap { value in
      let own = filter { $0.text(first) == value }
      return own.combinations(names.dropFirst()).map { [value] + $0 }
    }
  }

  private func combinations(_ names: ArraySlice<String>) -> [[String?]] {
    guard let first = names.first else { return [[]] }
    var values: [String?] = distinct(first)
    if contains(where: { $0.text(first) == nil }) { values.append(nil) }
    return values.flatMap { value in
      filter { $0.text(first) == value }.combinations(names.dropFirst()).map { [value] + $0 }
    }
  }

  /// Names under which runs of one seed have different values: their mean is not one over seeds. The method or the data set
  /// alone if it is one of them, since settings differ with it.
  var differencesWithinSeeds: [String] {
    var names: [String] = []
    for (place, run) in enumerated() {
      guard let other = self[..<place].first(where: { $0.seed == run.seed }) else { continue }
      func differ(_ name: String) -> Bool { run[name] != other[name] }
      let settings = (run.settings.members + other.settings.members).map(\.name).uniqued.filter {
        run.settings[$0] != other.settings[$0]
      }
      let found = ["method", "dataset", "split"].first(where: differ).map { [$0] } ?? settings
      names += found.isEmpty ? ["images", "sha256"].first(where: differ).map { [$0] } ?? [] : found
    }
    return names.uniqued
  }

  /// Those that have a number under a name.
  func having(_ name: String) -> [StoredRun] { filter { $0.number(name)?.isFinite == true } }

  /// The numbers under a name; nil if there are none.
  func statistics(_ name: String) -> SeedStatistics? {
    let values = having(name).compactMap { $0.number(name) }
    return values.isEmpty ? nil : SeedStatistics(values: values)
  }
}

/// Which numbers a table shows of scores of whatever kind.
enum ScoreNames {
  /// The usual ones that some score has; where none has one, as after knn alone, all that there are.
  static func shown(usual: [String], of scores: [[String]]) -> [String] {
    let all = scores.flatMap { $0 }.uniqued
    let kept = usual.filter(all.contains)
    return kept.isEmpty ? all : kept
  }

  /// What a result or setting is called beside an axis of a figure.
  static func label(_ name: String) -> String {
    switch name {
    case "nmi", "ari", "bic": name.uppercased()
    case "vMeasure": "V-measure"
    case "logLikelihood": "log-likelihood"
    case "lambda": "λ"
    default: name
    }
  }
}
