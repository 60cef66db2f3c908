import JSONValues
import Options

/// One score of a session with what led to it: a row of the store.
public struct StoredRun: Sendable, Equatable {
  /// By which the user calls it, from 1; 0 until it is stored.
  public var number = 0
  /// In seconds since 1970.
  public var time: Int
  /// Of the program.
  public var version: String
  /// The command that found the results: "evaluate".
  public var command: String
  public var method: String
  /// All settings of the method, by the names that `model` takes.
  public var settings: JSONObject
  public var seed: String
  public var dataset: String
  /// The checksum of the data, pixels then labels.
  public var sha256: String
  /// That were loaded; for a score of a part of them, those of the part.
  public var images: Int
  public var epochs: Int
  public var rounds: Int
  /// That the commands took which led there.
  public var seconds: Double
  public var results: JSONObject
  /// What tells the run of a sweep from all others; empty outside of sweeps.
  public var key = ""

  public init(
    time: Int, version: String, command: String, method: String, settings: JSONObject, seed: String, dataset: String,
    sha256: String, images: Int, epochs: Int, rounds: Int, seconds: Double, results: JSONObject, key: String = ""
  ) {
    (self.time, self.version, self.command, self.method) = (time, version, command, method)
    (self.settings, self.seed, self.dataset, self.sha256, self.images) = (settings, seed, dataset, sha256, images)
    (self.epochs, self.rounds, self.seconds, self.results, self.key) = (epochs, rounds, seconds, results, key)
  }

  /// What stands under a name: a column, else a result, a part of one with a dot between ("3" of `knn`), else a setting.
  /// Nil where the run has none.
  public subscript(name: String) -> JSONValue? {
    switch name {
    case "number": return .integer(number)
    case "time": return .integer(time)
    case "version": return .string(version)
    case "command": return .string(command)
    case "method": return .string(method)
    case "seed": return Int(seed).map { .integer($0) } ?? .string(seed)
    case "dataset": return .string(dataset)
    case "sha256": return .string(sha256)
    case "images": return .integer(images)
    case "split": return results[name] ?? .string(isOfPart ? "part" : "all")
    case "epochs": return .integer(epochs)
    case "rounds": return .integer(rounds)
    case "seconds": return .number(seconds)
    default: break
    }
    if let value = results[name] ?? settings[name] { return value }
    var place: JSONValue? = .object(results)
    for part in name.split(separator: ".") { place = place?.object?[String(part)] }
    return place
  }

  /// Whether it is of some of the images, of an earlier version that did not say of which.
  private var isOfPart: Bool {
    guard command == "evaluate" || command == "baseline", let scored = results["images"]?.integer else { return false }
    return scored < images
  }

  /// The same as a number; nil where it is none.
  public func number(_ name: String) -> Double? { self[name]?.real }

  /// The same as people write it; nil where there is nothing, or what cannot be written on a line.
  public func text(_ name: String) -> String? {
    switch self[name] {
    case .string(let text)?: text
    case .bool(let flag)?: flag ? "on" : "off"
    case .integer(let number)?: "\(number)"
    case .number(let number)?: Number.spelling(number)
    case .null?, .array?, .object?, nil: nil
    }
  }

  /// The names that stand for something in it, columns first.
  public var names: [String] {
    ["dataset", "method", "seed", "epochs", "rounds", "images", "split", "seconds", "version", "command"]
      + results.members.map(\.name).filter { $0 != "images" && $0 != "split" } + settings.members.map(\.name)
  }
}

extension JSONValue {
  fileprivate var real: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
