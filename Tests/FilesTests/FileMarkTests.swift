import Files
import Glibc
import TestSupport
import Testing

@Suite("Marks of files") struct FileMarkTests {
  let folder = ScratchFolder()
  let mark = FileMark(beginning: "%X-".utf8, first: 5, last: 3) { first, last in
    first == Array("%X-ok".utf8) && last == Array("end".utf8)
  }

  @Test func isToldByTheFirstAndTheLastBytes() throws {
    for (text, isCarried) in [
      ("%X-ok and so on end", true), ("%X-okend", true), ("%X-oend", false), ("%X-ok and so on", false),
      ("%Y-ok and so on end", false), ("%X", false), ("", false),
    ] {
      #expect(mark.isCarried(by: Array(text.utf8)) == isCarried, "\(text)")
      #expect(try mark.isCarried(byFile: folder.write("file", text)) == isCarried, "\(text)")
    }
    let whole = FileMark(beginning: [1, 2])
    #expect(whole.isCarried(by: [1, 2, 3]) && !whole.isCarried(by: [1]))
  }

  @Test func whatCannotBeReadIsSaid() {
    let missing = "\(folder.path)/none"
    #expect(throws: FileError.unreadable(file: missing, code: ENOENT)) { try mark.isCarried(byFile: missing) }
    #expect(throws: FileError.notAFile(file: folder.path, found: .folder)) { try mark.isCarried(byFile: folder.path) }
  }
}
