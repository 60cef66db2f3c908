import Glibc
import Testing

/// The processes that a process has started and that have not ended.
func children(of process: pid_t) -> [pid_t] {
  guard let file = fopen("/proc/\(process)/task/\(process)/children", "r") else { return [] }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = fread(&bytes, 1, bytes.count, file)
  return String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
}

/// The signals that each thread of a process blocks, by the thread's number; signal n is bit n − 1.
func blockedSignals(of process: pid_t) throws -> [pid_t: UInt64] {
  let tasks = "/proc/\(process)/task"
  let folder = try #require(opendir(tasks))
  defer { closedir(folder) }
  var masks: [pid_t: UInt64] = [:]
  while let entry = readdir(folder) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    guard let thread = pid_t(name), let file = fopen("\(tasks)/\(name)/status", "r") else { continue }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = fread(&bytes, 1, bytes.count, file)
    let line = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("SigBlk:") }
    masks[thread] = line.flatMap { UInt64($0.dropFirst(7).drop(while: \.isWhitespace), radix: 16) }
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
