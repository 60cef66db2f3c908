import Files

/// What was entered, kept between sessions: one entry a line, newlines within an entry written as `\n`.
public struct HistoryFile {
  let path: String

  public init(path: String) { self.path = path }

  /// Entries kept when a session starts.
  static let limit = 5_000

  /// The entries, oldest first, each once at its latest place. The file is rewritten if it held more.
  ///
  /// A line that is no text in UTF-8 is none of ours: it is kept in the file as it is, and is no entry.
  public func load() -> [String] {
    // A history of gigabytes is none.
    guard let bytes = try? FileReader(path: path, inflating: false).read(upTo: 32 << 20) else { return [] }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    var seen: Set<ArraySlice<UInt8>> = []
    var latest: [ArraySlice<UInt8>] = []
    for line in lines.reversed() where latest.count < Self.limit && seen.insert(line).inserted { latest.append(line) }
    latest.reverse()
    if latest.count < lines.count { replace(latest) }
    return latest.compactMap { String(validating: $0, as: UTF8.self) }.map(Self.unescaped)
  }

  /// Adds an entry; throws `FileError` if it cannot be written.
  func append(_ entry: String) throws(FileError) {
    try LineFile(path: path, permissions: 0o600).append(Self.escaped(entry))
  }

  private func replace(_ lines: [ArraySlice<UInt8>]) {
    guard let writer = try? FileWriter(path: path, permissions: 0o600) else { return }
    guard (try? writer.write(lines.flatMap { $0 + [UInt8(ascii: "\n")] })) != nil else { return }
    _ = try? writer.finish()
  }

  static func escaped(_ entry: String) -> String {
    entry.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  static func unescaped(_ line: String) -> String {
    var result = ""
    var isEscape = false
    for character in line {
      if isEscape {
        result.append(character == "n" ? "\n" : character)
        isEscape = false
      } else if character == "\\" {
        isEscape = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
