import Glibc
import TestSupport
import Testing

/// What the system says in a file of /proc; empty once the process has ended.
private func text(ofProcess file: String) -> String {
  guard let file = fopen("/proc/\(file)", "r") else { return "" }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = fread(&bytes, 1, bytes.count, file)
  return String(decoding: bytes[..<count], as: UTF8.self)
}

/// The processes that a process has started and that have not ended.
func children(of process: pid_t) -> [pid_t] {
  text(ofProcess: "\(process)/task/\(process)/children").split(separator: " ").compactMap { pid_t($0) }
}

/// The signals that each thread of a process blocks, by the thread's number; signal n is bit n − 1.
func blockedSignals(of process: pid_t) -> [pid_t: UInt64] {
  var masks: [pid_t: UInt64] = [:]
  for thread in ScratchFolder.names(in: "/proc/\(process)/task").compactMap({ pid_t($0) }) {
    let lines = text(ofProcess: "\(process)/task/\(thread)/status").split(separator: "\n")
    let mask = lines.first { $0.hasPrefix("SigBlk:\t") }?.dropFirst("SigBlk:\t".count)
    masks[thread] = mask.flatMap { UInt64($0, radix: 16) }
  }
  return masks
}

/// Waits for what processes come to; fails after a minute.
func wait(_ what: String, until isDone: () -> Bool) throws {
  let start = ContinuousClock.now
  while !isDone() {
    try #require(ContinuousClock.now - start < .seconds(60), "\(what)")
    usleep(5_000)
  }
}
