import CommandLanguage
import Files
import Session

/// What a shell may put in the place of a word that it completes.
enum ShellCompletion {
  /// Command lines that go on from one that is begun, a quote before it or not.
  static func commandLines(from word: String) -> [String] {
    let isQuoted = word.hasPrefix("'") || word.hasPrefix("\"")
    let text = isQuoted ? String(word.dropFirst()) : word
    let completion = CommandTable(sessionCommands).completion(of: text, variables: [])
    let typed = String(decoding: text.utf8.dropFirst(completion.start), as: UTF8.self)
    let files = completion.fileEndings.map { FolderListing.names(startingWith: typed, endings: $0) } ?? []
    let before = String(decoding: text.utf8.prefix(completion.start), as: UTF8.self)
    return (completion.words + files).map { before + $0 }
  }
}
