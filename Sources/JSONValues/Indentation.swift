extension JSONValue {
  /// The value on several lines, for people: lists and objects that are not short are indented by two spaces.
  public var indented: String { indented(by: 0) + "\n" }

  /// Columns that a list or an object on one line may take.
  private static let widest = 100

  private func indented(by depth: Int) -> String {
    let line = description
    guard line.utf8.count + 2 * depth > Self.widest || depth == 0 else { return line }
    let margin = String(repeating: "  ", count: depth + 1)
    let closing = String(repeating: "  ", count: depth)
    switch self {
    case .array(let values) where !values.isEmpty:
      let lines = values.map { margin + $0.indented(by: depth + 1) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(closing)]"
    case .object(let object) where !object.isEmpty:
      let lines = object.members.map { member in
        "\(margin)\(JSONValue.string(member.name)): \(member.value.indented(by: depth + 1))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(closing)}"
    default: return line
    }
  }
}
