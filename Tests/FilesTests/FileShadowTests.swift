import Files
import TestSupport
import Testing

/// What is written under a shadow, and what is read there.
@Suite struct FileShadowTests {
  @Test func nothingIsWrittenWhereItWouldHaveGone() throws {
    let folder = ScratchFolder()
    folder.write("old.txt", Array("old".utf8))
    func text(_ name: String) throws -> String {
      String(decoding: try FileReader(path: "\(folder.path)/\(name)").read(upTo: 99), as: UTF8.self)
    }
    func write(_ text: String, to name: String) throws {
      let writer = try FileWriter(path: "\(folder.path)/\(name)")
      try writer.write(Array(text.utf8))
      try writer.finish()
    }
    try FileShadow.$current.withValue(try FileShadow()) {
      #expect(try text("old.txt") == "old")
      try write("new", to: "old.txt")
      try write("deep", to: "a/b/c.txt")
      #expect(try text("old.txt") == "new" && text("a/b/c.txt") == "deep")
      // However it is spelled.
      #expect(try text("a/../a/./b/c.txt") == "deep")
      try write("newer", to: "a/../old.txt")
      #expect(try text("old.txt") == "newer")
      // Where nothing may be written.
      let writer = try FileWriter(path: "/proc/nowhere/x.txt")
      try writer.finish()
      #expect(PathKind("/proc/nowhere/x.txt") == .file)
    }
    #expect(try text("old.txt") == "old")
    #expect(PathKind("\(folder.path)/a") == .missing && PathKind("/proc/nowhere/x.txt") == .missing)
  }

  @Test func oneDoesNotSeeAnother() throws {
    let path = "\(ScratchFolder().path)/x.txt"
    try FileShadow.$current.withValue(try FileShadow()) {
      try FileWriter(path: path).finish()
      FileShadow.$current.withValue(try FileShadow()) { #expect(PathKind(path) == .missing) }
      #expect(PathKind(path) == .file)
    }
  }
}
