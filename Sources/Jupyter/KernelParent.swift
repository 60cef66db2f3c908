import Glibc

/// The process that a kernel goes with: the one that started it, and, where a program lies between the two, the one that
/// JPY_PARENT_PID names, as jupyter_client's launcher sets it.
package struct KernelParent: Sendable {
  private let starter = getppid()
  private let named: pid_t?

  /// - Parameter named: what JPY_PARENT_PID says; what is no process's number is passed over.
  /// - Throws: `KernelParentError` if that process is gone already, as its kernel would never know by its own parent.
  package init(named: String?) throws(KernelParentError) {
    self.named = named.flatMap { pid_t($0) }.flatMap { $0 > 0 ? $0 : nil }
    if let process = self.named, !Self.isAlive(process) { throw KernelParentError(process: process) }
  }

  /// Whether one of them has ended.
  package var isGone: Bool { getppid() != starter || named.map { !Self.isAlive($0) } ?? false }

  private static func isAlive(_ process: pid_t) -> Bool {
    guard kill(process, 0) == 0 else { return errno == EPERM }
    return state(of: process) != "Z"
  }

  /// The letter for what a process does: Z for one that has ended, but whose own parent has not asked for it yet. Nil where
  /// nothing is said of it.
  private static func state(of process: pid_t) -> Character? {
    guard let file = fopen("/proc/\(process)/stat", "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = fread(&bytes, 1, bytes.count, file)
    // Behind the program's name, in which there may be anything.
    return String(decoding: bytes[..<count], as: UTF8.self).split(separator: ") ").last?.first
  }
}

/// The process that started a kernel has ended before the kernel began.
package struct KernelParentError: Error, CustomStringConvertible {
  let process: pid_t

  package var description: String {
    "expected the process that JPY_PARENT_PID names, with which a kernel ends: \(process) is gone; unset JPY_PARENT_PID "
      + "for a kernel that is to end with its own parent alone"
  }
}
