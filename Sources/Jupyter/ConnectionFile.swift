import Files
import JSONValues

/// Where a kernel listens, and the key that its messages are signed with: the file that Jupyter writes before it starts a
/// kernel (Jupyter messaging, "Connection files").
public struct ConnectionFile: Sendable, Equatable {
  public enum Channel: String, CaseIterable, Sendable { case shell, iopub, stdin, control, hb }

  public let transport: String
  public let ip: String
  public let key: String
  private let ports: [Int]

  /// Bytes that a file may have.
  static let sizeLimit = 1 << 20

  /// Reads `path`; throws `ConnectionFileError`.
  public init(path: String) throws(ConnectionFileError) {
    let bytes: [UInt8]
    do {
      bytes = try FileReader(path: path, inflating: false).read(upTo: Self.sizeLimit)
    } catch {
      throw .unreadable(error)
    }
    try self.init(path: path, bytes: bytes)
  }

  package init(path: String, bytes: [UInt8]) throws(ConnectionFileError) {
    let values: JSONObject
    do {
      guard let object = try JSONValue(parsing: bytes).object else {
        throw JSONError(offset: 0, expected: "an object", found: "another value")
      }
      values = object
    } catch {
      throw .notJSON(path: path, "\(error)")
    }
    func text(_ name: String, or usual: String? = nil) throws(ConnectionFileError) -> String {
      if let text = values[name]?.string { return text }
      guard values[name] == nil, let usual else { throw .missing(path: path, name: name, expected: "a text") }
      return usual
    }
    transport = try text("transport", or: "tcp")
    ip = try text("ip")
    key = try text("key")
    guard ["tcp", "ipc"].contains(transport) else {
      throw .missing(path: path, name: "transport", expected: "tcp or ipc, not '\(transport)'")
    }
    let scheme = try text("signature_scheme", or: "hmac-sha256")
    guard scheme == "hmac-sha256" else {
      throw .missing(path: path, name: "signature_scheme", expected: "hmac-sha256, not '\(scheme)'")
    }
    var ports: [Int] = []
    for channel in Channel.allCases {
      let name = "\(channel.rawValue)_port"
      guard let port = values[name]?.integer, (1...65535).contains(port) else {
        throw .missing(path: path, name: name, expected: "a number from 1 to 65535")
      }
      ports.append(port)
    }
    self.ports = ports
  }

  /// The address of a channel, as ZeroMQ writes it.
  public func address(of channel: Channel) -> String {
    let port = ports[Channel.allCases.firstIndex(of: channel)!]
    return transport == "tcp" ? "tcp://\(ip):\(port)" : "ipc://\(ip)-\(port)"
  }
}

/// What is wrong with a connection file.
public enum ConnectionFileError: Error, CustomStringConvertible {
  case unreadable(FileError)
  case notJSON(path: String, String)
  case missing(path: String, name: String, expected: String)

  public var description: String {
    switch self {
    case .unreadable(let error): "\(error)"
    case .notJSON(let path, let problem): "\(path) is no connection file of Jupyter's: \(problem)"
    case .missing(let path, let name, let expected): "\(path): \(name) should be \(expected)"
    }
  }
}
