import CZlib
import Datasets
import Evaluation
import Images
import TestSupport
import Testing

/// What a file is, is told by its content before its name.
@Suite("Kinds of files") struct ContentTests {
  let folder = TemporaryFolder()
  let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: nil, environment: [:]))

  private func load(_ path: String, labels: String? = nil) throws -> Dataset {
    var selection = DatasetSelection()
    selection.labels = labels
    return try catalogue.load(path, selection)
  }

  private static let images = idx([2, 3, 4], ramp(24))
  private static let array = npy("|u1", "2, 3, 4", ramp(24))
  private static let zip = ZipBuilder(["x.npy": array]).bytes
  /// A CIFAR-10 record that begins as an idx file of images does.
  private static let record = [0, 0, 8, 3] + ramp(3069)

  @Test(
    arguments: ["x.bin", "x.npy", "x.npz", "x.csv", "x.png", "x-images-idx3-ubyte", "x", "x.gz", "x.jpg"])
  func anyNameWillDo(name: String) throws {
    for bytes in [Self.images, Self.array, Self.zip] {
      let set = try load(folder.write(name, bytes))
      #expect(set.images.pixels == ramp(24) && set.images.width == 4 && set.images.height == 3)
    }
    // The compressed forms, whatever they are called.
    for bytes in [Self.images, Self.array] {
      #expect(try load(folder.writeGzip(name, bytes)).images.pixels == ramp(24))
    }
  }

  @Test func theNameDecidesWhereContentCannot() throws {
    #expect(try load(folder.write("a.bin", Self.record)).images.width == 32)
    // The beginning of both kinds, whose sizes tell them apart.
    #expect(try load(folder.write("a.bin", Self.images)).images.width == 4)
    // Cut short, an idx file is still one by its name, and an array by its first bytes.
    let cut = #expect(throws: DatasetError.self) { try load(folder.write("a-ubyte", Array(Self.images.dropLast()))) }
    #expect("\(cut!)".contains("truncated in its pixels"))
    let short = #expect(throws: DatasetError.self) { try load(folder.write("a.bin", Array(Self.array.dropLast()))) }
    #expect("\(short!)".contains("truncated in its elements"))
  }

  @Test func foreignFilesAreCalledWhatTheyAre() {
    var png = PNGBuilder()
    png.appendHeader(width: 1, height: 1)
    for (bytes, name) in [(png.bytes, "a PNG image"), (Array("%PDF-1.5".utf8), "a PDF document")] {
      for file in ["x.npy", "x.bin", "x-ubyte", "x.npz", "x"] {
        let path = folder.write(file, bytes)
        let error = #expect(throws: DatasetError.self) { try load(path) }
        #expect("\(error!)".hasPrefix("\(path): expected ") && "\(error!)".contains(name), "\(error!)")
      }
    }
  }

  @Test func labelsAreToldByContent() throws {
    let path = folder.write("images", Self.images)
    for (name, bytes) in [
      ("y.csv", idx([2], [7, 200])), ("y.npy", idx([2], [7, 200])), ("y-ubyte", npy("|u1", "2,", [7, 200])),
      ("y.npy", Array("7\n200\n".utf8)), ("y.txt", Array("7\n200\n".utf8)), ("y", npy("<i2", "2,", [7, 0, 200, 0])),
    ] {
      for isCompressed in [false, true] {
        let labels = isCompressed ? folder.writeGzip(name, bytes) : folder.write(name, bytes)
        #expect(try load(path, labels: labels).labels?.names == ["7", "200"], "\(name)")
      }
    }
  }

  /// Copies of MNIST write `-idx` or `.idx`, and not always the same for images and labels.
  @Test(arguments: ["-idx", ".idx"], ["-idx", ".idx"]) func bothSpellingsBelongTogether(images: String, labels: String)
    throws
  {
    for (index, prefix) in ["train", "t10k"].enumerated() {
      folder.write("\(prefix)-images\(images)3-ubyte", Self.images)
      let bytes = idx([2], [UInt8(index), 9])
      if index == 0 {
        folder.write("\(prefix)-labels\(labels)1-ubyte", bytes)
      } else {
        folder.writeGzip("\(prefix)-labels\(labels)1-ubyte.gz", bytes)
      }
    }
    #expect(try load("\(folder.path)/train-images\(images)3-ubyte").labels?.names == ["0", "9"])
    let set = try load(folder.path)
    #expect(set.labels?.names == ["0", "1", "9"] && set.trainCount == 2 && set.count == 4)
  }

  @Test func garbageBehindGzipDataIsTold() throws {
    folder.writeGzip("x.gz", Self.images)
    let path = folder.write("x.gz", folder.read("x.gz") + Array("garbage".utf8))
    #expect(try load(path).notes == [.garbageIgnored(file: path)])
    #expect(try load(folder.write("x.gz", folder.read("x.gz").dropLast(7) + [0, 0, 0])).notes == [])
  }

  @Test func aFolderThatCannotBeLookedInSaysWhy() {
    folder.write("sets", [1])
    let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: folder.file("sets"), environment: [:]))
    let error = #expect(throws: DatasetError.self) { try catalogue.load("mnist") }
    #expect("\(error!)".contains("\(folder.path)/sets/mnist (Not a directory)"), "\(error!)")
  }

  // MARK: - Classes

  /// EMNIST's letters are numbered from 1; of two digits no others occur.
  @Test(
    arguments: [
      ("letters", Array(1...26), (1...26).map { "\($0)" }), ("two", [7, 200, 200, 7], ["7", "200"]),
    ] as [(String, [UInt8], [String])])
  func classesAreThoseThatOccur(name: String, labels: [UInt8], names: [String]) throws {
    let path = folder.write("\(name)-images-idx3-ubyte", idx([labels.count, 2, 2], ramp(4 * labels.count)))
    folder.write("\(name)-labels-idx1-ubyte", idx([labels.count], labels))
    let set = try catalogue.load(path)
    #expect(set.labels?.names == names && set.labels?.numbers == labels.map(Int.init))
    #expect(try catalogue.load(path, DatasetSelection(count: 1, order: .first)).labels?.names == [names[0]])
  }

  /// Of a set with names, too, and of a part of one.
  @Test func classesOfAPartAreThoseThatOccurInIt() throws {
    #expect(try catalogue.load("strokes", DatasetSelection(count: 3)).labels?.classCount == 3)
    #expect(try catalogue.load("strokes").labels?.classCount == 10)
    let batch = [[6], ramp(3072), [9], ramp(3072)].joined()
    let set = try load(folder.write("x.bin", Array(batch)))
    #expect(set.labels == Labels(classes: [0, 1], names: ["frog", "truck"], classNumbers: [6, 9]))
  }

  // MARK: - Turning

  @Test(
    arguments: [
      (Turn.transpose, [0, 3, 1, 4, 2, 5]), (.left, [2, 5, 1, 4, 0, 3]), (.right, [3, 0, 4, 1, 5, 2]),
      (.half, [5, 4, 3, 2, 1, 0]),
    ] as [(Turn, [UInt8])])
  func everySetCanBeTurned(turn: Turn, pixels: [UInt8]) throws {
    var selection = DatasetSelection()
    selection.turn = turn
    let grey = try catalogue.load(folder.write("a", idx([1, 2, 3], Array(0..<6))), selection).images
    #expect(grey.pixels == pixels)
    #expect(grey.height == (turn.swapsSides ? 3 : 2) && grey.width == (turn.swapsSides ? 2 : 3))
    func threefold(_ values: [UInt8]) -> [UInt8] {
      values.flatMap { value -> [UInt8] in [3 * value, 3 * value + 1, 3 * value + 2] }
    }
    let path = folder.write("c", idx([1, 2, 3, 3], threefold(Array(0..<6))))
    #expect(try catalogue.load(path, selection).images.pixels == threefold(pixels))
    // As many turns as it takes come back to the beginning.
    let strokes = try catalogue.load("strokes", DatasetSelection(count: 4))
    let turns = turn == .left || turn == .right ? 4 : 2
    var turned = strokes.images
    for _ in 0..<turns { turned = turned.turned(turn) }
    #expect(turned == strokes.images)
    selection.count = 4
    let set = try catalogue.load("strokes", selection)
    #expect(set.images == strokes.images.turned(turn) && set.sha256 != strokes.sha256)
  }
}
