import CProcess
import Glibc

/// A copy of this process that does one piece of work and hands back bytes.
///
/// At the time of the copy every other thread of this process waits for work, and the copy uses none of them: it computes
/// on its one thread. It is killed when this process ends, however that does.
final class RunProcess: RunOnItsWay {
  private let process: pid_t
  /// -1 once all was read.
  private var descriptor: Int32
  private var bytes: [UInt8] = []
  /// The exit status, or 128 and the signal's number, once it has ended; until then it would be there without doing anything.
  private var status: Int32?

  /// - Parameter work: what the copy does; its bytes are sent here.
  /// - Throws: `RunProcessError`.
  init(_ work: () -> [UInt8]) throws(RunProcessError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw RunProcessError(code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    process = ddpm_fork_with_parent()
    if process == 0 {
      close(ends[0])
      Self.send(work(), to: ends[1])
      // Without what this process would do at its end: that is for the one that it is a copy of.
      _exit(0)
    }
    let code = errno
    close(ends[1])
    descriptor = ends[0]
    guard process > 0 else {
      close(ends[0])
      descriptor = -1
      status = 1
      throw RunProcessError(code: code)
    }
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      reap()
    }
    if descriptor >= 0 { close(descriptor) }
  }

  private static func send(_ bytes: [UInt8], to descriptor: Int32) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { sent += count } else if errno != EINTR { return }
    }
  }

  var isRunning: Bool { descriptor >= 0 }

  /// Waits a fifth of a second at most, or so many milliseconds, for some of them to send or end.
  static func wait(for processes: [RunProcess], atMost milliseconds: Int32 = 200) {
    var waited = processes.filter(\.isRunning).map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    _ = poll(&waited, nfds_t(waited.count), milliseconds)
    look(at: processes)
  }

  /// Takes what they have sent so far.
  static func look(at processes: [RunProcess]) {
    for process in processes { process.receive() }
  }

  private func receive() {
    guard descriptor >= 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 {
        close(descriptor)
        descriptor = -1
        reap()
        return
      } else if errno != EINTR {
        return
      }
    }
  }

  /// What it sent, once it has ended; nil if a signal ended it, or it sent nothing.
  var result: [UInt8]? {
    precondition(!isRunning, "the result of a process that still runs")
    return status == 0 && !bytes.isEmpty ? bytes : nil
  }

  private func reap() {
    guard self.status == nil else { return }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    self.status = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  /// Asks it to end, as Ctrl-C does.
  func interrupt() {
    if status == nil { kill(process, SIGINT) }
  }

  /// Waits for its end, and ends it where it has not within five seconds.
  func end() {
    guard status == nil else { return }
    for _ in 0..<25 where isRunning { Self.wait(for: [self]) }
    if isRunning { kill(process, SIGKILL) }
    reap()
  }
}

/// No process could be had.
struct RunProcessError: Error, CustomStringConvertible {
  let code: Int32

  var description: String { "no process for a run: \(String(cString: strerror(code))); set jobs=1 needs none" }
}
