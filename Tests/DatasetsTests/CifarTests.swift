import Datasets
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
    #expect(set.labels?.classes == [6, 9] && set.labels?.names[6] == "frog")
  }

  @Test(arguments: ["cifar10", "cifar10/cifar-10-batches-bin"]) func readsTheWholeSet(place: String) throws {
    for index in 1...5 { folder.write("\(place)/data_batch_\(index).bin", batch([UInt8(index)])) }
    #expect(throws: DatasetError.self) { try catalogue.load("cifar10") }
    folder.write("\(place)/test_batch.bin", batch([0, 8]))
    let set = try catalogue.load("cifar10")
    #expect(set.labels?.classes == [1, 2, 3, 4, 5, 0, 8] && set.trainCount == 5)
    #expect(try catalogue.load("cifar10", DatasetSelection(split: .test)).labels?.classes == [0, 8])
    #expect(try catalogue.load("cifar10", DatasetSelection(split: .train)).count == 5)
  }

  @Test func refusesBrokenBatches() {
    let whole = batch([6, 9])
    for bytes in [Array(whole.dropLast()), whole + [1], [], batch([10])] {
      #expect(throws: DatasetError.self) { try catalogue.load(folder.write("bad.bin", bytes)) }
    }
  }
}
