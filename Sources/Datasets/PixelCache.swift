import Files
import Glibc
import Images
import Interruptions

/// Sets that memory is too small for: their decoded pixels, in files of the user's cache folder.
///
/// A file holds the pixels, then a line that says what they are and their SHA-256, by which it is checked when it is
/// used again. It may be removed at any time; together they take `sizeLimit` bytes at most, those that were longest not
/// used going first.
public struct PixelCache: Sendable, Equatable {
  /// nil where there is no home to have one in.
  public let folder: String?
  /// Bytes of pixels beyond which a set goes to a file.
  public let memoryLimit: Int
  public let sizeLimit: Int

  public init(folder: String?, memoryLimit: Int = 1 << 30, sizeLimit: Int = 1 << 36) {
    (self.folder, self.memoryLimit, self.sizeLimit) = (folder, memoryLimit, sizeLimit)
  }

  /// The most bytes of pixels that a set may have.
  var largestSet: Int { folder == nil ? DatasetContent.pixelLimit : max(sizeLimit, DatasetContent.pixelLimit) }

  private static let ending = ".pixels"
  private static let mark = "ddpm-repl pixels 1"
  private static let trailerSize = 256
  /// Bytes that are left free on the disk.
  private static let spareSpace = 1 << 30

  /// Bytes of the files, and how many there are.
  public var contents: (bytes: Int, count: Int) {
    let files = files
    return (files.reduce(0) { $0 + $1.size }, files.count)
  }

  /// A name for pixels that follow from `facts` and from the files at `paths`, which are known by their sizes and times.
  static func key(_ facts: String, _ paths: [String]) -> String {
    var digest = MessageDigest()
    digest.update(Array("\(mark)\n\(facts)\n".utf8))
    for path in paths {
      var status = stat()
      _ = stat(path, &status)
      let time = status.st_mtim
      digest.update(Array("\(path)\0\(status.st_size) \(time.tv_sec) \(time.tv_nsec)\n".utf8))
    }
    return digest.hex
  }

  /// The images of a key: from its file where that is there and whole, else as `fill` hands over their bytes in order.
  ///
  /// - Parameter name: what errors call the set.
  /// - Throws: `DatasetError.tooLarge` beyond `sizeLimit`, `noRoom` where the disk has none, and what `fill` does.
  func images(
    _ key: String, count: Int, _ shape: ImageShape, _ name: String,
    fill: (_ write: ([UInt8]) throws(DatasetError) -> Void) throws(DatasetError) -> Void
  ) throws(DatasetError) -> ImageSet {
    let imageSize = shape.height * shape.width * shape.channels
    let size = count * imageSize
    guard let folder, size <= sizeLimit else {
      throw .tooLarge(file: name, bytes: "\(size)", limit: folder == nil ? DatasetContent.pixelLimit : sizeLimit)
    }
    let path = "\(folder)/\(key)\(Self.ending)"
    if let file = try open(path, count: count, imageSize: imageSize) { return ImageSet(file, shape: shape) }
    try makeRoom(for: size, name)
    do {
      let writer = try FileWriter(path: path, permissions: 0o600)
      var written = 0
      var problem: DatasetError?
      do throws(DatasetError) {
        try fill { bytes throws(DatasetError) in
          if Interruption.isWanted { throw .interrupted }
          written += bytes.count
          precondition(written <= size, "more than \(count) images of \(shape)")
          do throws(FileError) { try writer.write(bytes) } catch { throw .file(error) }
        }
      } catch { problem = error }
      if let problem { throw problem }
      precondition(written == size, "\(written) bytes are not \(count) images of \(shape)")
      let line = "\(Self.mark) \(count) \(imageSize) \(writer.sha256)\n"
      try writer.write(Array(line.utf8) + [UInt8](repeating: 0x20, count: Self.trailerSize - line.utf8.count))
      try writer.finish()
    } catch let error as DatasetError {
      throw error
    } catch let error as FileError {
      throw .file(error)
    } catch {
      preconditionFailure("\(error)")
    }
    guard let file = Self.file(path, count: count, imageSize: imageSize) else {
      throw .file(.unreadable(file: path, code: errno))
    }
    return ImageSet(file, shape: shape)
  }

  /// The pixels in a file that is there and what its last line says; one that is not is removed.
  private func open(_ path: String, count: Int, imageSize: Int) throws(DatasetError) -> PixelFile? {
    guard PathKind(path) == .file else { return nil }
    let isWhole: Bool
    do {
      let reader = try FileReader(path: path, inflating: false)
      let size = count * imageSize
      guard reader.size == size + Self.trailerSize else {
        unlink(path)
        return nil
      }
      var digest = MessageDigest()
      var done = 0
      while done < size {
        let chunk = try reader.read(upTo: min(1 << 22, size - done))
        if chunk.isEmpty { break }
        done += chunk.count
        digest.update(chunk)
      }
      let line = "\(Self.mark) \(count) \(imageSize) \(digest.hex)\n"
      isWhole = try reader.read(upTo: line.utf8.count) == Array(line.utf8)
    } catch {
      throw .file(error)
    }
    guard isWhole else {
      unlink(path)
      return nil
    }
    // Used now: it is to stay longest.
    utimensat(AT_FDCWD, path, nil, 0)
    return Self.file(path, count: count, imageSize: imageSize)
  }

  private static func file(_ path: String, count: Int, imageSize: Int) -> PixelFile? {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    return PixelFile(path: path, descriptor: descriptor, count: count, imageSize: imageSize)
  }

  /// Removes files that were longest not used until there is room for `size` bytes more.
  private func makeRoom(for size: Int, _ name: String) throws(DatasetError) {
    guard let folder else { return }
    do { try Folder.make(folder, for: folder) } catch { throw .file(error) }
    var files = files.sorted { ($0.time, $0.path) < ($1.time, $1.path) }
    var total = files.reduce(0) { $0 + $1.size }
    func free() -> Int {
      var status = statvfs()
      return statvfs(folder, &status) == 0 ? Int(status.f_bavail) * Int(status.f_frsize) : 0
    }
    while !files.isEmpty, total + size > sizeLimit || free() < size + Self.spareSpace {
      let oldest = files.removeFirst()
      unlink(oldest.path)
      total -= oldest.size
    }
    guard free() >= size + Self.spareSpace else {
      throw .noRoom(set: name, folder: folder, needed: size + Self.spareSpace, free: free())
    }
  }

  private var files: [(path: String, size: Int, time: Int)] {
    guard let folder, let names = try? Folder.names(in: folder) else { return [] }
    return names.filter { $0.hasSuffix(Self.ending) }.map { name in
      var status = stat()
      _ = stat("\(folder)/\(name)", &status)
      return ("\(folder)/\(name)", Int(status.st_size), status.st_mtim.tv_sec)
    }
  }
}
