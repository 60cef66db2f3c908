import Foundation
import Synchronization

/// A web server on this machine's loopback that answers as it is told, well or badly: one request a connection, each in a
/// thread of its own.
///
/// It stops with the last reference to it.
public final class LoopbackServer: Sendable {
  public struct Request: Sendable {
    public let path: String
    /// The first byte that is asked for; nil for the whole file.
    public let rangeStart: Int?
    /// How many requests came before.
    public let number: Int
  }

  /// What is sent, which need not hold together.
  public struct Answer: Sendable {
    public var status = 200
    public var headers: [String] = []
    public var body: [UInt8] = []
    /// The length that the head promises; the body's unless it is given.
    public var promised: Int?
    /// Bytes of the body after which the connection is closed.
    public var cutAfter: Int?
    /// Bytes that are sent at a time, and the seconds before each; all at once if it is nil.
    public var pace: (bytes: Int, seconds: Double)?

    public init(
      status: Int = 200, headers: [String] = [], body: [UInt8] = [], promised: Int? = nil, cutAfter: Int? = nil,
      pace: (bytes: Int, seconds: Double)? = nil
    ) {
      (self.status, self.headers, self.body) = (status, headers, body)
      (self.promised, self.cutAfter, self.pace) = (promised, cutAfter, pace)
    }

    /// A file as servers send it, or the rest of it that was asked for.
    public static func file(_ bytes: [UInt8], _ request: Request) -> Answer {
      guard let start = request.rangeStart else { return Answer(body: bytes) }
      guard start < bytes.count else { return Answer(status: 416, headers: ["Content-Range: bytes */\(bytes.count)"]) }
      return Answer(
        status: 206, headers: ["Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)"],
        body: Array(bytes[start...]))
    }
  }

  public let address: String
  private let descriptor: Int32
  private let log: Log

  private final class Log: Sendable {
    let requests = Mutex<[Request]>([])
  }

  /// The requests so far.
  public var requests: [Request] { log.requests.withLock { $0 } }

  public init(_ answer: @escaping @Sendable (Request) -> Answer) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        precondition(bind(listener, $0, size) == 0 && listen(listener, 16) == 0, "no port of the loopback is free")
        getsockname(listener, $0, &size)
      }
    }
    descriptor = listener
    address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
    let log = Log()
    self.log = log
    Thread.detachNewThread {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { break }
        Thread.detachNewThread {
          Self.serve(connection, log, answer)
          close(connection)
        }
      }
      close(listener)
    }
  }

  deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private static func serve(_ connection: Int32, _ log: Log, _ answer: (Request) -> Answer) {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8), head.count < 1 << 14 {
      guard recv(connection, &byte, 1, 0) == 1 else { return }
      head.append(byte)
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    let range = lines.first { $0.lowercased().hasPrefix("range: bytes=") }
    let request = log.requests.withLock { requests in
      let request = Request(
        path: lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? "",
        rangeStart: range.flatMap { Int($0.dropFirst("range: bytes=".count).prefix { $0 != "-" }) },
        number: requests.count)
      requests.append(request)
      return request
    }
    let answer = answer(request)
    let headers = answer.headers + ["Content-Length: \(answer.promised ?? answer.body.count)", "Connection: close"]
    let text = "HTTP/1.1 \(answer.status) Words\r\n" + headers.joined(separator: "\r\n") + "\r\n\r\n"
    guard sendAll(connection, Array(text.utf8)) else { return }
    let body = Array(answer.body.prefix(answer.cutAfter ?? answer.body.count))
    guard let pace = answer.pace else {
      _ = sendAll(connection, body)
      return
    }
    for start in stride(from: 0, to: body.count, by: pace.bytes) {
      usleep(UInt32(pace.seconds * 1e6))
      guard sendAll(connection, Array(body[start..<min(start + pace.bytes, body.count)])) else { return }
    }
  }

  private static func sendAll(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}
