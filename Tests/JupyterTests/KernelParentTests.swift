import Glibc
import Jupyter
import Testing

@Suite struct KernelParentTests {
  /// A process that waits until it is killed.
  private static func sleeper() throws -> pid_t {
    var process = pid_t()
    var words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("600"), nil]
    defer { for word in words { free(word) } }
    var noVariables: [UnsafeMutablePointer<CChar>?] = [nil]
    let failure = posix_spawnp(&process, "sleep", nil, nil, &words, &noVariables)
    try #require(failure == 0)
    return process
  }

  /// Waits until something holds, for five seconds at most.
  private static func holdsSoon(_ condition: () -> Bool) -> Bool {
    for _ in 0..<500 where !condition() { usleep(10_000) }
    return condition()
  }

  @Test func theOneThatIsNamed() throws {
    let process = try Self.sleeper()
    let parent = try KernelParent(named: "\(process)")
    #expect(!parent.isGone)
    kill(process, SIGKILL)
    // It has ended before anybody asked what became of it.
    #expect(Self.holdsSoon { parent.isGone })
    var status: Int32 = 0
    waitpid(process, &status, 0)
    #expect(parent.isGone)
  }

  @Test func oneThatIsGoneBeforeTheKernelBegan() throws {
    let process = try Self.sleeper()
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    let error = #expect(throws: KernelParentError.self) { try KernelParent(named: "\(process)") }
    #expect(error?.description.contains("\(process) is gone; unset JPY_PARENT_PID") == true)
  }

  /// One's own parent goes on, and so does the first process.
  @Test(arguments: [nil, "", "0", "-1", "x", "1", "99999999999"]) func nobody(named: String?) throws {
    #expect(try !KernelParent(named: named).isGone)
  }
}
