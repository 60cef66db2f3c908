import CommandLanguage
import Files
import Glibc
import Options

/// The words that could replace the one readline is completing.
struct CompletionCandidates {
  let words: [String]
  /// What of them can be put in as it stands: their longest common beginning.
  let common: String

  /// - Parameters:
  ///   - earlierLines: the entry's lines before this one, newlines included.
  ///   - line: the bytes of this line up to the cursor.
  ///   - wordStart: where readline lets the word start, in `line`.
  init(earlierLines: String, line: [UInt8], wordStart: Int, complete: (String) -> Completion) {
    let completion = complete(earlierLines + String(decoding: line, as: UTF8.self))
    let start = completion.start - earlierLines.utf8.count
    guard start >= 0, start <= line.count, wordStart <= line.count else {
      (words, common) = ([], "")
      return
    }
    var candidates = completion.words
    var needsQuotes = false
    if let endings = completion.fileEndings {
      let typed = String(decoding: line[start...], as: UTF8.self)
      let isQuoted = start > 0 && (line[start - 1] == UInt8(ascii: "\"") || line[start - 1] == UInt8(ascii: "'"))
      let files = Self.files(typed, endings: endings)
      needsQuotes = !isQuoted && !files.allSatisfy(Spelling.isWord)
      // One file can be put in with its quotes, the last of them open for what lies in a folder.
      let isAlone = needsQuotes && files.count == 1 && candidates.isEmpty
      candidates +=
        isAlone ? files.map { $0.hasSuffix("/") ? String(Spelling.quoted($0).dropLast()) : Spelling.quoted($0) } : files
      if isAlone { needsQuotes = false }
    }
    // Readline and the language may disagree on where the word starts: candidates are readline's words.
    if start >= wordStart {
      let lead = String(decoding: line[wordStart..<start], as: UTF8.self)
      words = candidates.map { lead + $0 }
    } else {
      words = candidates.map { String(decoding: Array($0.utf8).dropFirst(wordStart - start), as: UTF8.self) }
    }
    var common = words.count == 1 ? words[0] : Self.commonPrefix(words)
    // With a quote before it, what names with spaces share can be put in.
    if needsQuotes, !common.isEmpty, !Spelling.isWord(common) { common = String(Spelling.quoted(common).dropLast()) }
    self.common = common
  }

  /// Files and folders that start with `typed`, folders with a slash behind; files by ending if any are named.
  static func files(_ typed: String, endings: [String]) -> [String] {
    let slash = typed.lastIndex(of: "/")
    let folder = slash.map { String(typed[...$0]) } ?? ""
    let prefix = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
    guard let place = try? HomeFolder.expanding(folder.isEmpty ? "." : folder), let directory = opendir(place) else {
      return []
    }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      // Hidden files show up for those who ask for them.
      guard name != ".", name != "..", name.hasPrefix(prefix), !name.hasPrefix(".") || prefix.hasPrefix(".") else {
        continue
      }
      var status = stat()
      let isFolder = stat("\(place)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      let isWanted = endings.isEmpty || endings.contains { name.lowercased().hasSuffix(".\($0)") }
      if isFolder { found.append(folder + name + "/") } else if isWanted { found.append(folder + name) }
    }
    return found.sorted()
  }

  private static func commonPrefix(_ words: [String]) -> String {
    guard var prefix = words.first else { return "" }
    for word in words.dropFirst() {
      while !word.hasPrefix(prefix) { prefix.removeLast() }
    }
    return prefix
  }
}
