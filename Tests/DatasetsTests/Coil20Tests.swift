import Datasets
import Files
import Glibc
import Images
import TestSupport
import Testing

@Suite("COIL-20") struct Coil20Tests {
  /// The whole set with images of one pixel, whose value tells object and side.
  static func write(to folder: TemporaryFolder, _ place: String) throws {
    for object in 1...20 {
      for side in 0..<72 {
        let image = PNGImage(width: 1, height: 1, channelCount: 1, pixels: [UInt8(object * 10 + side % 10)])
        folder.write("\(place)/obj\(object)__\(side).png", try image.encoded(software: "test"))
      }
    }
  }

  @Test(arguments: ["coil20", "coil20/coil-20-proc"]) func objectsAndSidesComeInNumericOrder(place: String) throws {
    let folder = TemporaryFolder()
    let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: folder.path, environment: [:]))
    let missing = #expect(throws: DatasetError.self) { try catalogue.load("coil20") }
    let message = missing?.description ?? ""
    #expect(message.contains("\(folder.path)/coil20\n") && message.contains("obj1__0.png, ..., obj20__71.png"))
    #expect(
      message.contains("into one of these, or name the folder") && message.contains("`fetch coil20`")
        && !message.contains(".gz"))

    try Self.write(to: folder, place)
    let set = try catalogue.load("coil20")
    #expect(set.count == 1440 && set.trainCount == 1440)
    var pixels: [UInt8] = []
    var classes: [Int] = []
    for object in 1...20 {
      for side in 0..<72 {
        pixels.append(UInt8(object * 10 + side % 10))
        classes.append(object - 1)
      }
    }
    #expect(set.images.pixels == pixels && set.labels?.classes == classes)
    #expect(set.labels?.names == (1...20).map { "object \($0)" })
    #expect(try catalogue.load("coil20", DatasetSelection(count: 100, order: .first)).labels?.classes.last == 1)
    // An even share has of every object.
    let share = try catalogue.load("coil20", DatasetSelection(count: 100))
    #expect(Set(share.labels!.classes.map { object in share.labels!.classes.count { $0 == object } }) == [5])
    for (index, object) in share.labels!.classes.enumerated() {
      #expect(Int(share.images.pixels[index]) / 10 == object + 1)
    }
    #expect(throws: DatasetError.emptySplit(set: "the test split of coil20")) {
      try catalogue.load("coil20", DatasetSelection(split: .test))
    }

    unlink(folder.file("\(place)/obj7__3.png"))
    #expect(
      throws: DatasetError.sizeMismatch(
        file: folder.file(place), expected: "the 1440 files obj1__0.png to obj20__71.png",
        found: "1439, without obj7__3.png")
    ) { try catalogue.load("coil20") }
  }
}
