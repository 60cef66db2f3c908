import Glibc

/// The pixels of many images of one size, one after the other in a file, read an image at a time.
///
/// The file stays open: it may be removed meanwhile, but not written. Reading through the system's cache rather than
/// mapping the file keeps it out of the process's memory, and a file that fails from ending the process unasked.
public final class PixelFile: Sendable {
  public let path: String
  public let count: Int
  public let imageSize: Int
  private let descriptor: Int32

  /// Takes a descriptor that is open for reading, which is closed with the last reference.
  public init(path: String, descriptor: Int32, count: Int, imageSize: Int) {
    (self.path, self.descriptor, self.count, self.imageSize) = (path, descriptor, count, imageSize)
  }

  deinit { close(descriptor) }

  /// Writes the bytes of an image to `output`.
  func read(_ index: Int, to output: UnsafeMutablePointer<UInt8>) {
    var done = 0
    while done < imageSize {
      let got = pread(descriptor, output + done, imageSize - done, off_t(index * imageSize + done))
      if got < 0, errno == EINTR { continue }
      precondition(got > 0, "image \(index) of \(path) can no longer be read: \(String(cString: strerror(errno)))")
      done += got
    }
  }
}
