import Downloads
import Files
import Foundation
import TestSupport
import Testing

@Suite("Archives") struct ArchiveTests {
  private let folder = ScratchFolder()
  private var path: String { "\(folder.path)/archive" }
  private var target: String { "\(folder.path)/set" }

  private func unpack(_ names: [String], limit: Int = 1 << 20) throws {
    try Archive.unpack(path, names: names, to: target, limit: limit) { _ in }
  }

  private var unpacked: [String] { (try? FileManager.default.contentsOfDirectory(atPath: target))?.sorted() ?? [] }

  @Test(arguments: ArchiveBuilder.Format.allCases) func wantedFilesAreTakenFromAnyFolder(format: ArchiveBuilder.Format)
    throws
  {
    let large: [UInt8] = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    ArchiveBuilder(["top/readme": [9], "top/a.bin": [1, 2, 3], "top/deep/b.bin": large, "c.bin": [5]])
      .write(to: path, as: format)
    try unpack(["a.bin", "b.bin"])
    #expect(unpacked == ["a.bin", "b.bin"])
    #expect(folder.bytes("set/a.bin") == [1, 2, 3] && folder.bytes("set/b.bin") == large)
  }

  /// Paths that lead elsewhere, links in the place of files, and links that later files would be written through.
  @Test(arguments: ArchiveBuilder.Format.allCases) func nothingReachesBeyondTheFolder(format: ArchiveBuilder.Format)
    throws
  {
    let outside = folder.write("outside", [7])
    var archive = ArchiveBuilder()
    archive.addLink("a.bin", to: outside)
    archive.addLink(".unpacking", to: folder.path)
    archive.add("../../a.bin", [1])
    archive.add("/tmp/b.bin", [2])
    archive.add("../outside", [3])
    archive.write(to: path, as: format)
    try unpack(["a.bin", "b.bin"])
    #expect(unpacked == ["a.bin", "b.bin"])
    #expect(folder.bytes("set/a.bin") == [1] && folder.bytes("set/b.bin") == [2] && folder.bytes("outside") == [7])
    #expect(folder.names == ["archive", "outside", "set"])
  }

  @Test(arguments: ArchiveBuilder.Format.allCases) func whatIsNotWholeLeavesNothing(format: ArchiveBuilder.Format)
    throws
  {
    let noise: [UInt8] = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 2_654_435_761 >> 13) }
    ArchiveBuilder(["a.bin": noise, "b.bin": noise]).write(to: path, as: format)
    let whole = folder.bytes("archive")
    #expect(throws: ArchiveError.missing(file: path, names: ["c.bin"])) { try unpack(["a.bin", "c.bin"]) }
    #expect(unpacked.isEmpty)
    #expect(throws: ArchiveError.tooLarge(file: path, limit: 99_999)) { try unpack(["a.bin", "b.bin"], limit: 99_999) }
    #expect(unpacked.isEmpty)
    try unpack(["a.bin", "b.bin"], limit: 100_000)
    #expect(unpacked.count == 2)
    for name in unpacked { try FileManager.default.removeItem(atPath: "\(target)/\(name)") }
    for length in [0, 10, whole.count / 3, whole.count / 2] {
      folder.write("archive", Array(whole.prefix(length)))
      #expect(throws: ArchiveError.self, "cut to \(length) bytes") { try unpack(["a.bin", "b.bin"]) }
      #expect(unpacked.isEmpty, "cut to \(length) bytes")
    }
  }

  @Test func aCompressedFileIsReadWithinItsLimit() throws {
    let text = Array(String(repeating: "1 1:-1 2:0.5\n", count: 1000).utf8)
    ArchiveBuilder.writeBzip2(text, to: path)
    #expect(try Archive.contents(of: path, limit: text.count) == text)
    #expect(throws: ArchiveError.tooLarge(file: path, limit: 100)) { try Archive.contents(of: path, limit: 100) }
    folder.write("archive", Array(folder.bytes("archive").dropLast(20)))
    #expect(throws: ArchiveError.self) { try Archive.contents(of: path, limit: 1 << 20) }
    #expect(throws: ArchiveError.self) { try Archive.contents(of: "\(path)-none", limit: 1) }
  }
}
