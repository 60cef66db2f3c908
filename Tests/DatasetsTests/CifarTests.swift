import Datasets
import Testing

@Suite("NumPy and CIFAR files") struct FormatTests {
  let folder = TemporaryFolder()
  var catalogue: DatasetCatalogue {
    DatasetCatalogue(locator: DatasetLocator(dataOption: folder.path, environment: [:]))
  }

  /// A .npy file of version 1.0, as `numpy.save` writes it.
  func npy(_ type: String, _ shape: String, fortran: Bool = false, _ values: [UInt8]) -> [UInt8] {
    var header = Array(
      "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(shape)), }".utf8)
    while (header.count + 11) % 64 != 0 { header.append(UInt8(ascii: " ")) }
    header.append(UInt8(ascii: "\n"))
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count & 255), UInt8(header.count >> 8)] + header + values
  }

  @Test func readsArrays() throws {
    let grey = try catalogue.load(folder.write("grey.npy", npy("|u1", "3, 4, 5", ramp(60))))
    #expect(grey.count == 3 && grey.images.height == 4 && grey.images.width == 5 && grey.images.pixels == ramp(60))
    let colour = try catalogue.load(folder.write("colour.npy", npy("|u1", "2, 4, 5, 3", ramp(120))))
    #expect(colour.images.channelCount == 3 && colour.labels == nil)
  }

  @Test func readsLabelsOfAnyWidth() throws {
    let path = folder.write("set.npy", npy("|u1", "2, 2, 2", ramp(8)))
    folder.write("set-labels.npy", npy("<i8", "2,", [7, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]))
    #expect(try catalogue.load(path).labels?.classes == [7, 3])
    folder.write("set-labels.npy", npy("|u1", "2,", [1, 255]))
    #expect(try catalogue.load(path).labels?.classes == [1, 255])
    folder.write("set-labels.npy", npy("|i1", "2,", [1, 255]))
    #expect(
      throws: DatasetError.labelOutOfRange(
        file: folder.file("set-labels.npy"), position: 1, found: -1, classCount: 256)
    ) { try catalogue.load(path) }
    folder.write("set-labels.npy", npy("<i4", "2,", [1, 0, 0, 0, 255, 255, 255, 255]))
    #expect(throws: DatasetError.self) { try catalogue.load(path) }
    folder.write("set-labels.npy", npy("|u1", "3,", [1, 2, 3]))
    #expect(throws: DatasetError.self) { try catalogue.load(path) }
  }

  @Test func refusesOtherArrays() {
    for bytes in [
      npy("<f4", "1, 2, 2", ramp(16)), npy("|u1", "4, 4", ramp(16)), npy("|u1", "1, 4, 4", fortran: true, ramp(16)),
      npy("|u1", "", ramp(1)), npy("|u1", "99999999999999999999, 4, 4", ramp(16)), npy("|u1", "-1, 4, 4", ramp(16)),
      npy("|u1", "4000000000, 4000000000, 4000000000", ramp(16)), npy("|u1", "2, 4, 4", ramp(16)),
      npy("|u1", "1, 4, 4", ramp(17)), Array("not an array".utf8), [],
    ] {
      #expect(throws: DatasetError.self) { try catalogue.load(folder.write("bad.npy", bytes)) }
    }
  }

  @Test func refusesEveryTruncation() {
    let bytes = npy("|u1", "1, 4, 4", ramp(16))
    for length in 0..<bytes.count {
      #expect(throws: DatasetError.self) { try catalogue.load(folder.write("cut.npy", Array(bytes[..<length]))) }
    }
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
