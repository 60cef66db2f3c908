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

/// Waits for what processes come to; fails after a minute.
func wait(_ what: String, until isDone: () -> Bool) throws {
  let start = ContinuousClock.now
  while !isDone() {
    try #require(ContinuousClock.now - start < .seconds(60), "\(what)")
    usleep(5_000)
  }
}
