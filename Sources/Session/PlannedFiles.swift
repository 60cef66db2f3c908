import CommandLanguage
import Files

/// The files that a script's commands will write, in their order: whether each can be written where those before it are.
struct PlannedFiles: FileForecast {
  private enum Content {
    /// Known as ours.
    case own
    /// Ours, but not known as such.
    case withoutMark
    case unknown
  }

  /// By the files' places.
  private var planned: [String: Content] = [:]
  /// Folders that there will be then.
  private var folders: Set<String> = []
  /// Whether files may be replaced of which nothing is known: any may be ours then.
  private var mayReplaceOthers = false

  mutating func expect(_ file: WrittenFile, isSure: Bool) throws {
    let place = Folder.absolute(file.path)
    let above = Folder.above(place)
    defer { note(file, at: place, above, isSure: isSure) }
    // A command that may not be reached ends no work.
    guard isSure else { return }
    if folders.contains(place) { throw FileError.unwritable(file: file.path, .isFolder) }
    if let parent = above.first(where: { planned[$0] != nil && planned[$0] != .unknown }) {
      throw FileError.unwritable(file: file.path, .parentIsNoFolder(parent))
    }
    switch planned[place] {
    case .own, .unknown: break
    case .withoutMark:
      if file.manner == .whole(overAny: false) { throw SessionError.writtenBefore(path: file.path) }
    case nil:
      do { try OutputFile.check(file) } catch SessionError.fileExists where mayReplaceOthers {}
    }
  }

  private mutating func note(_ file: WrittenFile, at place: String, _ above: [String], isSure: Bool) {
    guard isSure else {
      if planned[place] == nil { planned[place] = .unknown }
      return
    }
    planned[place] = OutputFile.leavesMark(at: file.path) ? .own : .withoutMark
    folders.formUnion(above)
  }

  mutating func expectAnything() {
    mayReplaceOthers = true
    planned = [:]
  }
}
