import Datasets
import Evaluation
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
    #expect(unnamed.labels?.names == ["3", "99"] && unnamed.labels?.classes == [0, 1, 0] && unnamed.trainCount == 2)
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
