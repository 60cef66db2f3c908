import CCurl
import Files
import Glibc
import Interruptions

/// One request for a file, or for the rest of it, whose bytes are appended to a partial file.
final class Transfer {
  /// How a request ended.
  enum Outcome: Equatable {
    /// The server sent all that it had promised.
    case complete
    /// It broke off: the rest can be asked for.
    case broken(String)
    /// The answer is no part of the file.
    case refused(status: Int, retryAfter: Int?)
    case tooLarge
    case interrupted
    case unwritable(code: Int32)
  }

  private let curl: UnsafeMutableRawPointer
  private let descriptor: Int32
  private let limit: Int
  private let report: (_ received: Int, _ total: Int?) -> Void
  /// Bytes in the partial file.
  private(set) var size: Int
  private var hasBegun = false
  private var isRefused = false
  private var failure: Outcome?
  private var total: Int?
  private var rangeStart: Int?
  private var retryAfter: Int?

  /// - Parameters:
  ///   - descriptor: of the partial file, open for writing, of which `size` bytes are there.
  ///   - limit: bytes of the whole file beyond which nothing more is taken.
  init(
    _ url: String, to descriptor: Int32, from size: Int, limit: Int, patience: Patience,
    report: @escaping (_ received: Int, _ total: Int?) -> Void
  ) {
    Self.begin()
    curl = curl_easy_init()!
    (self.descriptor, self.size, self.limit, self.report) = (descriptor, size, limit, report)
    ddpm_curl_text(curl, CURLOPT_URL, url)
    ddpm_curl_web_only(curl)
    ddpm_curl_number(curl, CURLOPT_FOLLOWLOCATION, 1)
    ddpm_curl_number(curl, CURLOPT_MAXREDIRS, 5)
    ddpm_curl_number(curl, CURLOPT_NOSIGNAL, 1)
    ddpm_curl_number(curl, CURLOPT_CONNECTTIMEOUT, patience.connecting)
    ddpm_curl_number(curl, CURLOPT_LOW_SPEED_LIMIT, 1)
    ddpm_curl_number(curl, CURLOPT_LOW_SPEED_TIME, patience.silence)
    ddpm_curl_text(curl, CURLOPT_USERAGENT, "ddpm-repl")
    // The bytes as they lie on the server, which the checksum is of.
    ddpm_curl_text(curl, CURLOPT_ACCEPT_ENCODING, nil)
    if size > 0 { ddpm_curl_text(curl, CURLOPT_RANGE, "\(size)-") }
  }

  deinit { curl_easy_cleanup(curl) }

  /// libcurl is begun once, before any thread uses it.
  private static let library = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
  private static func begin() { precondition(library == CURLE_OK, "libcurl cannot be started: \(library)") }

  func run() -> Outcome {
    ddpm_curl_callbacks(
      curl, Unmanaged.passUnretained(self).toOpaque(),
      { bytes, size, count, context in
        Transfer.of(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
      },
      { bytes, size, count, context in
        Transfer.of(context).readHead(UnsafeRawBufferPointer(start: bytes, count: size * count))
      },
      { context, _, _, _, _ in Transfer.of(context).isToEnd ? 1 : 0 })
    let code = curl_easy_perform(curl)
    if let failure { return failure }
    let status = Int(ddpm_curl_status(curl))
    if code == CURLE_OK, !(200..<300).contains(status) { return .refused(status: status, retryAfter: retryAfter) }
    guard code == CURLE_OK else { return .broken(String(cString: curl_easy_strerror(code))) }
    // What was there before is not what this answer holds.
    guard hasBegun else { return .broken("the server sends nothing") }
    // A server that lies about the length of a part is caught by the whole file's size and checksum.
    return .complete
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
  }

  private var isToEnd: Bool {
    if Interruption.isWanted { failure = .interrupted }
    return failure != nil
  }

  /// Notes what matters of a line of the head: the place of a part, sizes, when to come again. Those of a redirection are
  /// forgotten when the next head begins.
  private func readHead(_ bytes: UnsafeRawBufferPointer) -> Int {
    let line = String(decoding: bytes, as: UTF8.self).lowercased().filter { !$0.isNewline }
    if line.hasPrefix("http/") { (total, rangeStart, retryAfter) = (nil, nil, nil) }
    guard let colon = line.firstIndex(of: ":") else { return bytes.count }
    let value = line[line.index(after: colon)...].drop { $0 == " " }
    switch line[..<colon] {
    case "content-length": if let length = Int(value), total == nil { total = length }
    case "retry-after": retryAfter = Int(value)
    case "content-range":
      // bytes 100-199/200
      let parts = value.dropFirst("bytes ".count).split { "-/".contains($0) }
      guard value.hasPrefix("bytes "), parts.count == 3 else { break }
      rangeStart = Int(parts[0])
      total = Int(parts[2]).map { $0 - (rangeStart ?? 0) } ?? total
    default: break
    }
    return bytes.count
  }

  /// Appends a piece of the body; anything but the piece's length ends the transfer.
  private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    if !hasBegun {
      hasBegun = true
      let status = Int(ddpm_curl_status(curl))
      switch status {
      case 206 where rangeStart == size: break
      case 200..<300:
        // The server ignores ranges and begins anew, or sends another part than was asked for.
        guard status != 206 else {
          failure = .broken("it sends another part of the file than was asked for")
          return -1
        }
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { return fail(errno) }
        size = 0
      default: isRefused = true
      }
      if let total, !isRefused, size + total > limit {
        failure = .tooLarge
        return -1
      }
    }
    // A page that explains an error is no part of the file.
    if isRefused { return bytes.count }
    guard size + bytes.count <= limit else {
      failure = .tooLarge
      return -1
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return fail(errno)
      }
      rest = rest.dropFirst(count)
    }
    let start = rangeStart ?? 0
    size += bytes.count
    report(size, total.map { start + $0 })
    return bytes.count
  }

  private func fail(_ code: Int32) -> Int {
    failure = .unwritable(code: code)
    return -1
  }
}
