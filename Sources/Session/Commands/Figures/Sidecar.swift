import Files
import JSONValues
import TensorEngine

/// What made a picture, in a JSON file beside it.
enum Sidecar {
  /// The file beside a picture's.
  static func path(of picture: String) -> String { picture + ".json" }

  private static let beginning = "{\n  \"sidecar\": \"ddpm-repl\","

  static let mark = FileMark(beginning: beginning.utf8)

  /// - Parameters:
  ///   - command: that drew the picture, with all defaults.
  ///   - sha256: the picture's.
  static func text(
    of picture: String, sha256: String, command: String, results: JSONObject, session: SessionState
  ) -> String {
    var object: JSONObject = ["sidecar": "ddpm-repl"]
    object["version"] = .string(productVersion)
    object["arithmetic"] = .integer(arithmeticVersion)
    object["picture"] = .string(picture)
    object["sha256"] = .string(sha256)
    object["command"] = .string(command)
    object["seed"] = .string("\(session.seed)")
    if let dataset = session.dataset {
      object["data"] = ["name": .string(dataset.name), "sha256": .string(dataset.sha256)]
    }
    // Times differ from run to run, and the file is to be the same for the same picture.
    object["results"] = .object(
      JSONObject(results.members.filter { !SessionScript.unrepeatable.contains($0.name) }.map { ($0.name, $0.value) }))
    let script = SessionScript.text(of: session).split(separator: "\n", omittingEmptySubsequences: false)
    object["script"] = .array((script + [command[...]]).map { .string(String($0)) })
    let members = object.members.map { "  \(JSONValue.string($0.name)): \($0.value)" }
    return "{\n" + members.joined(separator: ",\n") + "\n}\n"
  }
}
