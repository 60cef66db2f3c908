import JSONValues

/// What the processes of a team send each other: something said of it, and bytes.
struct Parcel {
  var header: JSONObject
  var body: [UInt8] = []

  init(_ header: JSONObject, _ body: [UInt8] = []) { (self.header, self.body) = (header, body) }

  /// As `bytes` has it; nil for anything else.
  init?(_ bytes: [UInt8]) {
    // JSON has no zero byte: in its strings it is spelled.
    guard let end = bytes.firstIndex(of: 0), let json = try? JSONValue(parsing: bytes[..<end]).received.object else {
      return nil
    }
    self.init(json, Array(bytes[(end + 1)...]))
  }

  var bytes: [UInt8] { Array(JSONValue.object(header).sent.compact.utf8) + [0] + body }
}
