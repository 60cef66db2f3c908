import CZeroMQ
import Glibc

/// What ZeroMQ refused to do.
public struct SocketError: Error, CustomStringConvertible {
  let action: String
  let code: Int32

  public var description: String { "cannot \(action): \(String(cString: zmq_strerror(code)))" }
}

/// Where sockets come from, and what joins those of one process.
final class SocketContext: @unchecked Sendable {
  // ZeroMQ's contexts may be used by all threads.
  fileprivate let context = zmq_ctx_new()!

  deinit {
    zmq_ctx_shutdown(context)
    zmq_ctx_term(context)
  }
}

/// A ZeroMQ socket. One thread at a time may use it; all of its sockets must be gone before a context is.
final class Socket {
  /// By ZeroMQ's numbers.
  enum Kind: Int32 {
    case reply = 4
    case router = 6
    case pull = 7
    case push = 8
    /// A publisher that hears who subscribes.
    case publisher = 9
  }

  /// Bytes that a message's part may have; a longer one ends the connection that it came from.
  static let longestPart: Int64 = 64 << 20

  private let socket: UnsafeMutableRawPointer
  private let context: SocketContext

  /// - Throws: `SocketError` if there are too many.
  init(_ kind: Kind, in context: SocketContext) throws(SocketError) {
    guard let socket = zmq_socket(context.context, kind.rawValue) else {
      throw SocketError(action: "open a socket", code: zmq_errno())
    }
    (self.socket, self.context) = (socket, context)
    // What could not be sent in a second is lost when the program ends.
    var linger: Int32 = 1000
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
    var longest = Self.longestPart
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &longest, MemoryLayout<Int64>.size)
    // A router that is sent to by two clients of one name keeps the newer.
    if kind == .router {
      var isTaken: Int32 = 1
      zmq_setsockopt(socket, ZMQ_ROUTER_HANDOVER, &isTaken, MemoryLayout<Int32>.size)
    }
    if kind == .publisher {
      var tellsAll: Int32 = 1
      zmq_setsockopt(socket, ZMQ_XPUB_VERBOSE, &tellsAll, MemoryLayout<Int32>.size)
    }
  }

  deinit { zmq_close(socket) }

  /// Listens at an address such as `tcp://127.0.0.1:5555`; throws `SocketError`.
  func listen(at address: String) throws(SocketError) {
    guard zmq_bind(socket, address) == 0 else { throw SocketError(action: "listen at \(address)", code: zmq_errno()) }
  }

  /// Joins a socket that listens; throws `SocketError`.
  func connect(to address: String) throws(SocketError) {
    guard zmq_connect(socket, address) == 0 else { throw SocketError(action: "reach \(address)", code: zmq_errno()) }
  }

  /// Sends a message of several parts; one that nobody takes is lost.
  func send(_ parts: [[UInt8]]) {
    for (place, part) in parts.enumerated() {
      let more = place + 1 < parts.count ? ZMQ_SNDMORE : 0
      while zmq_send(socket, part, part.count, more) < 0 { guard zmq_errno() == EINTR else { return } }
    }
  }

  /// Takes the message that has come, all of its parts; nil if there is none.
  func receive() -> [[UInt8]]? {
    var parts: [[UInt8]] = []
    while true {
      var message = zmq_msg_t()
      zmq_msg_init(&message)
      defer { zmq_msg_close(&message) }
      while zmq_msg_recv(&message, socket, ZMQ_DONTWAIT) < 0 { guard zmq_errno() == EINTR else { return nil } }
      parts.append(Array(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message))))
      if zmq_msg_more(&message) == 0 { return parts }
    }
  }

  /// Waits until a message has come to one of some sockets.
  ///
  /// - Parameter limit: milliseconds after which nothing has come; waiting ends early at a signal, too.
  /// - Returns: whether something has come, for each socket.
  static func wait(for sockets: [Socket], limit: Int) -> [Bool] {
    var items = sockets.map { zmq_pollitem_t(socket: $0.socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0) }
    let count = zmq_poll(&items, Int32(items.count), limit)
    return items.map { count > 0 && $0.revents & Int16(ZMQ_POLLIN) != 0 }
  }
}
