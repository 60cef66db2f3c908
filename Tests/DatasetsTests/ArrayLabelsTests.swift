import Datasets
import Evaluation
import TestSupport
import Testing

@Suite("Labels of arrays, and archives") struct ArrayLabelsTests {
  let folder = TemporaryFolder()
  let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: "none", environment: [:]))

  private func load(_ path: String, labels: String? = nil, array: String? = nil) throws -> Dataset {
    var selection = DatasetSelection()
    (selection.labels, selection.array) = (labels, array)
    return try catalogue.load(path, selection)
  }

  private func images(_ name: String = "set.npy", count: Int = 4) -> String {
    folder.write(name, npy("|u1", "\(count), 2, 2", ramp(4 * count)))
  }

  private func int64(_ values: Int...) -> [UInt8] {
    values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  }

  /// Under their own names, in their order: what does not occur is no class.
  @Test func classesAreThoseThatOccur() throws {
    let path = images()
    folder.write("set-labels.npy", npy("<i8", "4,", int64(200, 7, -1, 200)))
    let labels = try load(path).labels
    #expect(labels == Labels(classes: [2, 1, 0, 2], names: ["-1", "7", "200"], classNumbers: [-1, 7, 200]))
    #expect(labels?.numbers == [200, 7, -1, 200])
    // The same from idx files, by name and beside the images.
    let idxImages = folder.write("a-images-idx3-ubyte", idx([4, 2, 2], ramp(16)))
    folder.write("a-labels-idx1-ubyte", idx([4], [26, 1, 1, 9]))
    let expected = Labels(classes: [2, 0, 0, 1], names: ["1", "9", "26"], classNumbers: [1, 9, 26])
    #expect(try load(idxImages).labels == expected)
    #expect(try load(path, labels: folder.file("a-labels-idx1-ubyte")).labels == expected)
    #expect(try load(idxImages, labels: folder.file("set-labels.npy")).labels?.names == ["-1", "7", "200"])
  }

  @Test func numbersOfAnyTypeAndShape() throws {
    let path = images(count: 2)
    for (bytes, names) in [
      (npy("|u1", "2,", [1, 255]), ["1", "255"]), (npy("|i1", "2,", [1, 255]), ["-1", "1"]),
      (npy(">i4", "2, 1", [0, 0, 1, 0, 0, 0, 0, 9]), ["9", "256"]), (npy("|b1", "2,", [1, 0]), ["0", "1"]),
      (npy("<f4", "2,", [0, 0, 0x40, 0x40, 0, 0, 0x80, 0xBF]), ["-1", "3"]),
      (npy("<i8", "2,", int64(.max, .min)), ["\(Int.min)", "\(Int.max)"]),
    ] {
      #expect(try load(path, labels: folder.write("y.npy", bytes)).labels?.names == names)
    }
  }

  @Test func tables() throws {
    let path = images()
    for (text, classes, names) in [
      ("b\na\nb\nc\n", [1, 0, 1, 2], ["a", "b", "c"]), ("10\r\n9\r\n10\r\n9", [1, 0, 1, 0], ["9", "10"]),
      ("label\ncat10\ncat9\ncat9\ncat10\n", [1, 0, 0, 1], ["cat9", "cat10"]),
      ("digit\n3\n3\n1\n2\n", [2, 2, 0, 1], ["1", "2", "3"]), ("y\nn\ny\nn\n", [1, 0, 1, 0], ["n", "y"]),
      ("\u{FEFF}Label\n7\n3\n7\n3\n", [1, 0, 1, 0], ["3", "7"]),
      (
        "file,class,x\na.png,dog,1\nb.png, \"big, \"\"red\"\" cat\" ,2\nc.png,dog,3\nd.png,ox,4\n", [1, 0, 1, 2],
        ["big, \"red\" cat", "dog", "ox"]
      ),
      ("index,label,cluster,probability\n0,1,5,0.9\n1,2,5,0.9\n2,1,5,0.9\n3,1,5,0.9\n", [0, 1, 0, 0], ["1", "2"]),
    ] {
      let labels = try load(path, labels: folder.write("y.csv", Array(text.utf8))).labels
      #expect(labels?.classes == classes && labels?.names == names, "\(text)")
    }
  }

  @Test(
    arguments: [
      ("y.npy", npy("|u1", "3,", [1, 2, 3]), "expected 4 labels"),
      ("y.npy", npy("|u1", "2, 2", [1, 2, 3, 4]), "uint8 of the shape (2, 2)"),
      ("y.npy", npy("<f2", "4,", [0, 0x3C, 0, 0x3E, 0, 0, 0, 0]), "found 1.5 at [1]"),
      ("y.npy", npy("<U1", "4,", [UInt8](repeating: 65, count: 16)), "found text ('<U1')"),
      ("y.csv", Array("a\nb\n".utf8), "expected 4 labels"),
      ("y.csv", Array("5\n1\n2\n3\n4\n".utf8), "found 5"), ("y.csv", Array("a\nb\nc\nd\ne\n".utf8), "found 5"),
      ("y.csv", [], "found an empty file"),
      ("y.csv", Array("a,b\n1,2\n1,2\n1,2\n1,2\n".utf8), "found 2 columns: a, b"),
      ("y.csv", Array("label,b\n1,2\n1,2\n1\n1,2\n".utf8), "found 1 in row 4"),
      ("y.csv", Array("label,b\n1,2\n,2\n1,2\n1,2\n".utf8), "found none in row 3"),
      ("y.csv", Array("a\n\"b\nc\nd\n".utf8), "a quote that is never closed"),
      ("y.csv", Array("a\n\"b\"x\nc\nd\n".utf8), "text after a closing quote"),
      ("y.csv", [0xFF, 10, 0xFE, 10, 1, 10, 2, 10], "expected text in UTF-8"),
      ("y.dat", [1, 2, 3, 4], "another ending"), ("y.npy", [0x89, 0x50, 0x4E, 0x47], "found a PNG image"),
      ("y-ubyte", idx([3], [1, 2, 3]), "expected 4 labels"),
    ] as [(String, [UInt8], String)])
  func labelsThatDoNotFit(name: String, bytes: [UInt8], says: String) {
    let (path, labels) = (images(), folder.write(name, bytes))
    let error = #expect(throws: DatasetError.self) { try load(path, labels: labels) }
    guard case .inOption("labels", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let message = error!.description
    #expect(message.hasPrefix("\(labels): ") && message.contains(says), "\(message)")
  }

  @Test func aByteCanNameAsManyClassesAsThereAre() throws {
    let path = images(count: 257)
    let words = (0..<257).map { "class \($0)\n" }.joined()
    #expect(throws: DatasetError.inOption("labels", .tooManyClasses(file: folder.file("y.csv"), limit: 256))) {
      try load(path, labels: folder.write("y.csv", Array(words.utf8)))
    }
  }

  // MARK: - Archives

  private func archive(_ arrays: KeyValuePairs<String, [UInt8]>) -> String {
    folder.write("a.npz", ZipBuilder(arrays).bytes)
  }

  private let three = npy("|u1", "3, 2, 2", ramp(12))
  private let two = npy("|u1", "2, 2, 2", [UInt8](repeating: 9, count: 8))

  @Test func arraysAreFoundByTheirNames() throws {
    let y = npy("|u1", "3,", [4, 8, 4])
    for (images, labels) in [("x", "y"), ("X", "Y"), ("images", "labels"), ("data", "target"), ("arr_0", "arr_1")] {
      let set = try load(archive(["other.npy": two, "\(labels).npy": y, "notes.txt": [1], "\(images).npy": three]))
      #expect(set.images.pixels == ramp(12) && set.labels?.names == ["4", "8"] && set.trainCount == 3)
    }
    #expect(try load(archive(["anything.npy": three])).labels == nil)
    let path = archive(["a.npy": three, "b.npy": two, "c.npy": y])
    let error = #expect(throws: DatasetError.self) { try load(path) }
    #expect(error?.description.hasSuffix("found a, b, c") == true && error?.description.contains("called x or") == true)
    #expect(try load(path, array: "b").images.pixels == [UInt8](repeating: 9, count: 8))
    #expect(try load(path, labels: "c", array: "a").labels?.classes == [0, 1, 0])
    #expect(
      try load(path, labels: folder.write("y.csv", Array("u\nv\nu\n".utf8)), array: "a").labels?.names == ["u", "v"])
    #expect(
      throws: DatasetError.inOption("array", .array(.noSuchArray(file: path, name: "d", names: ["a", "b", "c"])))
    ) { try load(path, array: "d") }
    let wrong = #expect(throws: DatasetError.self) { try load(path, labels: "c", array: "b") }
    #expect(wrong?.description == "\(path), array c: expected 2 labels, one for each image of \(path), found 3")
  }

  @Test func twoPartsAreForTrainingAndTesting() throws {
    for (a, b, c, d) in [
      ("x_train", "y_train", "x_test", "y_test"), ("train_images", "train_labels", "test_images", "test_labels"),
    ] {
      let path = archive([
        "\(c).npy": two, "\(a).npy": three, "\(b).npy": npy("|u1", "3, 1", [5, 7, 5]),
        "\(d).npy": npy("<i8", "2,", int64(9, 5)),
      ])
      let set = try load(path)
      #expect(set.count == 5 && set.trainCount == 3 && set.images.pixels.prefix(12).elementsEqual(ramp(12)))
      #expect(set.labels == Labels(classes: [0, 1, 0, 2, 0], names: ["5", "7", "9"], classNumbers: [5, 7, 9]))
      #expect(try catalogue.load(path, DatasetSelection(split: .test)).labels?.names == ["5", "9"])
    }
    #expect(try load(archive(["x_train.npy": three, "x_test.npy": two])).labels == nil)
    for (arrays, says) in [
      (["x_train.npy": three, "x_test.npy": two, "y_test.npy": npy("|u1", "2,", [1, 2])], "found y_test alone"),
      (["x_train.npy": three, "x_test.npy": npy("|u1", "1, 2, 4", ramp(8))], "found 4×2"),
    ] as [(KeyValuePairs<String, [UInt8]>, String)] {
      let error = #expect(throws: DatasetError.self) { try load(archive(arrays)) }
      #expect(error?.description.contains(says) == true, "\(String(describing: error))")
    }
    // One range for both, from the darkest value of either to the brightest.
    let floats: (Float...) -> [UInt8] = { $0.flatMap(ArrayImagesTests.bytes) }
    let set = try load(
      archive([
        "x_train.npy": npy("<f4", "1, 1, 4", floats(0, 1, 2, 3)),
        "x_test.npy": npy("<f4", "1, 1, 4", floats(4, 5, 6, 510)),
      ]))
    #expect(set.images.pixels == [0, 1, 1, 2, 2, 3, 3, 255])
  }
}
