import CommandLanguage
import Glibc
import Interruptions
import JSONValues
import Notebooks
import Session
import Synchronization

/// A session that Jupyter's clients talk to: protocol 5.5 over five ZeroMQ sockets (Jupyter messaging).
///
/// This thread carries out what comes on the shell channel, one request after the other; control, iopub and heartbeat have
/// threads of their own, so that a kernel that computes can be interrupted, seen and known to be alive.
public final class Kernel {
  private let format: WireFormat
  private let context = SocketContext()
  private let relay: PublishingRelay
  private let publisher: Publisher
  private let shell: Socket
  private let control: Socket
  private let heartbeat: Socket
  /// Nothing is asked of a user in the middle of a command; clients want the socket to be there.
  private let stdin: Socket
  private let parent: KernelParent
  private let frontEnd: NotebookFrontEnd
  private let runner: ScriptRunner
  private var executionCount = 0
  private var history = EntryHistory()
  private var isLeaving = false

  /// Listens where the connection file says, and nowhere else.
  ///
  /// - Throws: `SocketError` if an address is taken, `KernelParentError` if who started it is gone, and what making a runner
  ///   throws.
  public init(_ connection: ConnectionFile, runner makeRunner: (any FrontEnd) throws -> ScriptRunner) throws {
    parent = try KernelParent(named: getenv("JPY_PARENT_PID").map { String(cString: $0) })
    format = WireFormat(key: connection.key)
    relay = try PublishingRelay(at: connection.address(of: .iopub), format, in: context)
    publisher = try relay.publisher()
    shell = try Socket(.router, in: context)
    control = try Socket(.router, in: context)
    stdin = try Socket(.router, in: context)
    heartbeat = try Socket(.reply, in: context)
    try shell.listen(at: connection.address(of: .shell))
    try control.listen(at: connection.address(of: .control))
    try stdin.listen(at: connection.address(of: .stdin))
    try heartbeat.listen(at: connection.address(of: .hb))
    frontEnd = NotebookFrontEnd(publisher)
    runner = try makeRunner(frontEnd)
  }

  /// The session, for what is to be done before the first request and after the last.
  public var session: ScriptRunner { runner }

  /// Tells of the session outside its commands: in the notebook, in the answer to the request that is carried out.
  public func note(_ text: String) { frontEnd.show(.note(text)) }

  /// Answers requests until somebody asks the kernel to end, or its parent is gone.
  public func run() throws {
    KernelInterrupts.install()
    let isOver = Flag()
    let controlPublisher = try relay.publisher()
    let threads = [
      BackgroundThread { [relay] in relay.run { isOver.isSet } },
      BackgroundThread { [heartbeat, parent] in Self.echo(heartbeat, parent) { isOver.isSet } },
      BackgroundThread { [control, format] in
        Self.answerControl(control, format, controlPublisher) { isOver.isSet }
      },
    ]
    publisher.publish(status: "starting", answering: nil)
    publisher.publish(status: "idle", answering: nil)
    Interruption.heeding({ KernelInterrupts.count > 0 }, answerShell)
    isOver.set()
    for thread in threads { thread.join() }
  }

