import Files
import Glibc
import Interruptions

/// A command that a team runs together, with the session that it starts from.
struct SharedWork {
  /// As it is spelled, variables replaced.
  let command: String
  /// A file as `save` writes it: all that the session holds but images.
  private let state: [UInt8]

  /// Throws what writing a temporary file throws.
  init(_ command: String, from session: SessionState) throws {
    self.command = command
    state = try Self.withTemporaryFile { path in
      let file = try FileWriter(path: path, permissions: 0o600, isDigested: false)
      try Interruption.disregarding { try Checkpoint.write(session, to: file) }
      try file.finish()
      let reader = try FileReader(path: path, inflating: false)
      return try reader.bytes(at: 0, count: reader.size)
    }
  }

  /// The work as `bytes` has it.
  init(_ bytes: [UInt8]) {
    let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
    command = String(decoding: bytes[..<end], as: UTF8.self)
    state = Array(bytes[end...].dropFirst())
  }

  var bytes: [UInt8] { Array(command.utf8) + [0] + state }

  /// The session, without its images.
  func session() throws -> SessionState {
    try Self.withTemporaryFile { path in
      let file = try FileWriter(path: path, permissions: 0o600, isDigested: false)
      try file.write(state)
      try file.finish()
      return try Checkpoint(path: path).session()
    }
  }

  /// The result of `body`, given the path of a file that goes again.
  private static func withTemporaryFile<Result>(_ body: (String) throws -> Result) throws -> Result {
    // A folder that takes all that is written is for what the session's commands write.
    try FileShadow.$current.withValue(nil) {
      let folder = ProcessEnvironment.variables["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
      let path = "\(folder)/ddpm-repl-work.\(getpid())"
      defer { unlink(path) }
      return try body(path)
    }
  }
}
