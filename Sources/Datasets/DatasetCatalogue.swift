import Files
import Glibc

/// The data sets that can be loaded: those known by name, and any path.
public struct DatasetCatalogue: Sendable {
  public let locator: DatasetLocator
  /// Where sets go that are too large for memory.
  public let cache: PixelCache

  /// - Parameter cache: the user's unless it is given.
  public init(locator: DatasetLocator, cache: PixelCache? = nil) {
    self.locator = locator
    self.cache = cache ?? locator.pixelCache
  }

  /// The sets known by name.
  public var known: [KnownDataset] { KnownDataset.all }

  /// What a path may lead to, for people: "a folder of idx files (...); or ...".
  public static var formatList: String { DatasetFormat.all.map(\.summary).joined(separator: "; or ") }

  /// The folder that holds files of the set, the first in the order of search; nil if none does or none is needed.
  public func folder(of set: KnownDataset) -> String? {
    guard case .files(let files) = set.source else { return nil }
    return locator.candidates(for: set.folder).first(where: files.isPresent)
  }

  /// Whether a word given to `load` means a path rather than a name.
  public static func isPath(_ word: String) -> Bool {
    word.contains("/") || word.hasPrefix("~") || [".", ".."].contains(word)
      || DatasetFormat.all.contains { $0.isNamed(word) }
  }

  /// Loads a set by name, or the files at a path.
  ///
  /// - Parameters:
  ///   - nameOrPath: a name of `known`; or a path, told by a `/` in it or by a data file's ending.
  ///   - selection: which images, how many, and the size to give them.
  ///   - seed: for sets that are drawn; files do not depend on it.
  /// - Throws: `DatasetError`, which names the file, what was expected and what was found.
  public func load(
    _ nameOrPath: String, _ selection: DatasetSelection = DatasetSelection(), seed: UInt64 = 0
  ) throws(DatasetError) -> Dataset {
    var selection = selection
    selection.cache = cache
    try selection.validate()
    if let set = known.first(where: { $0.name == nameOrPath }) {
      try selection.refuseOptions(except: set.options, by: set.name)
      return try load(set, selection, seed: seed)
    }
    guard Self.isPath(nameOrPath) else { throw .unknownSet(name: nameOrPath, known: known.map(\.name)) }
    selection.labels = selection.labels.map(locator.expanding)
    return try load(path: locator.expanding(nameOrPath), selection)
  }

  private func load(
    _ set: KnownDataset, _ selection: DatasetSelection, seed: UInt64
  ) throws(DatasetError) -> Dataset {
    switch set.source {
    case .drawn(_, let draw):
      let count = selection.count ?? set.count
      let limit = DatasetContent.pixelLimit / (set.height * set.width * set.channelCount)
      guard count <= limit else {
        throw .badOption(option: "count", expected: "at most \(limit) drawn images", found: "\(count)")
      }
      var rest = selection
      rest.count = nil
      var drawn = try rest.apply(
        to: try draw(count, seed, selection.drawing), name: set.name + selection.drawing.words,
        origin: "drawn from seed \(seed)")
      drawn.drawing = selection.drawing
      return drawn
    case .files(let files):
      guard let folder = folder(of: set) else {
        throw .missingSet(
          name: set.name, lookedIn: locator.candidates(for: set.folder).map(Self.place), files: files.names,
          mayBeCompressed: files.mayBeCompressed)
      }
      return try selection.apply(to: files.read(folder, set, selection), name: set.name, origin: folder)
    }
  }

  /// A folder that was looked in, with the system's reason where it is not simply missing.
  private static func place(_ folder: String) -> String {
    do { _ = try PathKind(existing: folder) } catch {
      return error == .unreadable(file: folder, code: ENOENT) ? folder : "\(folder) (\(error.reason))"
    }
    return folder
  }

  private func load(path: String, _ selection: DatasetSelection) throws(DatasetError) -> Dataset {
    let kind: PathKind
    do { kind = try PathKind(existing: path) } catch { throw .file(error) }
    let format = try format(of: path, kind)
    try selection.refuseOptions(except: format.options, by: "\(path) (\(format.name))")
    let name = Folder.split(path.hasSuffix("/") ? String(path.dropLast()) : path).name
    return try selection.apply(to: format.read(path, selection), name: name, origin: path)
  }

  /// The format of what lies at a path: a file's is told by its content where that can tell, else by its name.
  private func format(of path: String, _ kind: PathKind) throws(DatasetError) -> DatasetFormat {
    func unknown(_ found: String) -> DatasetError {
      .unknownFormat(path: path, formats: Self.formatList, found: found)
    }
    guard kind == .file else {
      if let format = DatasetFormat.all.first(where: { $0.recognises(path, kind) }) { return format }
      throw unknown(try Self.description(of: path, kind))
    }
    let head = try FileHead(path: path)
    if let format = DatasetFormat.all.first(where: { $0.isContent?(head) ?? false }) { return format }
    let named = DatasetFormat.all.first { $0.isNamed(path) }
    // Who reads a header says what it found instead; without one anything might be taken for the format.
    if let named, named.isContent != nil || head.foreignName == nil { return named }
    if let name = head.foreignName { throw unknown(name) }
    throw unknown(head.bytes.isEmpty ? "an empty file" : "a file of none of these kinds, by its content and its name")
  }

  /// What lies at a path that no format recognises, for people.
  private static func description(of path: String, _ kind: PathKind) throws(DatasetError) -> String {
    switch kind {
    case .missing, .file, .special: return kind.words
    case .folder:
      let names: [String]
      do { names = try Folder.names(in: path) } catch { throw .file(error) }
      let others = names.count > 3 ? " and \(names.count - 3) more" : ""
      return names.isEmpty ? "an empty folder" : "a folder of \(names.prefix(3).joined(separator: ", "))\(others)"
    }
  }
}
