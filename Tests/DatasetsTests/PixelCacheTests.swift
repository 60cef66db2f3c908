import Datasets
import Foundation
import Images
import TestSupport
import Testing

/// Sets that go to files of decoded pixels: the same images as in memory.
@Suite("Sets larger than memory") struct PixelCacheTests {
  let folder = TemporaryFolder()

  private var cacheFolder: String { "\(folder.path)/cache/pixels" }

  /// - Parameter limit: bytes of pixels that stay in memory.
  private func catalogue(limit: Int, sizeLimit: Int = 1 << 30) -> DatasetCatalogue {
    DatasetCatalogue(
      locator: DatasetLocator(dataOption: nil, environment: [:]),
      cache: PixelCache(folder: cacheFolder, memoryLimit: limit, sizeLimit: sizeLimit))
  }

  private var cached: [String] { (try? FileManager.default.contentsOfDirectory(atPath: cacheFolder))?.sorted() ?? [] }

  private func writePictures(_ count: Int = 12) throws -> String {
    for index in 0..<count {
      let pixels: [UInt8] = (0..<6 * 5 * 3).map { UInt8(truncatingIfNeeded: $0 * 7 + index * 31) }
      let image = PNGImage(width: 6, height: 5, channelCount: 3, pixels: pixels)
      folder.write("set/\(index % 3)/\(index).png", try image.encoded(software: "test"))
    }
    return "\(folder.path)/set"
  }

  @Test func aFolderIsTheSameFromItsFile() throws {
    let path = try writePictures()
    var selections = [DatasetSelection(), DatasetSelection(size: 4), DatasetSelection(count: 5, seed: 2)]
    selections += [
      DatasetSelection(split: .train, count: 7, order: .first), DatasetSelection(size: 8), DatasetSelection(),
    ]
    selections[4].fit = .pad
    selections[4].turn = .left
    selections[5].colour = .grey
    selections[5].turn = .transpose
    for selection in selections {
      let inMemory = try catalogue(limit: 1 << 20).load(path, selection)
      let stored = try catalogue(limit: 100).load(path, selection)
      #expect(inMemory.images.isInMemory && !stored.images.isInMemory)
      #expect(stored.sha256 == inMemory.sha256 && stored.labels == inMemory.labels)
      #expect(stored.images == inMemory.images && stored.images.pixels == inMemory.images.pixels)
      #expect(stored.images.meanPixel == inMemory.images.meanPixel)
      let some = [3, 0, 3, 1]
      #expect(stored.images.selecting(some) == inMemory.images.selecting(some))
      #expect(stored.images.selecting(some).selecting([1]) == inMemory.images.selecting([0]))
      #expect(
        stored.images.floats(at: some, in: .symmetric) == inMemory.images.floats(at: some, in: .symmetric))
      let turned = Images.AffineTransform(
        rotation: 20, scale: 1.2, shear: 0, shift: (0.1, 0), height: stored.images.height, width: stored.images.width)
      let moved = Array(repeating: turned, count: 4)
      #expect(
        stored.images.floats(at: some, movedBy: moved, in: .unit)
          == inMemory.images.floats(at: some, movedBy: moved, in: .unit))
    }
  }

  @Test func arraysAreReadInParts() throws {
    let values: [UInt8] = (0..<20 * 3 * 8 * 6).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    let planes = folder.write("planes.npy", npy("|u1", "20, 3, 8, 6", values))
    let flat = folder.write("flat.npy", npy("|u1", "20, 144", values))
    let floats = folder.write(
      "floats.npy", npy("<f4", "20, 8, 6", (0..<960).flatMap { [0, 0, $0 % 2 == 0 ? 0 : 0x80, 0x3F] as [UInt8] }))
    folder.write("planes-labels.npy", npy("|u1", "20,", (0..<20).map { $0 / 5 }))
    var shaped = DatasetSelection()
    shaped.shape = FlatShape("8x6x3")
    var ranged = DatasetSelection(size: 4)
    ranged.range = ValueRange(black: 0, white: 2)
    for (path, selection) in [(planes, DatasetSelection()), (flat, shaped), (floats, ranged)] {
      let inMemory = try catalogue(limit: 1 << 20).load(path, selection)
      let stored = try catalogue(limit: 200).load(path, selection)
      #expect(!stored.images.isInMemory && stored.sha256 == inMemory.sha256 && stored.labels == inMemory.labels)
    }
    // Of numbers whose range is not told, and of an order in which no image comes whole.
    #expect(throws: DatasetError.self) { try catalogue(limit: 200).load(floats) }
    var last = DatasetSelection()
    last.layout = AxisLayout("hwcn")
    #expect(throws: DatasetError.self) { try catalogue(limit: 200).load(planes, last) }
    folder.write("planes.npy", npy("|u1", "20, 3, 8, 6", Array(values.dropLast())))
    #expect(throws: DatasetError.self) { try catalogue(limit: 200).load(planes) }
  }

  @Test func aFileIsUsedAgainWhileItIsWholeAndTheSetTheSame() throws {
    let path = try writePictures()
    let first = try catalogue(limit: 100).load(path)
    #expect(cached.count == 1 && catalogue(limit: 100).cache.contents.count == 1)
    let file = "\(cacheFolder)/\(cached[0])"
    let time = try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? Int
    // Pictures whose contents are gone but whose sizes and times are kept would be read from the cache: it is asked.
    #expect(try catalogue(limit: 100).load(path).sha256 == first.sha256)
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? Int == time)
    // A damaged file, one that is cut, and none at all: made anew.
    for damage in 0..<3 {
      var bytes = Array(FileManager.default.contents(atPath: file)!)
      if damage == 0 { bytes[200] ^= 1 }
      if damage == 1 { bytes.removeLast(300) }
      unlink(file)
      if damage < 2 { try Data(bytes).write(to: URL(fileURLWithPath: file)) }
      let again = try catalogue(limit: 100).load(path)
      #expect(again.sha256 == first.sha256 && again.images == first.images)
    }
    // Images in use outlive their file.
    unlink(file)
    #expect(first.images.pixels.count == 12 * 90)
    // Another set under the same name.
    folder.write(
      "set/0/0.png",
      try PNGImage(width: 6, height: 5, channelCount: 3, pixels: [UInt8](repeating: 1, count: 90)).encoded(
        software: "other"))
    #expect(try catalogue(limit: 100).load(path).sha256 != first.sha256)
  }

  @Test func whatWasLongestNotUsedGoesFirst() throws {
    let path = try writePictures()
    let limit = 3 * (12 * 90 + 256)
    func load(_ size: Int) throws {
      _ = try catalogue(limit: 100, sizeLimit: limit).load(path, DatasetSelection(size: size))
    }
    var names: [String] = []
    for size in [4, 5] {
      try load(size)
      let new = try #require(cached.first { !names.contains($0) })
      names.append(new)
      // The times of files are set apart.
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: Double(size))], ofItemAtPath: "\(cacheFolder)/\(new)")
    }
    try load(4)
    try load(8)
    #expect(cached.contains(names[0]) && !cached.contains(names[1]))
    // One that is larger than all together may be.
    #expect(throws: DatasetError.self) { try load(20) }
    #expect(catalogue(limit: 100).cache.contents.bytes <= limit)
  }

  @Test func withoutACacheTheLimitsOfMemoryStand() throws {
    let path = try writePictures()
    let catalogue = DatasetCatalogue(
      locator: DatasetLocator(dataOption: nil, environment: [:]), cache: PixelCache(folder: nil, memoryLimit: 100))
    #expect(try catalogue.load(path).images.isInMemory)
  }
}
