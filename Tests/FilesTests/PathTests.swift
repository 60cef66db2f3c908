import CZlib
import Files
import Glibc
import TestSupport
import Testing

/// Paths as users write them, and what may lie at them.
@Suite("Paths") struct PathTests {
  let folder = ScratchFolder()

  /// One place has one name, whether or not anything is there.
  @Test func placesFromTheRootOn() throws {
    mkdir("\(folder.path)/real", 0o755)
    symlink("real", "\(folder.path)/link")
    let place = Folder.absolute("\(folder.path)/real") + "/a/b.png"
    for path in ["real/a/b.png", "link/a/b.png", "./real/./a//b.png", "real/../link/a/b.png"] {
      #expect(Folder.absolute("\(folder.path)/\(path)") == place)
    }
    #expect(Folder.absolute("/") == "/" && Folder.absolute("/nowhere/x") == "/nowhere/x")
    #expect(Folder.absolute("nowhere/x") == Folder.absolute(".") + "/nowhere/x")
    #expect(Folder.above("/a/b/c") == ["/a/b", "/a"] && Folder.above("/a") == [])
    #expect(
      Folder.missing("\(folder.path)/real/x/y") == ["\(folder.path)/real/x", "\(folder.path)/real/x/y"])
    #expect(Folder.missing("\(folder.path)/real") == [])
  }

  @Test func theHomeFolderIsWrittenOut() throws {
    for (path, expanded) in [
      ("~", "/home/ada"), ("~/", "/home/ada/"), ("~/a/~", "/home/ada/a/~"), ("a/~", "a/~"), ("./~", "./~"),
      ("/~/a", "/~/a"), ("", ""),
    ] {
      #expect(try HomeFolder.expanding(path, home: "/home/ada") == expanded)
    }
    // Of a user that every system has, where the system says.
    let user = String(cString: try #require(getpwuid(0)).pointee.pw_name)
    let home = String(cString: try #require(getpwuid(0)).pointee.pw_dir)
    #expect(try HomeFolder.expanding("~\(user)/a", home: "/home/ada") == home + "/a")
    #expect(try HomeFolder.expanding("~\(user)", home: nil) == home)
    #expect(throws: FileError.noHome(file: "~/a", user: "")) { try HomeFolder.expanding("~/a", home: nil) }
  }

  /// A folder called `~nobody-of-this-name` is never made.
  @Test func aUserThatThereIsNotIsAnError() {
    let path = "~no-such-user/a"
    let error = FileError.noHome(file: path, user: "no-such-user")
    #expect(throws: error) { try FileReader(path: path) }
    #expect(throws: error) { try FileWriter(path: path) }
    #expect(throws: error) { try FileWriter.check(path) }
    #expect(throws: error) { try LineFile(path: path) }
    #expect(throws: error) { try Folder.names(in: path) }
    #expect(PathKind(path) == .missing && PathKind("~no-such-user") == .missing)
    #expect("\(error)".contains("there is no user 'no-such-user'") && "\(error)".contains("./~no-such-user"))
  }

  /// Each kind is refused before it is opened: a pipe without a writer, or reader, would wait forever.
  @Test(.timeLimit(.minutes(1))) func whatIsNoPlainFileIsNeitherReadNorWritten() throws {
    let pipe = "\(folder.path)/pipe"
    mkfifo(pipe, 0o600)
    let socketPath = "\(folder.path)/socket"
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socketPath.utf8) }
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    try #require(isBound)
    let link = "\(folder.path)/link"
    symlink(pipe, link)
    for (path, kind) in [
      (pipe, PathKind.special(.pipe)), (link, .special(.pipe)), (socketPath, .special(.socket)),
      ("/dev/zero", .special(.device)), (folder.path, .folder),
    ] {
      #expect(PathKind(path) == kind)
      #expect(throws: FileError.notAFile(file: path, found: kind)) { try FileReader(path: path) }
      let obstacle: FileError.Obstacle = if case .special(let what) = kind { .isSpecial(what) } else { .isFolder }
      #expect(throws: FileError.unwritable(file: path, obstacle)) { try FileWriter(path: path) }
      #expect(throws: FileError.unwritable(file: path, obstacle)) { try FileWriter.check(path) }
      #expect(throws: FileError.unwritable(file: path, obstacle)) { try LineFile(path: path) }
    }
    #expect(folder.names == ["link", "pipe", "socket"])
  }

  @Test func aLinkToNothingSaysSo() {
    let link = "\(folder.path)/link"
    symlink("nowhere", link)
    #expect(throws: FileError.danglingLink(file: link, target: "nowhere")) { try FileReader(path: link) }
    let obstacle = FileError.Obstacle.isDanglingLink(target: "nowhere")
    #expect(throws: FileError.unwritable(file: link, obstacle)) { try FileWriter(path: link) }
    #expect(throws: FileError.unwritable(file: link, obstacle)) { try LineFile(path: link) }
    #expect(folder.names == ["link"])
  }

  @Test func aLinkStaysALink() throws {
    mkdir("\(folder.path)/real", 0o700)
    folder.write("real/file", "old\n")
    let link = "\(folder.path)/link"
    symlink("real/file", link)
    let writer = try FileWriter(path: link)
    try writer.write("new\n".utf8)
    try writer.finish()
    try LineFile(path: link).append("more")
    #expect(folder.text("real/file") == "new\nmore\n")
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(try Folder.names(in: "\(folder.path)/real") == ["file"])
  }

  @Test func theSystemsReasonIsGiven() throws {
    folder.write("file", "")
    symlink("loop", "\(folder.path)/loop")
    let long = String(repeating: "x", count: 300)
    for (name, code) in [("none", ENOENT), ("file/a", ENOTDIR), ("loop", ELOOP), (long, ENAMETOOLONG)] {
      let path = "\(folder.path)/\(name)"
      let error = FileError.unreadable(file: path, code: code)
      #expect(throws: error) { try FileReader(path: path) }
      #expect(throws: error) { try PathKind(existing: path) }
      #expect("\(error)" == "\(path): cannot be read: \(String(cString: strerror(code)))")
    }
  }

  // MARK: - gzip, as gunzip takes it

  private func gzip(_ text: String) -> [UInt8] {
    let path = "\(folder.path)/member.gz"
    let file = gzopen(path, "wb")
    gzputs(file, text)
    gzclose(file)
    return folder.bytes("member.gz")
  }

  @Test func whatFollowsGzipDataIsTakenAsGunzipDoes() throws {
    let (a, b) = (gzip("one "), gzip("two"))
    for (what, bytes, text, hasGarbage) in [
      ("a member", a, "one ", false), ("two members", a + b, "one two", false),
      ("padding", a + b + [UInt8](repeating: 0, count: 300_000), "one two", false),
      ("garbage", a + b + Array("garbage".utf8), "one two", true), ("a byte", a + [0x1F], "one ", true),
      ("zeros and garbage", a + [0, 0, 0, 7], "one ", true), ("padding and a member", a + [0, 0] + b, "one ", true),
    ] {
      let reader = try FileReader(path: folder.write("x.gz", bytes))
      #expect(try reader.read(upTo: 100) == Array(text.utf8), "\(what)")
      try reader.expectEnd()
      #expect(reader.hasTrailingGarbage == hasGarbage, "\(what)")
    }
    // What begins as a member must be one.
    for bytes in [a + [0x1F, 0x8B], a + b.dropLast(), a + [0x1F, 0x8B, 99] + b] {
      let reader = try FileReader(path: folder.write("x.gz", bytes))
      #expect(throws: FileError.self) {
        _ = try reader.read(upTo: 100)
        try reader.expectEnd()
      }
    }
  }

  /// A member that begins on both sides of the end of a buffer.
  @Test func membersMayBeginAnywhere() throws {
    var noise: UInt64 = 1
    let text = String(
      (0..<200_000).map { _ in
        noise = noise &* 6_364_136_223_846_793_005 &+ 1
        return Character(UnicodeScalar(UInt8(33 + noise >> 58)))
      })
    let first = gzip(text)
    let second = gzip("end")
    try #require(first.count > 1 << 17)
    // Empty members fill up to the byte before the buffer's end.
    let empty = gzip("")
    for shift in 0..<empty.count {
      let head = gzip(String(repeating: "a", count: shift)) + first
      let fill = ((2 << 17) - 1 - head.count) / empty.count
      let bytes = head + Array([[UInt8]](repeating: empty, count: fill).joined()) + second
      let reader = try FileReader(path: folder.write("x.gz", bytes))
      #expect(try reader.read(upTo: 1 << 20).suffix(3).elementsEqual("end".utf8))
      try reader.expectEnd()
    }
  }
}
