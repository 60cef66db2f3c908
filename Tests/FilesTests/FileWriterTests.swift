import Files
import Glibc
import TestSupport
import Testing

@Suite("Writing files") struct FileWriterTests {
  let folder = ScratchFolder()
  var path: String { "\(folder.path)/a/b.bin" }

  @Test func piecesBecomeTheFile() throws {
    let pieces: [[UInt8]] = [[1, 2, 3], [], (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }]
    let writer = try FileWriter(path: path)
    for piece in pieces { try writer.write(piece) }
    // Collections that do not lie in one piece are written as well.
    try writer.write(pieces[2].reversed())
    let whole = pieces.joined() + pieces[2].reversed()
    #expect(PathKind(path) == .missing, "it has no name before it is whole")
    #expect(try writer.finish() == MessageDigest.sha256(of: Array(whole)))
    #expect(folder.bytes("a/b.bin") == Array(whole))
    #expect(try Folder.names(in: "\(folder.path)/a") == ["b.bin"])
    #expect(try MessageDigest.hex(ofFile: path) == MessageDigest.sha256(of: Array(whole)))
  }

  @Test("Small pieces are hashed together, large ones in parts: of any order the checksum is that of the file")
  func theChecksumIsOfAllPieces() throws {
    struct Lasting: LastingBytes {
      let bytes: [UInt8]
      func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes(body)
      }
    }
    let writer = try FileWriter(path: path)
    var whole: [UInt8] = []
    // A batch and less, exactly a batch, and several at once; the checksum so far is asked for between.
    for (number, size) in [7, 700_000, 300_000, 48_569, 0, 3_500_000, 1, 1 << 20, 1 << 20, 5].enumerated() {
      let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
      if number % 2 == 0 { try writer.write(Lasting(bytes: piece)) } else { try writer.write(piece) }
      whole += piece
      if number % 3 == 0 { #expect(writer.sha256 == MessageDigest.sha256(of: whole), "piece \(number)") }
    }
    #expect(try writer.finish() == MessageDigest.sha256(of: whole))
    #expect(folder.bytes("a/b.bin") == whole)
  }

  @Test func aWriterThatIsGivenUpLeavesWhatWasThere() throws {
    folder.write("b.bin", "before")
    do {
      let writer = try FileWriter(path: "\(folder.path)/b.bin")
      try writer.write(Array("after".utf8))
    }
    #expect(folder.names == ["b.bin"])
    #expect(folder.text("b.bin") == "before")
  }

  /// Neither does it leave a folder that was made for it; one that was there, or in which another file lies, stays.
  @Test func foldersOfNothingGo() throws {
    do { try FileWriter(path: "\(folder.path)/a/b/c.bin").write([1]) }
    #expect(folder.names == [])
    mkdir("\(folder.path)/a", 0o755)
    do {
      let writer = try FileWriter(path: "\(folder.path)/a/b/c/d.bin")
      try writer.write([1])
      folder.write("a/b/other", "x")
    }
    #expect(try Folder.names(in: "\(folder.path)/a") == ["b"])
    #expect(try Folder.names(in: "\(folder.path)/a/b") == ["other"])
    // A name that is too long is found out when the folder is there already.
    let name = String(repeating: "n", count: 300)
    #expect(throws: FileError.unwritable(file: "\(folder.path)/x/\(name)", .refused(code: ENAMETOOLONG))) {
      try FileWriter(path: "\(folder.path)/x/\(name)")
    }
    #expect(throws: FileError.self) { try FileWriter(path: "\(folder.path)/x/\(name)/y") }
    #expect(folder.names == ["a"])
  }

  @Test func aFolderThatGoesMeanwhile() throws {
    let writer = try FileWriter(path: path)
    try writer.write([1])
    #expect(system("rm -r '\(folder.path)/a'") == 0)
    #expect(throws: FileError.unwritable(file: path, .refused(code: ENOENT))) { try writer.finish() }
    withExtendedLifetime(writer) {}
    #expect(folder.names == [])
  }

  @Test func aFailedRenameLeavesNothing() throws {
    let writer = try FileWriter(path: path)
    try writer.write([1])
    mkdir(path, 0o755)
    #expect(throws: FileError.unwritable(file: path, .refused(code: EISDIR))) { try writer.finish() }
    withExtendedLifetime(writer) {}
    #expect(PathKind(path) == .folder)
  }

  @Test func aLinkWhereTheTemporaryFileGoesIsNotFollowed() throws {
    folder.write("precious", "mine")
    symlink("\(folder.path)/precious", "\(folder.path)/b.bin.\(getpid()).tmp")
    let writer = try FileWriter(path: "\(folder.path)/b.bin")
    try writer.write([7])
    try writer.finish()
    #expect(folder.text("precious") == "mine" && folder.bytes("b.bin") == [7])
  }

  @Test func permissionsAreTheCallers() throws {
    try FileWriter(path: path, permissions: 0o600).finish()
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func whatStandsInTheWayIsSaidBeforeTheWork() {
    mkdir("\(folder.path)/taken", 0o755)
    mkfifo("\(folder.path)/pipe", 0o600)
    folder.write("file", "x")
    for (name, obstacle) in [
      ("taken", .isFolder), ("pipe", .isSpecial(.pipe)), ("file/x", .parentIsNoFolder("\(folder.path)/file")),
    ] as [(String, FileError.Obstacle)] {
      let path = "\(folder.path)/\(name)"
      #expect(throws: FileError.unwritable(file: path, obstacle)) { try FileWriter.check(path) }
    }
    #expect(throws: Never.self) { try FileWriter.check("\(folder.path)/new/folder/x") }
    #expect(PathKind("\(folder.path)/new") == .missing)
  }
}
