import CMessageDigest
import Files
import Glibc
import JSONValues

/// A message of Jupyter's protocol (version 5): four dictionaries, and who is to get it.
package struct WireMessage {
  /// What a router needs to find the client; for a publisher the topic.
  package var identities: [[UInt8]]
  package var header: JSONObject
  package var parent: JSONObject
  package var metadata: JSONObject
  package var content: JSONObject

  package init(
    identities: [[UInt8]] = [], header: JSONObject, parent: JSONObject = [:], metadata: JSONObject = [:],
    content: JSONObject
  ) {
    (self.identities, self.header, self.parent) = (identities, header, parent)
    (self.metadata, self.content) = (metadata, content)
  }

  var type: String { header["msg_type"]?.string ?? "" }
  var id: String { header["msg_id"]?.string ?? "" }
}

/// Packs messages for the wire and takes apart what comes, refusing what is not signed with the key.
///
/// The parts are: identities, `<IDS|MSG>`, signature, header, parent header, metadata, content, buffers.
package struct WireFormat: Sendable {
  static let protocolVersion = "5.5"
  private static let delimiter = Array("<IDS|MSG>".utf8)

  private let key: [UInt8]
  /// The kernel's own name in headers.
  private let session = Self.uniqueName()

  package init(key: String) { self.key = Array(key.utf8) }

  /// A message of a type, as an answer to a request.
  package func message(
    _ type: String, _ content: JSONObject, metadata: JSONObject = [:], answering request: WireMessage?
  ) -> WireMessage {
    WireMessage(
      identities: request?.identities ?? [],
      header: [
        "msg_id": .string(Self.uniqueName()), "session": .string(session), "username": "ddpm-repl",
        "date": .string(Self.now()), "msg_type": .string(type), "version": .string(Self.protocolVersion),
      ],
      parent: request?.header ?? [:], metadata: metadata, content: content)
  }

  package func parts(of message: WireMessage) -> [[UInt8]] {
    let dictionaries = [message.header, message.parent, message.metadata, message.content]
      .map { Array(JSONValue.object($0).compact.utf8) }
    return message.identities + [Self.delimiter, signature(of: dictionaries)] + dictionaries
  }

  /// The message in these parts; nil for what is no message, or is not signed as it should be.
  package func message(in parts: [[UInt8]]) -> WireMessage? {
    guard let place = parts.firstIndex(of: Self.delimiter), parts.count >= place + 6 else { return nil }
    let dictionaries = Array(parts[(place + 2)..<(place + 6)])
    guard isEqual(parts[place + 1], signature(of: dictionaries)) else { return nil }
    let values = dictionaries.compactMap { try? JSONValue(parsing: $0).object }
    guard values.count == 4 else { return nil }
    let message = WireMessage(
      identities: Array(parts[..<place]), header: values[0], parent: values[1], metadata: values[2], content: values[3])
    return message.type.isEmpty || message.id.isEmpty ? nil : message
  }

  /// HMAC-SHA256 (RFC 2104) of the dictionaries one after the other in hexadecimal; empty without a key.
  private func signature(of dictionaries: [[UInt8]]) -> [UInt8] {
    guard !key.isEmpty else { return [] }
    let text = dictionaries.flatMap(\.self)
    var code = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    HMAC(EVP_sha256(), key, Int32(key.count), text, text.count, &code, &count)
    return Array(code.prefix(Int(count)).hexadecimal.utf8)
  }

  /// In a time that does not tell where they differ.
  private func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// A name that nothing else has; no result depends on it.
  private static func uniqueName() -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    getentropy(&bytes, bytes.count)
    return bytes.hexadecimal
  }

  /// The time in the form of ISO 8601, in UTC, with microseconds.
  static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    func padded(_ value: Int, _ count: Int) -> String {
      let digits = "\(value)"
      return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
    let date = [(Int(parts.tm_year) + 1900, 4), (Int(parts.tm_mon) + 1, 2), (Int(parts.tm_mday), 2)]
    let clock = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
    return date.map(padded).joined(separator: "-") + "T" + clock.map { padded($0, 2) }.joined(separator: ":") + "."
      + padded(time.tv_nsec / 1000, 6) + "Z"
  }
}
