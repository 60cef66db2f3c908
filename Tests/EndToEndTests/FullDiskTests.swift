import Glibc
import TestSupport
import Testing

private enum SmallDisk {
  /// Whether a small disk can be had that nobody else sees.
  static let isPossible: Bool = {
    let folder = ScratchFolder()
    mkdir("\(folder.path)/disk", 0o755)
    return system(
      "unshare -rm sh -c 'mount -t tmpfs -o size=64k none \(folder.path)/disk' 2> /dev/null > /dev/null") == 0
  }()
}

/// Disks that are full, that may only be read, and folders that went away: what was there stays as it was, each command
/// says once what is wrong, nothing half-written is left, and the session goes on.
@Suite(.enabled(if: SmallDisk.isPossible, "no file system can be mounted here, even in a namespace of its own"))
struct FullDiskTests {
  private let folder = ScratchFolder()

  /// Runs shell lines with TOOL as the tool, in a folder with a disk of a few megabytes.
  ///
  /// - Returns: the status of the last line; standard output and error are in files of these names, `before` and `after`
  ///   hold what the disk did before the last line and behind it.
  private func onDisk(_ first: String, then last: String) -> Int32 {
    mkdir("\(folder.path)/disk", 0o755)
    folder.write(
      "script.sh",
      """
      cd '\(folder.path)'
      export HOME='\(folder.path)'
      mount -t tmpfs -o size=4m none disk || exit 99
      \(first.replacing("TOOL", with: "'\(Tool.path)'"))
      cp -r disk before
      ( \(last.replacing("TOOL", with: "'\(Tool.path)'")) ) > output 2> errors
      status=$?
      cp -r disk after
      exit $status
      """)
    let status = system("unshare -rm sh '\(folder.path)/script.sh' > '\(folder.path)/log' 2>&1")
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  /// The names in a folder and those below it, with their bytes.
  private func contents(_ name: String) -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for entry in ScratchFolder.names(in: "\(folder.path)/\(name)") {
      let below = self.contents("\(name)/\(entry)")
      contents[entry] = folder.bytes("\(name)/\(entry)")
      for (path, bytes) in below { contents["\(entry)/\(path)"] = bytes }
    }
    return contents
  }

  private static let training = "load strokes count=60; model fast channels=8 components=12 batch=40; train"
  /// A command for each kind of file, and the file.
  private static let writing: [(command: String, file: String)] = [
    ("save disk/a.safetensors", "a.safetensors"), ("save disk/a.npz", "a.npz"),
    ("save disk/a.csv overwrite=on", "a.csv"), ("save disk/a.ddpm", "a.ddpm"),
    ("images out=disk/images.png", "images.png"), ("plot loss out=disk/loss.pdf", "loss.pdf"),
    ("plot loss out=disk/loss.svg", "loss.svg"), ("plot confusion out=disk/confusion.png", "confusion.png"),
    ("plot tsne points=30 iterations=5 early=5 out=disk/tsne.png", "tsne.png"),
    ("sample steps=2 count=1 out=disk/samples.png", "samples.png"),
    ("reconstruct steps=2 count=2 out=disk/reconstructions.png", "reconstructions.png"),
    ("assign strokes count=30 out=disk/new.csv overwrite=on", "new.csv"),
    ("images out=disk/new/folder/images.png", "new/folder/images.png"),
  ]
  private static var all: String { writing.map(\.command).joined(separator: "; ") }

  @Test func aFullDisk() throws {
    let status = onDisk(
      "TOOL -c '\(Self.training); \(Self.all); set record=disk/r.jsonl; seed 3'\n rm -r disk/new; cat /dev/zero > disk/fill",
      then:
        "TOOL --keep-going -c 'seed 5; \(Self.training); \(Self.all); set record=disk/r.jsonl; repeat 90 { status }; "
        + "print still there; evaluate'")
    let errors = folder.text("errors")
    try #require(status == 1, "\(errors)\(folder.text("log"))")
    for (_, file) in Self.writing {
      let words = "cannot write disk/\(file): No space left on device"
      #expect(errors.split(separator: "\n").filter { $0.contains(words) }.count == 1, "\(file): \(errors)")
    }
    let lost = "error: no record is kept: cannot write disk/r.jsonl: No space left on device"
    #expect(errors.split(separator: "\n").filter { $0.contains(lost) }.count == 1, "\(errors)")
    #expect(folder.text("output").contains("still there\naccuracy"))
    // What was there is as it was; records end with a whole one.
    var (before, after) = (contents("before"), contents("after"))
    let (records, more) = (before.removeValue(forKey: "r.jsonl") ?? [], after.removeValue(forKey: "r.jsonl") ?? [])
    #expect(more.starts(with: records) && more.last == UInt8(ascii: "\n") && !records.isEmpty)
    #expect(before.keys.sorted() == after.keys.sorted() && before == after)
  }

