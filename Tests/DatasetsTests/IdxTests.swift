import Datasets
import Evaluation
import Files
import Glibc
import TestSupport
import Testing

@Suite("idx files") struct IdxTests {
  let folder = TemporaryFolder()
  let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: nil, environment: [:]))

  /// The error that loading `path` throws; a test failure if it throws none.
  func error(loading path: String, sourceLocation: SourceLocation = #_sourceLocation) -> DatasetError? {
    #expect(throws: DatasetError.self, sourceLocation: sourceLocation) { try catalogue.load(path) }
  }

  @Test(arguments: [false, true]) func readsPlainAndCompressed(compressed: Bool) throws {
    let pixels = ramp(5 * 6 * 7)
    let bytes = idx([5, 6, 7], pixels)
    let path =
      compressed
      ? folder.writeGzip("a-images-idx3-ubyte.gz", bytes) : folder.write("a-images-idx3-ubyte", bytes)
    let set = try catalogue.load(path)
    #expect(set.count == 5 && set.images.height == 6 && set.images.width == 7 && set.images.channelCount == 1)
    #expect(set.images.pixels == pixels)
    #expect(set.labels == nil && set.trainCount == 5)
    #expect(set.sha256 == MessageDigest.sha256(of: pixels))
  }

  @Test func contentNotNameTellsCompression() throws {
    let bytes = idx([2, 2, 2], ramp(8))
    #expect(try catalogue.load(folder.writeGzip("zipped-idx3-ubyte", bytes)).count == 2)
    #expect(try catalogue.load(folder.write("plain-idx3-ubyte.gz", bytes)).count == 2)
  }

  @Test func readsColourImages() throws {
    let set = try catalogue.load(folder.write("c-idx4-ubyte", idx([2, 4, 5, 3], ramp(120))))
    #expect(set.images.channelCount == 3 && set.images.pixels == ramp(120))
  }

  @Test func takesLabelsBeside() throws {
    let path = folder.write("x-images-idx3-ubyte", idx([3, 2, 2], ramp(12)))
    folder.writeGzip("x-labels-idx1-ubyte.gz", idx([3], [4, 0, 9]))
    let set = try catalogue.load(path)
    #expect(set.labels == Labels(classes: [1, 0, 2], names: ["0", "4", "9"], classNumbers: [0, 4, 9]))
    #expect(set.sha256 == MessageDigest.sha256(of: ramp(12) + [4, 0, 9]))
  }

  @Test func joinsMembersOfAGzipFile() throws {
    let bytes = idx([4, 3, 3], ramp(36))
    folder.writeGzip("m-idx3-ubyte.gz", Array(bytes[..<20]))
    let path = folder.writeGzip("m-idx3-ubyte.gz", Array(bytes[20...]), appending: true)
    #expect(try catalogue.load(path).images.pixels == ramp(36))
  }

  @Test func refusesEveryTruncation() {
    let bytes = idx([3, 4, 4], ramp(48))
    for length in 0..<bytes.count {
      let path = folder.write("short-idx3-ubyte", Array(bytes[..<length]))
      switch error(loading: path) {
      case .wrongMagic(let file, _, let found): #expect(file == path && length < 4 && found.count == length)
      case .file(.truncated(let file, _, let expected, let found)):
        #expect(file == path && length >= 4 && found == length && expected > length)
      case let other: Issue.record("\(length) bytes gave \(String(describing: other))")
      }
      // The same bytes, whole as a gzip file but short inside.
      _ = error(loading: folder.writeGzip("short-idx3-ubyte.gz", Array(bytes[..<length])))
    }
  }

  @Test func refusesEveryTruncationOfTheCompressedFile() {
    folder.writeGzip("whole.gz", idx([3, 4, 4], ramp(48)))
    let bytes = folder.read("whole.gz")
    for length in 0..<bytes.count {
      _ = error(loading: folder.write("cut-idx3-ubyte.gz", Array(bytes[..<length])))
    }
  }

  @Test func noticesEveryFlippedBitOfTheCompressedContent() {
    let pixels = ramp(48)
    folder.writeGzip("whole.gz", idx([3, 4, 4], pixels))
    let bytes = folder.read("whole.gz")
    for position in bytes.indices {
      var flipped = bytes
      flipped[position] ^= 0x10
      let path = folder.write("flipped-idx3-ubyte.gz", flipped)
      // Some header fields (time, operating system) carry nothing; what is read must then be right.
      if let set = try? catalogue.load(path) { #expect(set.images.pixels == pixels && position < 10) }
    }
  }

  @Test func refusesTrailingBytes() throws {
    let bytes = idx([2, 3, 3], ramp(19))
    #expect(
      error(loading: folder.write("long-idx3-ubyte", bytes))
        == .file(.trailingBytes(file: folder.file("long-idx3-ubyte"), expected: 34, found: 35)))
    #expect(
      error(loading: folder.writeGzip("long-idx3-ubyte.gz", bytes))
        == .file(.trailingBytes(file: folder.file("long-idx3-ubyte.gz"), expected: 34, found: nil)))
    let zipped = folder.writeGzip("tail-idx3-ubyte.gz", idx([2, 3, 3], ramp(18)))
    folder.write("tail-idx3-ubyte.gz", folder.read("tail-idx3-ubyte.gz") + Array("junk".utf8))
    // Which gunzip ignores, and says so.
    #expect(try catalogue.load(zipped).notes == [.garbageIgnored(file: zipped)])
  }

  @Test func refusesForeignFiles() {
    for foreign: [UInt8] in [
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], Array("hello, world".utf8), idx([4], [1, 2, 3, 4]),
      [0, 0, 8, 0], [0, 0, 8, 255], [0, 0], [],
    ] {
      guard case .wrongMagic(_, _, let found) = error(loading: folder.write("f-idx3-ubyte", foreign)) else {
        Issue.record("\(foreign) was not refused for its magic number")
        continue
      }
      #expect(found == Array(foreign.prefix(4)))
    }
    let message = error(loading: folder.write("png-idx3-ubyte", [0x89, 0x50, 0x4E, 0x47]))?.description ?? ""
    #expect(message.contains("png-idx3-ubyte") && message.contains("PNG") && message.contains("89 50 4e 47"))
  }

  @Test func refusesValuesThatAreNotBytes() {
    for code: UInt8 in [0x09, 0x0B, 0x0C, 0x0D, 0x0E, 0x42] {
      var bytes = idx([1, 2, 2], ramp(4))
      bytes[2] = code
      guard case .unsupported(_, _, let found) = error(loading: folder.write("t-idx3-ubyte", bytes)) else {
        Issue.record("type \(code) was not refused")
        continue
      }
      #expect(found.contains("\(code)"))
    }
  }

  @Test func refusesEmptyAndOddShapes() {
    for sizes in [[0, 28, 28], [10, 0, 28], [10, 28, 0], [1, 2, 2, 0], [1, 2, 2, 2]] {
      let path = folder.write("e-idx3-ubyte", idx(sizes, ramp(sizes.reduce(1, *))))
      guard case .unsupported = error(loading: path) else {
        Issue.record("\(sizes) was not refused")
        continue
      }
    }
  }

  @Test func refusesLabelsThatDoNotFit() {
    let images = folder.write("y-images-idx3-ubyte", idx([3, 2, 2], ramp(12)))
    let labels = folder.write("y-labels-idx1-ubyte", idx([4], [1, 2, 3, 4]))
    #expect(
      error(loading: images) == .countMismatch(file: images, images: 3, labelsFile: labels, labels: 4))
    folder.write("y-labels-idx1-ubyte", idx([3], [1, 2]))
    guard case .file(.truncated) = error(loading: images) else {
      Issue.record("short labels were taken")
      return
    }
    folder.write("y-labels-idx1-ubyte", idx([3, 2, 2], ramp(12)))
    guard case .wrongMagic = error(loading: images) else {
      Issue.record("images were taken as labels")
      return
    }
  }

  /// Opening a pipe that nobody writes to must not wait; a folder and a device are no files either.
  @Test(.timeLimit(.minutes(1))) func refusesWhatIsNoFile() {
    let pipe = folder.file("pipe-idx3-ubyte")
    mkfifo(pipe, 0o600)
    for path in [pipe, "/dev/zero", folder.path] {
      switch error(loading: path) {
      case .unknownFormat(let found, _, _), .file(.notAFile(let found, _)): #expect(found == path)
      case let other: Issue.record("\(path): \(String(describing: other))")
      }
    }
    #expect(
      error(loading: folder.file("none-idx3-ubyte"))
        == .file(.unreadable(file: folder.file("none-idx3-ubyte"), code: ENOENT)))
  }
}
