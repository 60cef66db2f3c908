import JSONValues

/// Sends what all clients are to see. Each thread has one of its own; what they send goes out by one socket, in order.
final class Publisher {
  private let format: WireFormat
  private let socket: Socket

  fileprivate init(_ format: WireFormat, to relay: PublishingRelay) throws(SocketError) {
    self.format = format
    socket = try Socket(.push, in: relay.context)
    try socket.connect(to: PublishingRelay.inside)
  }

  /// Publishes a message as an answer to a request.
  func publish(_ type: String, _ content: JSONObject, metadata: JSONObject = [:], answering request: WireMessage?) {
    var message = format.message(type, content, metadata: metadata, answering: request)
    message.identities = [Array(type.utf8)]
    socket.send(format.parts(of: message))
  }

  /// Tells whether the kernel works on a request.
  func publish(status: String, answering request: WireMessage?) {
    publish("status", ["execution_state": .string(status)], answering: request)
  }
}

/// The socket of the iopub channel, on a thread of its own: it passes on what publishers send, and greets those who
/// subscribe, so that they know that nothing more will be missed.
final class PublishingRelay: @unchecked Sendable {
  fileprivate static let inside = "inproc://iopub"
  fileprivate let context: SocketContext
  private let format: WireFormat
  // Used by the relay's thread alone, once it runs.
  private let outside: Socket
  private let incoming: Socket

  /// - Throws: `SocketError` if the address is taken.
  init(at address: String, _ format: WireFormat, in context: SocketContext) throws(SocketError) {
    (self.context, self.format) = (context, format)
    outside = try Socket(.publisher, in: context)
    try outside.listen(at: address)
    incoming = try Socket(.pull, in: context)
    try incoming.listen(at: Self.inside)
  }

  /// A publisher for one thread.
  func publisher() throws(SocketError) -> Publisher { try Publisher(format, to: self) }

  /// Passes messages on until `isOver` and nothing is left.
  func run(until isOver: () -> Bool) {
    while true {
      let wasOver = isOver()
      let has = Socket.wait(for: [incoming, outside], limit: wasOver ? 0 : 100)
      if has[1], let subscription = outside.receive()?.first, subscription.first == 1 {
        let topic = Array(subscription.dropFirst())
        var welcome = format.message(
          "iopub_welcome", ["subscription": .string(String(decoding: topic, as: UTF8.self))], answering: nil)
        welcome.identities = [topic]
        outside.send(format.parts(of: welcome))
      }
      var isEmpty = true
      if has[0] {
        while let parts = incoming.receive() {
          outside.send(parts)
          isEmpty = false
        }
      }
      if wasOver, isEmpty { return }
    }
  }
}
