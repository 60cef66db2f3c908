import Downloads
import Files
import Glibc

/// What `fetch` did for a set.
public struct FetchedSet: Sendable {
  /// Where the set's files lie.
  public let folder: String
  /// The files that were downloaded; none where all were there.
  public var files: [File] = []

  /// A file that was downloaded.
  public struct File: Sendable {
    public let name: String
    /// The address that gave it.
    public let url: String
    public let size: Int
    /// Of what came.
    public let sha256: String
    /// What those who publish it say of it, and what it came to; nil where nobody says anything.
    public let checksum: Checksum?
    /// How many files it was unpacked to, after which it was removed; nil for one that is kept as it is.
    public let unpackedCount: Int?
  }
}

/// How far `fetch` is.
public enum FetchProgress: Sendable {
  case downloading(file: String, received: Int, total: Int?)
  case unpacking(file: String, bytes: Int)
}

extension DatasetCatalogue {
  /// Bytes of an archive's files together.
  private static let unpackedLimit = 4 << 30

  /// Downloads the files of a set that are not there yet, checks them and unpacks archives.
  ///
  /// A file takes its name only when it is whole and its checksum is right; what a broken or interrupted download left is
  /// taken up.
  ///
  /// - Parameters:
  ///   - mirror: the address of a folder, or of a set's only file, to be asked alone; nil for the set's own mirrors.
  ///   - report: called as bytes come in.
  /// - Throws: `DatasetError.unknownSet`, `nothingToFetch`, `noDownloadFolder`, `otherFile`, and what downloading and
  ///   unpacking throw.
  public func fetch(
    _ name: String, from mirror: String? = nil, patience: Patience = Patience(), report: (FetchProgress) -> Void
  ) throws(DatasetError) -> FetchedSet {
    guard let set = known.first(where: { $0.name == name }) else {
      throw .unknownSet(name: name, known: known.map(\.name))
    }
    guard case .files(let files) = set.source else { throw .nothingToFetch(name: name) }
    if let folder = locator.candidates(for: set.folder).first(where: files.isComplete) {
      // What is there and published under a checksum is held against it.
      for fetchable in files.fetchables { _ = try isThere(fetchable, in: folder) }
      return FetchedSet(folder: folder)
    }
    guard let downloads = locator.downloadFolder else { throw .noDownloadFolder }
    var fetched = FetchedSet(folder: "\(downloads)/\(set.folder)")
    for fetchable in files.fetchables where try !isThere(fetchable, in: fetched.folder) {
      let urls = mirror.map { [fetchable.address(on: $0)] } ?? fetchable.mirrors.map { $0 + fetchable.file }
      fetched.files.append(try fetch(fetchable, to: fetched.folder, urls, patience, report))
    }
    return fetched
  }

  /// Whether a file that is kept as it is lies in a folder, compressed or not; throws `otherFile` for a wrong one.
  private func isThere(_ fetchable: Fetchable, in folder: String) throws(DatasetError) -> Bool {
    guard fetchable.unpacks == nil else { return false }
    let path = "\(folder)/\(fetchable.file)"
    guard PathKind(path) == .file else {
      return path.hasSuffix(".gz") && PathKind(String(path.dropLast(3))) == .file
    }
    guard let expected = fetchable.checksum else { return true }
    let found: Checksum
    do { found = try expected.sameKind(ofFile: path) } catch { throw .file(error) }
    guard found == expected else { throw .otherFile(file: path, expected: expected, found: found) }
    return true
  }

  private func fetch(
    _ fetchable: Fetchable, to folder: String, _ urls: [String], _ patience: Patience,
    _ report: (FetchProgress) -> Void
  ) throws(DatasetError) -> FetchedSet.File {
    let path = "\(folder)/\(fetchable.file)"
    let download = Download(urls, size: fetchable.size, checksum: fetchable.checksum, patience: patience)
    let url: String
    do {
      url = try download.run(to: path) { received, total in
        report(.downloading(file: fetchable.file, received: received, total: total))
      }
    } catch { throw .download(error) }
    let size: Int
    let sha256: String
    do {
      size = try FileReader(path: path, inflating: false).size
      sha256 = try MessageDigest.hex(ofFile: path)
    } catch { throw .file(error) }
    if let names = fetchable.unpacks {
      do {
        try Archive.unpack(path, names: names, to: folder, limit: Self.unpackedLimit) { bytes in
          report(.unpacking(file: fetchable.file, bytes: bytes))
        }
      } catch {
        // An archive that no checksum vouches for may be the wrong file: it is not to stand in the way of the next try.
        if !error.isInterruption { unlink(path) }
        throw .archive(error)
      }
      unlink(path)
    }
    return FetchedSet.File(
      name: fetchable.file, url: url, size: size, sha256: sha256, checksum: fetchable.checksum,
      unpackedCount: fetchable.unpacks?.count)
  }
}

extension Fetchable {
  /// The file on a mirror that a user named: a folder, or the file itself.
  fileprivate func address(on mirror: String) -> String {
    if mirror.hasSuffix("/\(file)") { return mirror }
    return mirror.hasSuffix("/") ? mirror + file : "\(mirror)/\(file)"
  }
}
