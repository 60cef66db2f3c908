import CArchive
import Glibc

/// An archive put together entry by entry, good and bad.
public struct ArchiveBuilder {
  public enum Format: CaseIterable, Sendable {
    case tarGzip
    case zip
  }

  private enum Entry {
    case file(String, [UInt8])
    case link(String, target: String)
  }

  private var entries: [Entry] = []

  public init(_ files: KeyValuePairs<String, [UInt8]> = [:]) {
    for (name, bytes) in files { add(name, bytes) }
  }

  public mutating func add(_ name: String, _ bytes: [UInt8]) { entries.append(.file(name, bytes)) }
  public mutating func addLink(_ name: String, to target: String) { entries.append(.link(name, target: target)) }

  /// Writes the archive to a file.
  public func write(to path: String, as format: Format) {
    let archive = archive_write_new()!
    defer { archive_write_free(archive) }
    switch format {
    case .tarGzip:
      archive_write_add_filter_gzip(archive)
      archive_write_set_format_pax_restricted(archive)
    case .zip: archive_write_set_format_zip(archive)
    }
    precondition(archive_write_open_filename(archive, path) == ARCHIVE_OK, "\(path) cannot be written")
    for item in entries {
      let entry = archive_entry_new()!
      defer { archive_entry_free(entry) }
      archive_entry_set_perm(entry, 0o644)
      switch item {
      case .file(let name, let bytes):
        archive_entry_set_pathname(entry, name)
        archive_entry_set_filetype(entry, 0o100000)
        archive_entry_set_size(entry, Int64(bytes.count))
        archive_write_header(archive, entry)
        archive_write_data(archive, bytes, bytes.count)
      case .link(let name, let target):
        archive_entry_set_pathname(entry, name)
        archive_entry_set_filetype(entry, 0o120000)
        archive_entry_set_symlink(entry, target)
        archive_write_header(archive, entry)
      }
    }
    archive_write_close(archive)
  }

  /// Writes bytes as a .bz2 file.
  public static func writeBzip2(_ bytes: [UInt8], to path: String) {
    let archive = archive_write_new()!
    defer { archive_write_free(archive) }
    archive_write_add_filter_bzip2(archive)
    archive_write_set_format_raw(archive)
    precondition(archive_write_open_filename(archive, path) == ARCHIVE_OK, "\(path) cannot be written")
    let entry = archive_entry_new()!
    defer { archive_entry_free(entry) }
    archive_entry_set_filetype(entry, 0o100000)
    archive_write_header(archive, entry)
    archive_write_data(archive, bytes, bytes.count)
    archive_write_close(archive)
  }
}
