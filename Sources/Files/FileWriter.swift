import Dispatch
import Glibc

/// Writes a file piece by piece, whole or not at all.
///
/// The pieces go to a temporary file beside it, which takes its name once everything is on the disk; until then a file
/// that was there stays as it was. A writer that is given up, or whose disk fills, leaves nothing behind, no folder
/// either.
///
///     let writer = try FileWriter(path: "session.ddpm")
///     try writer.write(bytes)
///     let sha256 = try writer.finish()
public final class FileWriter {
  public let path: String

  /// Where the file lies, once `~` and links are followed.
  private let place: String
  private let temporary: String
  private var descriptor: Int32
  /// Folders that were made for it.
  private let folders: [String]
  private let digest: BackgroundDigest?
  /// Bytes written, and of these those that the system was asked to bring to the disk.
  private var (written, sentOn) = (0, 0)
  /// Bytes that the file has on the disk before they are written.
  private var reserved = 0

  /// Begins a file, whose folders are made if they are missing. A link stays one, and what it leads to is written.
  ///
  /// - Parameters:
  ///   - permissions: the file's mode bits, before the process's mask.
  ///   - isDigested: whether `finish` tells its SHA-256, which takes longer than to write it.
  /// - Throws: `FileError.unwritable` if the system refuses, and for what is no plain file; `FileError.noHome`.
  public init(path: String, permissions: UInt32 = 0o644, isDigested: Bool = true) throws(FileError) {
    self.path = path
    digest = isDigested ? BackgroundDigest() : nil
    place = try Self.place(of: path)
    temporary = "\(place).\(getpid()).tmp"
    folders = try Folder.make(Folder.of(place), for: path)
    // Whatever lies there is from a killed process with this number; a link there must not be followed.
    unlink(temporary)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
    guard descriptor >= 0 else {
      let code = errno
      Folder.unmake(folders)
      throw .unwritable(file: path, .refused(code: code))
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary)
    Folder.unmake(folders)
  }

  /// Adds bytes at the end; throws `FileError.unwritable`, after which the writer can only be given up.
  public func write(_ bytes: some Collection<UInt8>) throws(FileError) {
    precondition(descriptor >= 0, "\(path) is finished already")
    let failure: Int32?? = bytes.withContiguousStorageIfAvailable { buffer in
      digest?.update(buffer)
      return writeAll(UnsafeRawBufferPointer(buffer))
    }
    guard let failure else { return try write(Array(bytes)) }
    if let failure { throw .unwritable(file: path, .refused(code: failure)) }
  }

  /// Adds bytes that stay as they are at the end, as above: a checksum of them is made without a copy.
  public func write(_ bytes: some LastingBytes) throws(FileError) {
    precondition(descriptor >= 0, "\(path) is finished already")
    digest?.update(bytes)
    let failure = bytes.withBytes { writeAll($0) }
    if let failure { throw .unwritable(file: path, .refused(code: failure)) }
  }

  /// Says how many bytes will be written, so that their place on the disk is found once, in one piece where there is one;
  /// the file is as long as what is written all the same.
  public func expect(byteCount: Int) {
    // What speaks against it, such as a full disk, writing will find.
    guard byteCount >= Self.largeSize, posix_fallocate(descriptor, 0, off_t(byteCount)) == 0 else { return }
    reserved = byteCount
  }

  /// Bytes of a file from which on it is worth while to spare the disk and the system work.
  private static let largeSize = 1 << 20

  /// The SHA-256 of all that was written so far, in hexadecimal; empty for a file that is not digested.
  public var sha256: String { digest?.hex ?? "" }

  /// Puts the file in its place once its bytes, and after that its name, are on the disk.
  ///
  /// - Returns: `sha256`.
  /// - Throws: `FileError.unwritable`; what was at the path before is then still there, unless only the last step,
  ///   keeping the name through a loss of power, failed.
  @discardableResult
  public func finish() throws(FileError) -> String {
    precondition(descriptor >= 0, "\(path) is finished already")
    // The system frees what was there when nobody has it open any more, which takes as long as to write it: not here.
    let former = written >= Self.largeSize ? open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW) : -1
    defer { if former >= 0 { DispatchQueue.global().async { close(former) } } }
    guard reserved <= written || ftruncate(descriptor, off_t(written)) == 0 else {
      throw .unwritable(file: path, .refused(code: errno))
    }
    guard fsync(descriptor) == 0, rename(temporary, place) == 0 else {
      throw .unwritable(file: path, .refused(code: errno))
    }
    close(descriptor)
    descriptor = -1
    try syncFolder()
    return sha256
  }

  /// Returns the system's reason for refusing, nil for none.
  private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      rest = rest.dropFirst(count)
      written += count
    }
    sendOn()
    return nil
  }

  /// Has the system begin to bring to the disk what it has so far: work on what follows then takes none of the time that
  /// `finish` waits for the disk.
  private func sendOn() {
    guard written - sentOn >= 4 << 20 else { return }
    // The call is for pages that are not wanted any more: what is not on the disk yet is brought there, and stays. Where a
    // file system cannot, finish does it.
    posix_fadvise(descriptor, off_t(sentOn), off_t(written - sentOn), POSIX_FADV_DONTNEED)
    sentOn = written
  }

  /// A name is on the disk only when its folder is. Some file systems keep folders in order themselves and refuse.
  private func syncFolder() throws(FileError) {
    let folder = open(Folder.of(place), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }  // A folder that may be written to but not read.
    defer { close(folder) }
    if fsync(folder) != 0, ![EINVAL, EROFS, ENOTSUP].contains(errno) {
      throw .unwritable(file: path, .refused(code: errno))
    }
  }
}

extension FileWriter {
  /// Throws what writing to `path` would throw as far as it can be told now: before long work rather than after it.
  public static func check(_ path: String) throws(FileError) {
    guard FileShadow.current == nil else { return }
    // The nearest folder above that exists takes the file, or the folders that are missing.
    var folder = Folder.of(try place(of: path))
    while folder != "/", folder != ".", access(folder, F_OK) != 0, errno == ENOENT || errno == ENOTDIR {
      folder = Folder.of(folder)
    }
    var status = stat()
    guard stat(folder, &status) == 0 else { throw .unwritable(file: path, .refused(code: errno)) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .unwritable(file: path, .parentIsNoFolder(folder)) }
    // A working folder may have been removed.
    guard status.st_nlink > 0 else { throw .unwritable(file: path, .refused(code: ENOENT)) }
    guard access(folder, W_OK | X_OK) == 0 else { throw .unwritable(file: path, .refused(code: errno)) }
  }

  /// Where the file at a path is written: what a link leads to, for one; refuses what is no plain file.
  static func place(of path: String) throws(FileError) -> String {
    let place = try HomeFolder.expanding(path)
    if let shadow = FileShadow.current { return shadow.place(of: place) }
    switch PathKind(place) {
    case .folder: throw .unwritable(file: path, .isFolder)
    case .special(let kind): throw .unwritable(file: path, .isSpecial(kind))
    case .missing:
      if let target = PathKind.target(ofLink: place) { throw .unwritable(file: path, .isDanglingLink(target: target)) }
      return place
    case .file:
      guard PathKind.target(ofLink: place) != nil, let real = realpath(place, nil) else { return place }
      defer { free(real) }
      return String(cString: real)
    }
  }
}
