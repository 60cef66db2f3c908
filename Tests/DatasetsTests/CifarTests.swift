import Datasets
import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("CIFAR files") struct CifarTests {
  let folder = TemporaryFolder()
  var catalogue: DatasetCatalogue {
    DatasetCatalogue(locator: DatasetLocator(dataOption: folder.path, environment: [:]))
  }

  /// Records of a label and three planes; the planes of record `i` are filled with 10i, 10i + 1, 10i + 2.
  func batch(_ labels: [UInt8]) -> [UInt8] {
    labels.enumerated().flatMap { index, label in
      [label] + (0..<3).flatMap { [UInt8](repeating: UInt8(10 * index + $0), count: 1024) }
    }
  }

  @Test func readsBatches() throws {
    let set = try catalogue.load(folder.write("one.bin", batch([6, 9])))
    #expect(set.count == 2 && set.images.channelCount == 3 && set.images.width == 32)
    #expect(set.images[1].elementsEqual((0..<1024).flatMap { _ in [10, 11, 12] as [UInt8] }))
    #expect(set.labels == Labels(classes: [0, 1], names: ["frog", "truck"], classNumbers: [6, 9]))
  }

  @Test(arguments: ["cifar10", "cifar10/cifar-10-batches-bin"]) func readsTheWholeSet(place: String) throws {
    for index in 1...5 { folder.write("\(place)/data_batch_\(index).bin", batch([UInt8(index)])) }
    #expect(throws: DatasetError.self) { try catalogue.load("cifar10") }
    folder.write("\(place)/test_batch.bin", batch([0, 8]))
    let set = try catalogue.load("cifar10")
    #expect(set.labels?.numbers == [1, 2, 3, 4, 5, 0, 8] && set.trainCount == 5)
    #expect(try catalogue.load("cifar10", DatasetSelection(split: .test)).labels?.numbers == [0, 8])
    #expect(try catalogue.load("cifar10", DatasetSelection(split: .train)).count == 5)
  }

  @Test func refusesBrokenBatches() {
    let whole = batch([6, 9])
    for bytes in [Array(whole.dropLast()), whole + [1], [], batch([10])] {
      #expect(throws: DatasetError.self) { try catalogue.load(folder.write("bad.bin", bytes)) }
    }
  }
}

extension CifarTests {
  /// Records of a coarse and a fine label and three planes.
  private func batch100(_ labels: [UInt8]) -> [UInt8] {
    labels.flatMap { [$0 / 5, $0] + [UInt8](repeating: $0, count: 3072) }
  }

  @Test(arguments: ["fine", "fine/cifar-100-binary"]) func readsCifar100(place: String) throws {
    folder.write("\(place)/train.bin", batch100([3, 99]))
    folder.write("\(place)/test.bin", batch100([3]))
    let path = "\(folder.path)/fine"
    let unnamed = try catalogue.load(path)
    #expect(
      unnamed.labels?.names == ["bear", "worm"] && unnamed.labels?.classes == [0, 1, 0] && unnamed.trainCount == 2)
    #expect(unnamed.images[1].allSatisfy { $0 == 99 })
    let names = (0..<100).map { "name \($0)" }
    folder.write("\(place)/fine_label_names.txt", Array((names.joined(separator: "\r\n") + "\n\n").utf8))
    #expect(try catalogue.load(path).labels?.names == ["name 3", "name 99"])
    #expect(try catalogue.load("\(folder.path)/\(place)/test.bin").labels?.names == ["name 3"])
    folder.write("\(place)/fine_label_names.txt", Array("a\nb\n".utf8))
    #expect(throws: DatasetError.self) { try catalogue.load(path) }
  }

  @Test func namesThatAreStoredAreTaken() throws {
    folder.write("mine/batches.meta.txt", Array("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n".utf8))
    #expect(try catalogue.load(folder.write("mine/x.bin", batch([6, 9]))).labels?.names == ["g", "j"])
  }

  /// As many bytes as are whole records of either kind: the labels tell.
  @Test func theKindIsToldByLabelsWhereSizesFitBoth() throws {
    let ten = [UInt8](repeating: 9, count: 3073 * 3074)
    #expect(try catalogue.load(folder.write("x.bin", ten)).count == 3074)
    let hundred = [[UInt8]](repeating: [19, 99] + [UInt8](repeating: 19, count: 3072), count: 3073).joined()
    #expect(try catalogue.load(folder.write("x.bin", Array(hundred))).count == 3073)
  }
}

/// CIFAR's Python version, as the script beside the golden file put it together and Python read it.
extension CifarTests {
  private struct Goldens: Decodable {
    let pixels: Data
  }

  @Test(arguments: ["ten", "columns first"]) func readsPickledBatches(name: String) throws {
    let pixels = try golden("cifar-pickles", in: .module, as: Goldens.self).pixels
    let set = try catalogue.load(folder.write("data_batch_1", GoldenFiles.pickle(name)))
    #expect(set.images.pixels == Array(pixels) && set.images.channelCount == 3 && set.images.width == 32)
    #expect(set.labels == Labels(classes: [1, 2, 0], names: ["airplane", "frog", "truck"], classNumbers: [0, 6, 9]))
  }

