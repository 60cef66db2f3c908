import Files
import Glibc
import TestSupport
import Testing

@Suite("Folders") struct FolderTests {
  let folder = ScratchFolder()

  @Test func digitsCompareAsNumbers() {
    let ordered = [
      "", "1", "01", "001", "2", "10", "99999999999999999999998", "99999999999999999999999", "B", "a", "obj1__0.png",
      "obj1__9.png", "obj1__10.png", "obj2__1.png", "obj10__0.png", "obj10__00.png", "object", "é",
    ]
    for (i, left) in ordered.enumerated() {
      for (j, right) in ordered.enumerated() {
        #expect(NaturalOrder.precedes(left, right) == (i < j), "\(left) and \(right)")
      }
    }
  }

  @Test func namesAreVisibleOnesInNaturalOrder() throws {
    for name in ["10.png", "9.png", ".hidden", "a b", "ü"] { folder.write(name, "") }
    mkdir("\(folder.path)/1", 0o755)
    #expect(try Folder.names(in: folder.path) == ["1", "9.png", "10.png", "a b", "ü"])
    let missing = "\(folder.path)/none"
    #expect(throws: FileError.unreadable(file: missing, code: ENOENT)) { try Folder.names(in: missing) }
    let file = "\(folder.path)/9.png"
    #expect(throws: FileError.unreadable(file: file, code: ENOTDIR)) { try Folder.names(in: file) }
  }

  @Test func pathsAreSplit() {
    for (path, folder, name) in [
      ("a", ".", "a"), ("a/b/c", "a/b", "c"), ("/a", "/", "a"), ("a/", "a", ""), ("", ".", ""), ("./a", ".", "a"),
    ] {
      #expect(Folder.split(path) == (folder, name))
    }
  }

  @Test func usersFolders() {
    let environment = ["XDG_STATE_HOME": "/state", "XDG_CONFIG_HOME": "relative", "XDG_CACHE_HOME": "", "HOME": "/h"]
    #expect(UserFolder.state.path { environment[$0] } == "/state/ddpm-repl")
    #expect(UserFolder.configuration.path { environment[$0] } == "/h/.config/ddpm-repl")
    #expect(UserFolder.cache.path { environment[$0] } == "/h/.cache/ddpm-repl")
    #expect(UserFolder.cache.path { _ in nil } == nil)
    let made = UserFolder.state.make { $0 == "XDG_STATE_HOME" ? "\(folder.path)/x/y" : nil }
    #expect(made == "\(folder.path)/x/y/ddpm-repl" && PathKind(made!) == .folder)
    folder.write("file", "")
    #expect(UserFolder.state.make { $0 == "HOME" ? "\(folder.path)/file" : nil } == nil)
  }
}
