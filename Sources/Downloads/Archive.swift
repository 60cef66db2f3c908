import CArchive
import Files
import Glibc
import Interruptions

/// A tar or zip archive, compressed or not, of which files that are known by name are unpacked.
///
/// Only regular files are taken, by the last part of their path, into one folder: no path of an archive reaches the disk.
public enum Archive {
  /// Writes the files called `names` to `folder`, all of them or none; others are passed over.
  ///
  /// - Parameters:
  ///   - limit: bytes of all of them together.
  ///   - report: called after each file with the bytes so far.
  /// - Throws: `ArchiveError.missing` if one of `names` is not there.
  public static func unpack(
    _ path: String, names: [String], to folder: String, limit: Int,
    report: (_ bytes: Int) -> Void
  ) throws(ArchiveError) {
    guard let archive = archive_read_new() else { throw .damaged(file: path, reason: "out of memory") }
    defer { archive_read_free(archive) }
    archive_read_support_filter_gzip(archive)
    archive_read_support_filter_bzip2(archive)
    archive_read_support_format_tar(archive)
    archive_read_support_format_zip(archive)
    func damage() -> ArchiveError {
      .damaged(file: path, reason: archive_error_string(archive).map { String(cString: $0) } ?? "unreadable")
    }
    guard archive_read_open_filename(archive, path, 1 << 17) == ARCHIVE_OK else { throw damage() }
    let wanted = Set(names)
    var found: Set<String> = []
    // They lie here until all are there; what an ended process left is written over.
    let aside = "\(folder)/.unpacking"
    do { try Folder.make(aside, for: aside) } catch { throw .file(error) }
    defer {
      for name in found { unlink("\(aside)/\(name)") }
      rmdir(aside)
    }
    var total = 0
    var entry: OpaquePointer?
    while true {
      if Interruption.isWanted { throw .interrupted }
      let status = archive_read_next_header(archive, &entry)
      if status == ARCHIVE_EOF { break }
      guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else { throw damage() }
      // A regular file: no link, folder or device.
      guard archive_entry_filetype(entry) == 0o100000, archive_entry_hardlink(entry) == nil,
        let pathname = archive_entry_pathname(entry)
      else { continue }
      let name = Folder.split(String(cString: pathname)).name
      guard wanted.contains(name), !found.contains(name) else { continue }
      found.insert(name)
      try copy(archive, to: "\(aside)/\(name)", of: path, &total, limit, damage)
      report(total)
    }
    let missing = names.filter { !found.contains($0) }
    guard missing.isEmpty else { throw .missing(file: path, names: missing) }
    // All of them are on the disk before any takes its place. They were all written by now: the first takes long, the
    // others next to nothing.
    for name in names {
      if Interruption.isWanted { throw .interrupted }
      let descriptor = Glibc.open("\(aside)/\(name)", O_RDONLY | O_CLOEXEC)
      defer { close(descriptor) }
      guard descriptor >= 0, fsync(descriptor) == 0 else {
        throw .file(.unwritable(file: "\(aside)/\(name)", .refused(code: errno)))
      }
    }
    for name in names {
      guard rename("\(aside)/\(name)", "\(folder)/\(name)") == 0 else {
        throw .file(.unwritable(file: "\(folder)/\(name)", .refused(code: errno)))
      }
    }
  }

  /// Writes the present entry's bytes to a file of its own.
  private static func copy(
    _ archive: OpaquePointer, to file: String, of path: String, _ total: inout Int, _ limit: Int,
    _ damage: () -> ArchiveError
  ) throws(ArchiveError) {
    unlink(file)
    let descriptor = Glibc.open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(.unwritable(file: file, .refused(code: errno))) }
    defer { close(descriptor) }
    var chunk = [UInt8](repeating: 0, count: 1 << 17)
    while true {
      if Interruption.isWanted { throw .interrupted }
      let count = archive_read_data(archive, &chunk, chunk.count)
      guard count >= 0 else { throw damage() }
      if count == 0 { return }
      total += count
      guard total <= limit else { throw .tooLarge(file: path, limit: limit) }
      var written = 0
      while written < count {
        let more = chunk[written..<count].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if more < 0, errno == EINTR { continue }
        guard more >= 0 else { throw .file(.unwritable(file: file, .refused(code: errno))) }
        written += more
      }
    }
  }

  /// The bytes of one compressed file (.bz2, .gz), at most `limit` of them.
  ///
  /// - Throws: `ArchiveError.tooLarge` beyond them, `damaged` for what is no such file.
  public static func contents(of path: String, limit: Int) throws(ArchiveError) -> [UInt8] {
    guard let archive = archive_read_new() else { throw .damaged(file: path, reason: "out of memory") }
    defer { archive_read_free(archive) }
    archive_read_support_filter_gzip(archive)
    archive_read_support_filter_bzip2(archive)
    archive_read_support_format_raw(archive)
    func damage() -> ArchiveError {
      .damaged(file: path, reason: archive_error_string(archive).map { String(cString: $0) } ?? "unreadable")
    }
    var entry: OpaquePointer?
    guard archive_read_open_filename(archive, path, 1 << 17) == ARCHIVE_OK,
      archive_read_next_header(archive, &entry) == ARCHIVE_OK
    else { throw damage() }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 17)
    while true {
      if Interruption.isWanted { throw .interrupted }
      let count = archive_read_data(archive, &chunk, chunk.count)
      guard count >= 0 else { throw damage() }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { throw .tooLarge(file: path, limit: limit) }
      bytes += chunk[..<count]
    }
  }
}