  @Test(arguments: ["cifar10", "cifar10/cifar-10-batches-py"]) func readsTheWholePickledSet(place: String) throws {
    for index in 1...5 { folder.write("\(place)/data_batch_\(index)", GoldenFiles.pickle("one")) }
    #expect(throws: DatasetError.self) { try catalogue.load("cifar10") }
    folder.write("\(place)/test_batch", GoldenFiles.pickle("ten"))
    let set = try catalogue.load("cifar10")
    #expect(set.trainCount == 5 && set.labels?.numbers == [8, 8, 8, 8, 8, 6, 9, 0])
    #expect(set.labels?.names == ["airplane", "frog", "ship", "truck"])
    folder.write("\(place)/batches.meta", GoldenFiles.pickle("batches.meta"))
    #expect(
      try catalogue.load("\(folder.path)/\(place)").labels?.names == ["class 0", "class 6", "class 8", "class 9"])
  }

  @Test func readsPickledCifar100() throws {
    folder.write("cifar100/cifar-100-python/train", GoldenFiles.pickle("hundred"))
    folder.write("cifar100/cifar-100-python/test", GoldenFiles.pickle("hundred"))
    let set = try catalogue.load("cifar100")
    #expect(set.labels?.names == ["apple", "whale", "worm"] && set.labels?.numbers == [95, 0, 99, 95, 0, 99])
    #expect(set.trainCount == 3)
    folder.write("cifar100/cifar-100-python/meta", GoldenFiles.pickle("meta"))
    #expect(try catalogue.load("cifar100").labels?.names == ["kind 0", "kind 95", "kind 99"])
    // Files that are called train and test are CIFAR's only if they are pickles.
    folder.write("other/train", [1, 2, 3])
    #expect(throws: DatasetError.self) { try catalogue.load("\(folder.path)/other") }
  }

  /// Nothing of a pickle is run: what names another function, or refers to nothing, is refused with its place.
  @Test func hostilePicklesAreRefused() throws {
    let start: [UInt8] = [0x80, 2]
    let files: [(String, [UInt8])] = [
      ("a call", Array("}(cos\nsystem\n(U\u{2}idtRu.".utf8)), ("another module", Array("}cbuiltins\neval\n.".utf8)),
      ("a line without an end", Array("}c".utf8) + [UInt8](repeating: 0x61, count: 1000)),
      ("references to nothing", Array("}h\u{5}.".utf8)), ("no mark", Array("}u.".utf8)), ("no end", Array("}".utf8)),
      ("too long", Array("}..".utf8)), ("a long string", Array("}T".utf8) + [0xFF, 0xFF, 0xFF, 0x7F]),
      ("a list that holds itself", Array("}(U\u{1}a]q\u{1}h\u{1}au.".utf8)),
      ("a dictionary that is a list", Array("}(U\u{6}labels}U\u{4}data]u.".utf8)),
      ("unknown", Array("}\u{7F}.".utf8)),
    ]
    for (name, bytes) in files {
      let error = #expect(throws: DatasetError.self, "\(name)") {
        try catalogue.load(folder.write("data_batch_1", start + bytes))
      }
      #expect(error?.description.contains("data_batch_1: expected") == true, "\(name)")
    }
    // A nesting a million deep, and more objects than any batch has.
    for byte in ["]", "(", "N"] {
      let deep = start + Array("}(".utf8) + [UInt8](repeating: Array(byte.utf8)[0], count: 5_000_000)
      #expect(throws: DatasetError.self) { try catalogue.load(folder.write("data_batch_1", deep)) }
    }
    let nested =
      start + Array("}(".utf8) + [UInt8](repeating: UInt8(ascii: "]"), count: 1_000_000)
      + [UInt8](repeating: UInt8(ascii: "a"), count: 999_999) + Array("u.".utf8)
    #expect(throws: DatasetError.self) { try catalogue.load(folder.write("data_batch_1", nested)) }
  }

  @Test func damagedPicklesAreRefused() throws {
    let whole = GoldenFiles.pickle("one")
    for length in stride(from: 3, to: whole.count, by: 97) {
      #expect(throws: DatasetError.self, "\(length) bytes") {
        try catalogue.load(folder.write("data_batch_1", Array(whole.prefix(length))))
      }
    }
    func replacing(_ old: String, _ new: String) throws -> [UInt8] {
      let place = try #require(
        (0..<whole.count - old.utf8.count).first { whole[$0..<$0 + old.utf8.count].elementsEqual(old.utf8) })
      return Array(whole[..<place]) + Array(new.utf8) + Array(whole[(place + old.utf8.count)...])
    }
    for (old, new) in [
      ("labels", "lebals"), ("data", "dato"), ("u1", "i1"), ("K\u{8}", "K\u{A}"), ("numpy\nndarray", "numpy\nmemmaps"),
    ] {
      #expect(throws: DatasetError.self, "\(new)") {
        try catalogue.load(folder.write("data_batch_1", replacing(old, new)))
      }
    }
  }
}
