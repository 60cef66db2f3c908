import JSONValues

extension CommandRun {
  /// The object that the file of `--record` holds of it.
  var record: JSONObject {
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
      "results": .object(isFailed ? [:] : results),
      "artifacts": .array(
        (isFailed ? [] : artifacts).map { ["path": .string($0.path), "sha256": .string($0.sha256)] }),
    ]
    if let error { record["error"] = .string(error) }
    return record
  }
}
