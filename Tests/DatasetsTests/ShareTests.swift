import Datasets
import Evaluation
import Images
import TensorEngine
import TestSupport
import Testing

/// What `count=` takes of a set that has more images.
@Suite("Even shares") struct ShareTests {
  let folder = TemporaryFolder()
  let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: nil, environment: [:]))

  /// A thousand images of one pixel, sorted by class.
  func sorted(_ count: Int, _ selection: DatasetSelection) throws -> Dataset {
    let labels = (0..<1000).map { UInt8($0 / 100) }
    folder.write("x-labels-idx1-ubyte", idx([1000], labels))
    return try catalogue.load(folder.write("x-images-idx3-ubyte", idx([1000, 1, 1], labels)), selection)
  }

  @Test func sortedFilesKeepAllOfTheirClasses() throws {
    let share = try sorted(1000, DatasetSelection(count: 50, seed: 3))
    let labels = try #require(share.labels)
    #expect(labels.classCount == 10 && (0..<10).allSatisfy { label in labels.classes.count { $0 == label } == 5 })
    #expect(share.images.pixels == labels.classes.map { UInt8($0) } && share.isShare)
    let first = try sorted(1000, DatasetSelection(count: 50, order: .first))
    #expect(first.labels?.names == ["0"] && first.isShare)
  }

  @Test func aDrawDependsOnSeedAndPlaceAlone() throws {
    func pixels(_ count: Int?, _ seed: UInt64?) throws -> [UInt8] {
      try catalogue.load(
        folder.write("y-images-idx3-ubyte", idx([240, 1, 1], (0..<240).map { UInt8($0) })),
        DatasetSelection(count: count, seed: seed)
      ).images.pixels
    }
    let drawn = try pixels(60, 5)
    #expect(try pixels(60, 5) == drawn)
    #expect(try pixels(60, 6) != drawn)
    // In the files' order, one of every four.
    #expect(drawn.enumerated().allSatisfy { Int($1) / 4 == $0 } && Set(drawn.map { $0 % 4 }).count == 4)
    #expect(try pixels(240, 5) == pixels(nil, nil))
    // As parts of 240 / 7 images.
    let odd = try pixels(7, 0)
    for (part, pixel) in odd.enumerated() { #expect((part * 240 / 7..<(part + 1) * 240 / 7).contains(Int(pixel))) }
    // Written down, so that no change of the source of draws goes unnoticed.
    let stream = (0..<60).map { part in
      var stream = RandomSource(seed: 5).derived("count").derived(part).makeStream()
      return UInt8(4 * part + stream.integer(below: 4))
    }
    #expect(drawn == stream)
  }
}
