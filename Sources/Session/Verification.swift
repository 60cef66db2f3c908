import CommandLanguage
import Files
import Options

/// What a saved session says that its commands found, beside what they found when it was replayed.
struct Verification {
  /// A result that is not what the script says.
  struct Difference: Equatable {
    /// Of the command in the script, from 1.
    let line: Int
    let verb: String
    /// The result's name, or the file's path.
    let result: String
    let saved: String
    let now: String
    /// |a - b| / max(|a|, |b|); nil where they are no numbers.
    let relative: Double?
  }

  private(set) var differences: [Difference] = []
  private(set) var numberCount = 0
  private(set) var fileCount = 0

  /// Compares command by command, in their order.
  ///
  /// - Parameters:
  ///   - saved: the script, and `found` the session that its replay came to, saved as one.
  ///   - cells: those whose commands are compared; empty for all.
  ///   - tolerance: the relative difference up to which numbers are the same; above 0 files' bytes are let be, for they
  ///     are drawn from such numbers.
  init(of saved: SavedResults, against found: SavedResults, cells: [Int], tolerance: Double) {
    for (place, command) in saved.commands.enumerated() where cells.isEmpty || cells.contains(command.cell) {
      let now = place < found.commands.count ? found.commands[place].results : []
      for (index, result) in command.results.enumerated() {
        // Rows without a name of their own, such as layers, are told apart by their places.
        let earlier = command.results[..<index].count { $0.isNamed(as: result) }
        let other = now.lazy.filter { $0.isNamed(as: result) }.dropFirst(earlier).first
        let isFile = result.isFile
        if isFile { fileCount += 1 } else { numberCount += 1 }
        if isFile && tolerance > 0 { continue }
        let relative = other.flatMap { Self.relativeDifference(result.value, $0.value) }
        guard other?.value != result.value, relative.map({ $0 > tolerance }) ?? true else { continue }
        add(command, result, now: other?.value ?? "nothing", relative)
      }
    }
  }

  /// Adds the files that no longer are what the script says that was written last; one that is not there says nothing.
  mutating func compareFiles(of saved: SavedResults, cells: [Int]) throws(FileError) {
    var last: [String: Int] = [:]
    for (place, command) in saved.commands.enumerated() {
      for result in command.results where result.isFile { last[result.name] = place }
    }
    for (place, command) in saved.commands.enumerated() where cells.isEmpty || cells.contains(command.cell) {
      for result in command.results
      where result.isFile && last[result.name] == place && PathKind(result.name) == .file {
        let digest = try MessageDigest.hex(ofFile: result.name)
        if digest != result.value { add(command, result, now: digest, nil, suffix: ", as it lies there") }
      }
    }
  }

  private mutating func add(
    _ command: SavedResults.Command, _ result: SavedResults.Result, now: String, _ relative: Double?,
    suffix: String = ""
  ) {
    differences.append(
      Difference(
        line: command.line, verb: command.verb, result: result.label + suffix, saved: result.value, now: now,
        relative: relative))
  }

  private static func relativeDifference(_ a: String, _ b: String) -> Double? {
    guard let a = Number.real(a), let b = Number.real(b) else { return nil }
    return a == b ? 0 : abs(a - b) / max(abs(a), abs(b))
  }
}

/// The commands of a saved session, and what it says that they found.
struct SavedResults {
  struct Result: Equatable {
    /// Of several rows of a command, what tells them apart: "round 2"; empty where there is one.
    let row: String
    let name: String
    let value: String
    let isFile: Bool

    /// "round 2 loss".
    var label: String { row.isEmpty ? name : "\(row) \(name)" }

    func isNamed(as other: Result) -> Bool { row == other.row && name == other.name && isFile == other.isFile }
  }

  struct Command: Equatable {
    let line: Int
    let cell: Int
    let verb: String
    var results: [Result] = []
  }

  private(set) var commands: [Command] = []

  /// Reads them off a script that `save` wrote; another has commands without results.
  init(_ script: Script) {
    let lines = String(decoding: script.source.bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    var cells = script.cells[...]
    var offset = 0
    for (index, line) in lines.enumerated() {
      while cells.count > 1, cells[cells.startIndex + 1].range.lowerBound <= offset { cells.removeFirst() }
      offset += line.utf8.count + 1
      if line.hasPrefix(Self.prefix) {
        guard !commands.isEmpty else { continue }
        commands[commands.count - 1].results += Self.results(line.dropFirst(Self.prefix.count))
      } else if let first = line.first, first != "#", line != "}", line != "repeat 1 {" {
        commands.append(
          Command(line: index + 1, cell: cells.first?.number ?? 1, verb: String(line.prefix { $0 != " " })))
      }
    }
  }

  var isEmpty: Bool { commands.allSatisfy(\.results.isEmpty) }

  private static let prefix = "#= "

  /// The results of a line: "name value" two spaces apart, or "wrote PATH sha256 HEX".
  private static func results(_ line: Substring) -> [Result] {
    if line.hasPrefix("wrote "), let end = line.lastRange(of: " sha256 ") {
      let path = line[line.index(line.startIndex, offsetBy: 6)..<end.lowerBound]
      return [Result(row: "", name: String(path), value: String(line[end.upperBound...]), isFile: true)]
    }
    var pairs = line.split(separator: "  ").map { pair in
      let name = pair.prefix { $0 != " " }
      return (name: String(name), value: String(pair.dropFirst(name.count + 1)))
    }
    // The rows of a table begin with their number.
    var row = ""
    if let first = pairs.first, ["epoch", "round"].contains(first.name) {
      row = "\(first.name) \(first.value)"
      pairs.removeFirst()
    }
    return pairs.map { Result(row: row, name: $0.name, value: $0.value, isFile: false) }
  }
}

extension Substring {
  /// The last place of a text in it.
  fileprivate func lastRange(of text: String) -> Range<Index>? {
    var found: Range<Index>?
    var start = startIndex
    while let next = self[start...].firstRange(of: text) {
      found = next
      start = next.upperBound
    }
    return found
  }
}