  /// Where only the keeping of the session and of its scores fails, the training goes on; what was kept before stays whole.
  @Test func keepingOnAFullDisk() throws {
    let status = onDisk(
      "export XDG_STATE_HOME='\(folder.path)/disk' XDG_DATA_HOME='\(folder.path)/disk'\n"
        + "TOOL -c '\(Self.training); evaluate; undo 8'; cat /dev/zero > disk/fill",
      then: "TOOL -c '\(Self.training) rounds=3; evaluate; save done.ddpm'")
    let errors = folder.text("errors").split(separator: "\n")
    #expect(status == 0 && errors.count == 2, "\(errors)")
    #expect(errors.contains { $0.hasPrefix("the session is not kept for recover: cannot write ") })
    #expect(errors.contains { $0.hasPrefix("the run is not kept: the store of runs ") })
    #expect(folder.text("done.ddpm").contains("train rounds=3"))
    let before = contents("before")
    let after = contents("after")
    #expect(before.keys.sorted() == after.keys.sorted())
    #expect(before == after && before.keys.contains { $0.hasSuffix(".safetensors") })
    #expect(before.keys.contains { $0.hasSuffix("runs.sqlite") })
  }

  @Test(arguments: writing.indices) func oneCommandOnAFullDiskEndsAScript(place: Int) throws {
    let (command, file) = Self.writing[place]
    // Half of them; the others go the same way.
    guard place % 2 == 0 else { return }
    let status = onDisk(
      "TOOL -c '\(Self.training); save disk/a.ddpm'; cat /dev/zero > disk/fill",
      then: "TOOL -c '\(Self.training); \(command); print unreached'")
    #expect(status == 1 && !folder.text("output").contains("unreached"))
    let errors = folder.text("errors").split(separator: "\n").filter { $0.contains("error:") }
    #expect(errors.count == 1 && errors[0].contains("cannot write disk/\(file)"), "\(errors)")
    #expect(contents("before") == contents("after"))
  }

  /// Two hundred pictures do not fit; those that did go again.
  @Test func manyPicturesOrNone() throws {
    let status = onDisk(
      "TOOL -c 'load strokes count=60; model kmeans; train; assign strokes count=20 folders=disk/kept'; "
        + "head -c 3800000 /dev/zero > disk/fill",
      then:
        "TOOL --keep-going -c 'load strokes count=60; model kmeans; train; assign strokes count=200 folders=disk/new/a; "
        + "assign strokes count=200 folders=disk/kept'")
    let errors = folder.text("errors")
    #expect(status == 1 && errors.split(separator: "\n").filter { $0.contains("No space left on device") }.count == 2)
    #expect(contents("before").count > 20 && contents("before") == contents("after"), "\(errors)")
  }

  @Test func aDiskThatMayOnlyBeRead() throws {
    let status = onDisk(
      "TOOL -c '\(Self.training); \(Self.all)'; mount -o remount,ro disk",
      then: "TOOL -c 'seed 5; \(Self.training); \(Self.all); set record=disk/r.jsonl'")
    #expect(status == 1 && folder.text("output") == "", "nothing ran")
    let errors = folder.text("errors")
    for (_, file) in Self.writing {
      #expect(errors.contains("error: cannot write disk/\(file): Read-only file system\n"), "\(errors)")
    }
    #expect(errors.contains("no record is kept: cannot write disk/r.jsonl: Read-only file system"))
    #expect(contents("before") == contents("after"))
  }

  @Test func aWorkingFolderThatIsNoMore() throws {
    let status = onDisk(
      "mkdir disk/gone",
      then:
        "cd disk/gone; rmdir ../gone; TOOL -c 'seed 5; images out=a.png' ; TOOL -c 'load strokes count=20; save b.npz'")
    #expect(status == 1 && folder.text("output") == "", "nothing ran")
    for file in ["a.png", "b.npz"] {
      #expect(folder.text("errors").contains("error: cannot write \(file): No such file or directory\n"))
    }
    #expect(contents("after").isEmpty)
  }
}
