import ClusteringMethods
import CommandLanguage
import JSONValues

extension CommandRun {
  /// The object that the file of `--record` holds of it.
  ///
  /// - Parameter session: as it is after the command; its seed and the model's settings are part of the record.
  func record(in session: SessionState) -> JSONObject {
    let status: String
    var error: String?
    switch self.status {
    case .ok: status = "ok"
    case .interrupted(let isKept):
      status = "interrupted"
      if !isKept { error = CommandRun.nothingKept }
    case .failed(let failure):
      status = "error"
      error = failure.problem.description
    }
    // A failed command counts as having done nothing, what it kept notwithstanding.
    let isFailed = failure != nil
    var record: JSONObject = [
      "cell": .integer(call.cell), "source": .string(call.location.fileAndLine),
      "command": .string(isFailed ? asked : text), "status": .string(status), "seconds": .number(seconds),
      "seed": session.seed > Int.max ? .string("\(session.seed)") : .integer(Int(session.seed)),
      "model": session.model.map { .object($0.record) } ?? .null,
      "results": .object(isFailed ? [:] : results),
      "artifacts": .array(
        (isFailed ? [] : artifacts).map { ["path": .string($0.path), "sha256": .string($0.sha256)] }),
    ]
    if let error { record["error"] = .string(error) }
    return record
  }
}

extension ClusteringMethod {
  /// Its name and all its settings, by the names that `model` takes.
  var record: JSONObject {
    let clusters = ClusterRequest(of: self).count.map(JSONValue.integer) ?? .string("auto")
    var record: JSONObject = ["name": .string(name), "clusters": clusters]
    for setting in settings {
      let option = Self.options.first { $0.name == setting.name }
      switch setting.value {
      case let number as Int: record[setting.name] = .integer(number)
      case let number as Double: record[setting.name] = .number(number)
      case let flag as Bool: record[setting.name] = .bool(flag)
      case let value: record[setting.name] = .string(option?.kind.print(value) ?? "\(value)")
      }
    }
    return record
  }
}
