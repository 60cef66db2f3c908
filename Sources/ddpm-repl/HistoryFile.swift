import Files
import Glibc

/// What was entered, kept between sessions: one entry a line, newlines within an entry written as `\n`.
struct HistoryFile {
  let path: String

  /// Entries kept when a session starts.
  static let limit = 5_000

  /// The entries, oldest first, each once at its latest place. The file is rewritten if it held more.
  func load() -> [String] {
    guard let file = fopen(path, "r") else { return [] }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    // A history of gigabytes is none.
    while bytes.count < 32 << 20 {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    fclose(file)
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    var seen: Set<String> = []
    var latest: [String] = []
    for line in lines.reversed() where latest.count < Self.limit && seen.insert(line).inserted { latest.append(line) }
    latest.reverse()
    if latest.count < lines.count { replace(latest) }
    return latest.map(Self.unescaped)
  }

  /// Adds an entry; throws `FileError` if it cannot be written.
  func append(_ entry: String) throws(FileError) {
    try LineFile(path: path, permissions: 0o600).append(Self.escaped(entry))
  }

  private func replace(_ lines: [String]) {
    guard let writer = try? FileWriter(path: path, permissions: 0o600) else { return }
    guard (try? writer.write(lines.map { $0 + "\n" }.joined().utf8)) != nil else { return }
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