  /// What one thread says to the others once.
  private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
  }

  // MARK: Shell

  private func answerShell() {
    while !isLeaving, !KernelInterrupts.mustLeave {
      guard Socket.wait(for: [shell], limit: 100)[0] else { continue }
      while let request = next() {
        answer(request, isAborted: false)
        if isLeaving || KernelInterrupts.mustLeave { return }
      }
    }
  }

  /// The next request that is signed; nil if none has come.
  private func next() -> WireMessage? {
    while let parts = shell.receive() {
      if let request = format.message(in: parts) { return request }
    }
    return nil
  }

  /// - Parameter isAborted: whether an entry is not to be run, for one before it failed.
  private func answer(_ request: WireMessage, isAborted: Bool) {
    publisher.publish(status: "busy", answering: request)
    defer { publisher.publish(status: "idle", answering: request) }
    let content = request.content
    let code = content["code"]?.string ?? ""
    let cursor = content["cursor_pos"]?.integer ?? code.unicodeScalars.count
    switch request.type {
    case "execute_request" where isAborted: reply(request, ["status": "aborted"])
    case "execute_request": execute(request, code)
    case "complete_request": reply(request, Introspection(runner: runner).completion(of: code, cursor: cursor))
    case "inspect_request": reply(request, Introspection(runner: runner).help(for: code, cursor: cursor))
    case "is_complete_request": reply(request, Introspection.completeness(of: code))
    case "history_request": reply(request, history.answer(to: content))
    default:
      if let answer = Self.commonAnswer(to: request) { reply(request, answer) }
      if request.type == "shutdown_request" { isLeaving = true }
    }
  }

  private func reply(_ request: WireMessage, _ content: JSONObject) {
    shell.send(format.parts(of: Self.reply(to: request, content, format)))
  }

  private func execute(_ request: WireMessage, _ code: String) {
    let content = request.content
    let isSilent = content["silent"] == true
    let isStored = !isSilent && content["store_history"] != false
    if isStored { executionCount += 1 }
    let count = executionCount
    if isStored { history.add(code, line: count) }
    if !isSilent {
      publisher.publish(
        "execute_input", ["code": .string(code), "execution_count": .integer(count)], answering: request)
    }
    KernelInterrupts.reset()
    frontEnd.begin(request, isSilent: isSilent, executionCount: count)
    let script = Script(parsing: SourceText(entry: count, text: code), firstCell: max(1, count))
    let status = isStored ? runner.run(script) : runner.runUnremembered(script)
    let outcome = frontEnd.end(status)
    isLeaving = runner.isQuitting
    var payload = outcome.pages.map { text -> JSONValue in
      ["source": "page", "start": 0, "data": ["text/plain": .string(text)]]
    }
    if isLeaving { payload.append(["source": "ask_exit", "keepkernel": false]) }
    var answer: [(String, JSONValue)] = [
      ("status", .string(outcome.failure == nil ? "ok" : "error")), ("execution_count", .integer(count)),
      ("payload", .array(payload)), ("user_expressions", .object(values(of: content["user_expressions"]?.object))),
    ]
    if let failure = outcome.failure {
      let (type, words) = NotebookOutput.failure(failure).message(executionCount: nil)
      if !isSilent { publisher.publish(type, words, answering: request) }
      answer += words.members.map { ($0.name, $0.value) }
    }
    reply(request, JSONObject(answer))
    if outcome.failure != nil, content["stop_on_error"] != false { abortEntries() }
  }

  /// Variables that a client wants to know.
  private func values(of expressions: JSONObject?) -> JSONObject {
    (expressions ?? [:]).mapValues { expression in
      guard let name = expression.string, let value = runner.state.variables[name] else {
        return [
          "status": "error", "ename": "NoSuchVariable", "evalue": "there is no such variable", "traceback": [],
        ]
      }
      return ["status": "ok", "data": ["text/plain": .string("\(value)")], "metadata": [:]]
    }
  }

  /// Refuses the entries that were sent before one failed.
  private func abortEntries() {
    let failed = WireFormat.now()
    // Some may still be on their way.
    while Socket.wait(for: [shell], limit: 20)[0], let request = next() {
      // Both in UTC and in one form, so that later times are later texts.
      let isEarlier = (request.header["date"]?.string ?? "") < failed
      answer(request, isAborted: isEarlier)
      if !isEarlier || isLeaving { return }
    }
  }

  // MARK: What shell and control answer alike

  private static func reply(to request: WireMessage, _ content: JSONObject, _ format: WireFormat) -> WireMessage {
    let type = request.type.hasSuffix("_request") ? String(request.type.dropLast("request".count)) : request.type + "_"
    return format.message(type + "reply", content, answering: request)
  }

  private static func commonAnswer(to request: WireMessage) -> JSONObject? {
    switch request.type {
    case "kernel_info_request": information
    case "comm_info_request": ["status": "ok", "comms": [:]]
    case "interrupt_request": ["status": "ok"]
    case "shutdown_request": ["status": "ok", "restart": request.content["restart"] ?? false]
    default: nil
    }
  }

  private static let information: JSONObject = [
    "status": "ok", "protocol_version": .string(WireFormat.protocolVersion), "implementation": "ddpm-repl",
    "implementation_version": .string(productVersion),
    "banner": .string("ddpm-repl \(productVersion): explore ClusterDDPM"),
    "language_info": .object(
      JSONObject(KernelIdentity.languageMembers + [("version", .string(productVersion))])),
    "help_links": [], "debugger": false, "supported_features": [],
  ]

  // MARK: Control and heartbeat

  private static func answerControl(
    _ socket: Socket, _ format: WireFormat, _ publisher: Publisher, until isOver: () -> Bool
  ) {
    while !isOver() {
      guard Socket.wait(for: [socket], limit: 100)[0], let parts = socket.receive(),
        let request = format.message(in: parts)
      else { continue }
      publisher.publish(status: "busy", answering: request)
      if let answer = commonAnswer(to: request) {
        socket.send(format.parts(of: reply(to: request, answer, format)))
        switch request.type {
        case "interrupt_request": KernelInterrupts.interrupt()
        case "shutdown_request": KernelInterrupts.leave()
        default: break
        }
      }
      publisher.publish(status: "idle", answering: request)
    }
  }

  /// Sends back what comes, and ends the kernel when the process that started it is gone.
  private static func echo(_ socket: Socket, _ parent: KernelParent, until isOver: () -> Bool) {
    while !isOver() {
      if Socket.wait(for: [socket], limit: 250)[0], let parts = socket.receive() { socket.send(parts) }
      if parent.isGone { KernelInterrupts.leave() }
    }
  }
}
