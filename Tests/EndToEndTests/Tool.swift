import Glibc
import TestSupport
import Testing

/// The built executable, run as its users run it.
struct Tool {
  /// What became of a run.
  struct Result {
    /// The exit status; 128 and the signal's number if one ended it.
    let status: Int32
    let output: String
    let errors: String
    let seconds: Double
  }

  /// The executable beside the test bundle.
  static let path: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let program = String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for start in [program, CommandLine.arguments[0]] {
      var folder = start
      while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
        folder = String(folder[..<slash])
        if access("\(folder)/ddpm-repl", X_OK) == 0, !isFolder("\(folder)/ddpm-repl") { return "\(folder)/ddpm-repl" }
      }
    }
    return ""
  }()

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The working folder.
  let folder: ScratchFolder
  var environment: [String: String] = [:]

  init(in folder: ScratchFolder = ScratchFolder()) {
    self.folder = folder
  }

  /// Runs the tool to its end.
  func run(_ arguments: String..., input: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws
    -> Result
  {
    try start(arguments, input: input).wait(sourceLocation: sourceLocation)
  }

  /// Starts the tool, or another program, and leaves it running.
  func start(_ arguments: [String], input: String = "", program: String = Tool.path) throws -> Running {
    try Running(self, arguments, input: input, program: program)
  }

  struct CannotStart: Error { let code: Int32 }

  /// Starts the tool, or another program, as a process whose streams `connect` opens; with a session of its own, the first
  /// terminal among them becomes its.
  func spawn(
    _ arguments: [String], program: String = Tool.path, ownSession: Bool = false,
    connect: (inout posix_spawn_file_actions_t) -> Void
  ) throws -> pid_t {
    try #require(!Self.path.isEmpty, "ddpm-repl was not built beside the tests: swift build -c release")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    connect(&actions)
    // The threads that run tests block signals, and children inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // <spawn.h> shows POSIX_SPAWN_SETSID to GNU sources only.
    let newSession: Int32 = 0x80
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (ownSession ? newSession : 0)
    posix_spawnattr_setflags(&attributes, Int16(flags))
    // A home of its own: no start-up file and no data but the test's.
    let variables = [
      "HOME": folder.path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PAGER": "cat",
    ].merging(environment) { $1 }
    // The shell changes the folder and becomes the program: the process stays the same.
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder.path, program]
    var arguments = (shell + arguments).map { strdup($0) } + [nil]
    var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for string in arguments + settings { free(string) } }
    var process = pid_t()
    let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, &settings)
    guard code == 0 else { throw CannotStart(code: code) }
    return process
  }
}

/// A run in progress. Its streams are files: nothing can block on a full pipe.
final class Running {
  let process: pid_t
  private let streams = ScratchFolder()
  /// The working folder lasts as long as the run.
  private let folder: ScratchFolder
  private let start = ContinuousClock.now

  init(_ tool: Tool, _ arguments: [String], input: String, program: String) throws {
    folder = tool.folder
    let inputPath = streams.write("input", input)
    let folder = streams.path
    process = try tool.spawn(arguments, program: program) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, "\(folder)/output", O_WRONLY | O_CREAT | O_APPEND, 0o600)
      posix_spawn_file_actions_addopen(&actions, 2, "\(folder)/errors", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }
  }

  var output: String { streams.text("output") }
  var errors: String { streams.text("errors") }

  func send(_ signal: Int32) { kill(process, signal) }

  /// Waits until `text` has appeared on standard output; minutes, where machines are busy.
  func waitForOutput(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    while !output.contains(text) {
      try #require(
        ContinuousClock.now - start < .seconds(180) && kill(process, 0) == 0,
        "never saw '\(text)' in:\n\(output)\(errors)",
        sourceLocation: sourceLocation)
      usleep(5_000)
    }
  }

  /// Waits for the end; a run that takes longer than the limit is killed, and the test fails.
  func wait(limit: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation) -> Tool.Result {
    var status: Int32 = 0
    var isLate = false
    while waitpid(process, &status, WNOHANG) == 0 {
      if !isLate, ContinuousClock.now - start > limit {
        isLate = true
        Issue.record("no end within \(limit); so far:\n\(output)\(errors)", sourceLocation: sourceLocation)
        kill(process, SIGKILL)
      }
      usleep(2_000)
    }
    let signal = status & 0x7F
    let elapsed = ContinuousClock.now - start
    return Tool.Result(
      status: signal == 0 ? status >> 8 & 0xFF : 128 + signal, output: output, errors: errors,
      seconds: Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
  }
}
