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
      let files = FolderListing.names(startingWith: typed, endings: endings)
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

  private static func commonPrefix(_ words: [String]) -> String {
    guard var prefix = words.first else { return "" }
    for word in words.dropFirst() {
      while !word.hasPrefix(prefix) { prefix.removeLast() }
    }
    return prefix
  }
}
