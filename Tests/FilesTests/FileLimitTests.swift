import Files
import Glibc
import TestSupport
import Testing

/// One after the other: one test needs a file larger than the other lets any be.
@Suite("Files at their limits", .serialized) struct FileLimitTests {
  let folder = ScratchFolder()

  /// The system lets no file of this process grow beyond a limit, as a full disk would.
  @Test func aFullDiskLeavesWhatWasThere() throws {
    folder.write("b.bin", "before")
    let path = "\(folder.path)/b.bin"
    signal(SIGXFSZ, SIG_IGN)
    var before = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
    // Other tests write beside this one: only what is larger than theirs is refused.
    var limit = rlimit(rlim_cur: 32 << 20, rlim_max: before.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    defer { setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) }
    #expect(throws: FileError.unwritable(file: path, .refused(code: EFBIG))) {
      let writer = try FileWriter(path: path)
      let piece = [UInt8](repeating: 0, count: 16 << 20)
      for _ in 0..<3 { try writer.write(piece) }
    }
    #expect(folder.names == ["b.bin"])
    #expect(folder.text("b.bin") == "before")
  }

  /// A mark reads no more than it says it needs: a file of 64 GiB, nearly all of it a hole, costs a few bytes.
  @Test func aMarkIsToldOfAHugeFile() throws {
    let mark = FileMark(beginning: "%X-".utf8, first: 5, last: 3) { first, last in
      first == Array("%X-ok".utf8) && last == Array("end".utf8)
    }
    let path = folder.write("huge", "%X-ok")
    let descriptor = open(path, O_WRONLY)
    try #require(ftruncate(descriptor, 1 << 36) == 0)
    let time = try processorTime { () throws in
      #expect(try !mark.isCarried(byFile: path))
      #expect(pwrite(descriptor, "end", 3, (1 << 36) - 3) == 3)
      close(descriptor)
      #expect(try mark.isCarried(byFile: path))
    }
    #expect(time < .seconds(1), "\(time)")
  }
}
