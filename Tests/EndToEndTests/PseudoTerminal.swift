import Glibc
import TestSupport
import Testing

/// The built executable at a terminal of its own: what is typed goes in, what would be seen comes out.
final class PseudoTerminal {
  let process: pid_t
  private let terminal: Int32
  private var bytes: [UInt8] = []
  /// Characters of `text` that `expect` has been past.
  private var position = 0
  private var status: Int32?

  /// Whether the machine has any to give.
  static let isPossible: Bool = {
    var (ours, its) = (Int32(-1), Int32(-1))
    guard openpty(&ours, &its, nil, nil, nil) == 0 else { return false }
    close(ours)
    close(its)
    return true
  }()

  /// - Parameter tool: whose environment has TERM set to `kind`, and colours allowed unless it says otherwise.
  init(
    _ tool: Tool, _ arguments: String..., program: String = Tool.path, kind: String = "xterm-256color",
    columns: UInt16 = 100, rows: UInt16 = 30
  )
    throws
  {
    var tool = tool
    tool.environment["TERM"] = kind
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    var (ours, its) = (Int32(-1), Int32(-1))
    var name = [CChar](repeating: 0, count: 256)
    try #require(openpty(&ours, &its, &name, nil, &size) == 0)
    for descriptor in [ours, its] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    terminal = ours
    // The program opens it anew, as the first terminal of its session.
    defer { close(its) }
    process = try tool.spawn(arguments, program: program, ownSession: true) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(terminal)
  }

  /// All that came, control sequences included.
  var raw: String { String(decoding: bytes, as: UTF8.self) }

  /// All that came, without colours, cursor movements and carriage returns.
  var text: String {
    var plain: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      switch byte {
      case 0x1B:
        let kind = rest.popFirst()
        // Parameters up to a letter, or a string up to BEL or ESC \.
        if kind == UInt8(ascii: "[") {
          while let next = rest.popFirst(), !(0x40...0x7E).contains(next) {}
        } else if kind == UInt8(ascii: "]") || kind == UInt8(ascii: "_") {
          while let next = rest.popFirst(), next != 7, next != UInt8(ascii: "\\") {}
        }
      case UInt8(ascii: "\r"), 7: break
      default: plain.append(byte)
      }
    }
    return String(decoding: plain, as: UTF8.self)
  }

  func type(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Whether the terminal hands over lines rather than keys, and shows what is typed.
  private var isCooked: Bool {
    var modes = termios()
    tcgetattr(terminal, &modes)
    return modes.c_lflag & tcflag_t(ICANON) != 0 && modes.c_lflag & tcflag_t(ECHO) != 0
  }

  /// Whether the terminal comes to such modes: a program that goes on sets them after its first words, and perhaps twice.
  func becomes(cooked: Bool, within seconds: Double = 10) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while isCooked != cooked {
      if ContinuousClock.now > end { return false }
      usleep(10_000)
    }
    return true
  }

  func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
  }

  /// Waits until `wanted` appears after what was expected before, and returns what stood between.
  @discardableResult
  func expect(_ wanted: String, within seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> String
  {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      let ahead = text.dropFirst(position)
      if let range = ahead.firstRange(of: wanted) {
        let between = String(ahead[..<range.lowerBound])
        position += between.count + wanted.count
        return between
      }
      try #require(
        ContinuousClock.now < end && receive(), "never saw '\(wanted)' in:\n\(ahead)", sourceLocation: sourceLocation)
    }
  }

  /// Waits for the prompt of an entry.
  @discardableResult
  func expectPrompt(_ number: Int, within seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation)
    throws -> String
  {
    try expect("In [\(number)]: ", within: seconds, sourceLocation: sourceLocation)
  }

  /// Types a line that leaves its entry unfinished, and waits for the prompt of the next.
  func begin(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    type(line + "\r")
    try expect("   ...: ", sourceLocation: sourceLocation)
  }

  /// Types an entry at prompt `number` and returns what came until the next prompt.
  func enter(
    _ entry: String, at number: Int, within seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation
  )
    throws -> String
  {
    type(entry + "\r")
    return try expectPrompt(number + 1, within: seconds, sourceLocation: sourceLocation)
  }

  /// The exit status, once the program has ended; 128 and the signal's number if one ended it.
  func wait(sourceLocation: SourceLocation = #_sourceLocation) throws -> Int32 {
    let end = ContinuousClock.now + .seconds(30)
    var status: Int32 = 0
    var ended: pid_t = 0
    while ended == 0 {
      _ = receive()
      try #require(ContinuousClock.now < end, "no end; so far:\n\(text)", sourceLocation: sourceLocation)
      ended = waitpid(process, &status, WNOHANG)
    }
    try #require(ended == process, sourceLocation: sourceLocation)
    self.status = status
    while receive() {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  /// Takes what has come, waiting for it a moment; false once nothing more can come.
  private func receive() -> Bool {
    var waited = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    guard poll(&waited, 1, 50) > 0 else { return status == nil }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(terminal, &buffer, buffer.count)
    guard count > 0 else { return false }
    bytes += buffer[..<count]
    return true
  }
}
