import Files
import Glibc
import Interruptions

/// How long servers are waited for.
public struct Patience: Sendable {
  /// Seconds until a connection stands.
  public var connecting = 15
  /// Seconds without a byte after which a transfer counts as broken off.
  public var silence = 30
  /// How often in a row a transfer that gave nothing is tried again at one address.
  public var attempts = 3
  /// Seconds before the first of these; twice as long before each further one.
  public var pause = 1.0

  public init(connecting: Int = 15, silence: Int = 30, attempts: Int = 3, pause: Double = 1) {
    (self.connecting, self.silence, self.attempts, self.pause) = (connecting, silence, attempts, pause)
  }
}

/// A file that is to be had from any of several addresses.
///
/// What came of it lies beside its place as `NAME.part` until it is whole and its size and checksum are right: it takes
/// its name only then. A download that breaks off, or is interrupted, is taken up there, from whichever address.
public struct Download: Sendable {
  /// HTTP or HTTPS addresses of the same file, tried in order.
  public let urls: [String]
  /// Its size in bytes, where it is known.
  public let size: Int?
  public let checksum: Checksum?
  public let patience: Patience

  /// Requests to one address, however many of them brought something.
  private static let requestLimit = 1000

  /// Bytes beyond which a file of unknown size is not taken.
  public static let sizeLimit = 4 << 30

  public init(_ urls: [String], size: Int? = nil, checksum: Checksum? = nil, patience: Patience = Patience()) {
    (self.urls, self.size, self.checksum, self.patience) = (urls, size, checksum, patience)
  }

  /// Downloads the file to `path`, whose folder is made if it is missing.
  ///
  /// - Parameter report: called as bytes come in, with those that are there and all that there are, if that is known.
  /// - Returns: the address that gave it.
  /// - Throws: `DownloadError.allFailed` with what happened at each address; `file` where it cannot be written.
  @discardableResult
  public func run(to path: String, report: (_ received: Int, _ total: Int?) -> Void) throws(DownloadError) -> String {
    let name = Folder.split(path).name
    let partial = "\(path).part"
    do { try Folder.make(Folder.of(path), for: path) } catch { throw .file(error) }
    let descriptor = open(partial, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .file(.unwritable(file: partial, .refused(code: errno))) }
    defer { close(descriptor) }
    // Two that write one file would mix it.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .busy(file: partial) }
    var failures: [DownloadError.Attempt] = []
    for url in urls {
      // Bytes of an earlier time, or of another address, may be of another file: then it is all begun once more.
      for mayBeResumed in [true, false] {
        let hadBytes = Self.size(of: descriptor) > 0
        if let failure = try receive(url, into: descriptor, partial, report) {
          failures.append(.init(url: url, failure: failure))
          break
        }
        guard let fault = try fault(of: partial, descriptor) else {
          guard fsync(descriptor) == 0, rename(partial, path) == 0 else {
            throw .file(.unwritable(file: path, .refused(code: errno)))
          }
          return url
        }
        guard ftruncate(descriptor, 0) == 0 else {
          throw .file(.unwritable(file: partial, .refused(code: errno)))
        }
        guard mayBeResumed, hadBytes else {
          failures.append(.init(url: url, failure: fault))
          break
        }
      }
    }
    if Self.size(of: descriptor) == 0 { unlink(partial) }
    throw .allFailed(file: name, attempts: failures)
  }

  /// Asks one address until all has come; nil then, else why it does not give it.
  private func receive(
    _ url: String, into descriptor: Int32, _ partial: String, _ report: (Int, Int?) -> Void
  ) throws(DownloadError) -> DownloadError.Failure? {
    var vain = 0
    var requests = 0
    while true {
      requests += 1
      if Interruption.isWanted { throw .interrupted }
      let start = Self.size(of: descriptor)
      if let size, start == size { return nil }
      lseek(descriptor, 0, SEEK_END)
      let outcome = withoutActuallyEscaping(report) { report in
        Transfer(url, to: descriptor, from: start, limit: size ?? Self.sizeLimit, patience: patience) {
          received, total in
          report(received, total ?? size)
        }.run()
      }
      let failure: DownloadError.Failure
      var pause: Double?
      switch outcome {
      case .complete:
        // Whoever promised too little is asked for the rest.
        guard let size, Self.size(of: descriptor) < size else { return nil }
        failure = .wrongSize(expected: size, found: Self.size(of: descriptor))
      case .interrupted: throw .interrupted
      case .unwritable(let code): throw .file(.unwritable(file: partial, .refused(code: code)))
      case .tooLarge:
        ftruncate(descriptor, 0)
        return .tooLarge(limit: size ?? Self.sizeLimit)
      case .broken(let reason): failure = .transfer(reason)
      case .refused(416, _) where start > 0:
        // Nothing follows what is there: all of it, or more than all. Its size and checksum tell.
        return nil
      case .refused(let status, let retryAfter):
        failure = .status(status)
        guard [408, 429, 500, 502, 503, 504].contains(status) else { return failure }
        pause = retryAfter.map { Double(min(max($0, 0), 60)) }
      }
      vain = Self.size(of: descriptor) > start ? 0 : vain + 1
      if vain >= patience.attempts || requests >= Self.requestLimit { return failure }
      try wait(pause ?? patience.pause * Double(1 << vain) / 2)
    }
  }

  /// What is wrong with the file that came; nil for nothing.
  private func fault(of partial: String, _ descriptor: Int32) throws(DownloadError) -> DownloadError.Failure? {
    let found = Self.size(of: descriptor)
    if let size, found != size { return .wrongSize(expected: size, found: found) }
    guard let checksum else { return nil }
    let itsOwn: Checksum
    do { itsOwn = try checksum.sameKind(ofFile: partial) } catch { throw .file(error) }
    return itsOwn == checksum ? nil : .wrongChecksum(expected: checksum, found: itsOwn)
  }

  private func wait(_ seconds: Double) throws(DownloadError) {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if Interruption.isWanted { throw .interrupted }
      usleep(50_000)
    }
  }

  private static func size(of descriptor: Int32) -> Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }
}
