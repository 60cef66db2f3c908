import Datasets
import Files
import Glibc
import Images
import TestSupport
import Testing

@Suite("Folders of pictures") struct ImageFolderTests {
  let folder = TemporaryFolder()
  let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: nil, environment: [:]))

  /// Writes an image all of one value, so that its pixels tell which file they are from.
  @discardableResult
  func write(_ name: String, _ value: UInt8, width: Int = 4, height: Int = 3, channels: Int = 1) throws -> String {
    let image = PNGImage(
      width: width, height: height, channelCount: channels,
      pixels: [UInt8](repeating: value, count: width * height * channels))
    return folder.write(name, try image.encoded(software: "test"))
  }

  func load(_ name: String, split: Split = .all, count: Int? = nil, size: Int? = nil) throws -> Dataset {
    try catalogue.load(folder.file(name), DatasetSelection(split: split, count: count, size: size))
  }

  func error(loading name: String, size: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation) -> String {
    let error = #expect(throws: DatasetError.self, sourceLocation: sourceLocation) { try load(name, size: size) }
    return error?.description ?? ""
  }

  @Test func subfoldersAreClassesInNaturalOrder() throws {
    for (index, name) in ["cat2/x9.png", "cat2/x10.PNG", "cat10/a.png", "cat10/b.png", "dog/1.png"].enumerated() {
      try write("set/\(name)", UInt8(index))
    }
    // What is hidden or of another kind is left out.
    try write("set/.hidden/1.png", 99)
    try write("set/cat2/.hidden.png", 99)
    folder.write("set/cat2/notes.txt", [1])
    folder.write("set/readme", [1])
    let set = try load("set")
    let pixels: [UInt8] = (0..<60).map { (index: Int) -> UInt8 in UInt8(index / 12) }
    #expect(set.images.pixels == pixels)
    #expect(set.labels?.names == ["cat2", "cat10", "dog"] && set.labels?.classes == [0, 0, 1, 1, 2])
    #expect(set.images.width == 4 && set.images.height == 3 && set.name == "set" && set.testIndices.isEmpty)
    #expect(try load("set/").sha256 == set.sha256)
    let some = try catalogue.load(folder.file("set"), DatasetSelection(count: 3, order: .first))
    #expect(some.images.pixels == Array(set.images.pixels.prefix(36)))
    #expect(some.labels?.names == ["cat2", "cat10"] && some.labels?.classes == [0, 0, 1])
    #expect(throws: DatasetError.notEnoughImages(set: "set", requested: 6, available: 5)) { try load("set", count: 6) }
  }

  @Test func aFolderWithoutSubfoldersHasNoLabels() throws {
    for name in [10, 9, 100] { try write("set/\(name).png", UInt8(name), channels: 3) }
    mkdir(folder.file("set/empty"), 0o700)
    let set = try load("set")
    #expect(set.labels == nil && set.images.channelCount == 3)
    let values: [UInt8] = [9, 10, 100]
    let pixels: [UInt8] = (0..<108).map { (index: Int) -> UInt8 in values[index / 36] }
    #expect(set.images.pixels == pixels)
    #expect(throws: DatasetError.emptySplit(set: "the test split of set")) { try load("set", split: .test) }
    #expect(try load("set", split: .train).count == 3)
  }

  @Test func opacityIsLaidOverBlack() throws {
    var file = PNGBuilder()
    file.appendHeader(width: 2, height: 1, colourType: 4)
    file.appendRows([[200, 0, 200, 128]])
    folder.write("set/a.png", file.bytes)
    #expect(try load("set").images.pixels == [0, 100])
  }

  @Test func mixedSizesNeedASize() throws {
    try write("set/a/1.png", 10)
    try write("set/a/2.png", 20, width: 8, height: 6)
    let ramp = PNGImage(width: 5, height: 7, channelCount: 1, pixels: ramp(35))
    folder.write("set/b/1.png", try ramp.encoded(software: "test"))
    let path = folder.path
    #expect(
      error(loading: "set")
        == "\(path)/set/a/2.png: expected 4×3 pixels like \(path)/set/a/1.png, found 8×6; resize all with size=")
    let set = try load("set", size: 6)
    #expect(set.images.width == 6 && set.images.height == 6)
    let alone = ImageSet(count: 1, height: 7, width: 5, channelCount: 1, pixels: ramp.pixels)
    #expect(try set.images[2].elementsEqual(alone.resized(height: 6, width: 6).pixels))
    #expect(set.images[0].allSatisfy { $0 == 10 } && set.images[1].allSatisfy { $0 == 20 })
  }

  @Test func greyAndColourAreNotMixed() throws {
    try write("set/1.png", 10)
    try write("set/2.png", 10, channels: 3)
    let path = folder.path
    for size in [nil, 6] {
      #expect(
        error(loading: "set", size: size)
          == "\(path)/set/2.png: expected a grey image like \(path)/set/1.png, found a coloured one; "
          + "say colour=grey or colour=rgb for all")
    }
  }

  @Test func greyAndColourAreMadeOne() throws {
    try write("set/1.png", 10)
    try write("set/2.png", 20, channels: 3)
    func load(_ colour: PixelColour) throws -> Dataset {
      var selection = DatasetSelection()
      selection.colour = colour
      return try catalogue.load(folder.file("set"), selection)
    }
    #expect(try load(.grey).images.pixels == [UInt8](repeating: 10, count: 12) + [UInt8](repeating: 20, count: 12))
    #expect(try load(.rgb).images.channelCount == 3)
  }

  @Test func proportionsAreKeptAsFitSays() throws {
    try write("set/1.png", 10)
    try write("set/2.png", 20, width: 3, height: 9)
    func load(_ fit: Fit?, size: Int? = 6) throws -> Dataset {
      var selection = DatasetSelection(size: size)
      selection.fit = fit
      return try catalogue.load(folder.file("set"), selection)
    }
    #expect(try load(.stretch).sha256 == load(nil).sha256)
    #expect(try load(.crop).images.pixels == load(.stretch).images.pixels)
    let padded = try load(.pad).images
    #expect(padded[0].count { $0 == 10 } == 6 * 5 && padded[1].count { $0 == 20 } == 6 * 2)
    #expect(
      throws: DatasetError.badOption(
        option: "fit", expected: "size= beside it, which says to how many pixels", found: "none")
    ) {
      try load(.pad, size: nil)
    }
  }

  /// Grey values that a JPEG file keeps as they are.
  @Test func jpegFilesAreReadBesidePNG() throws {
    let file = GoldenFiles.jpeg
    folder.write("set/a/2.jpg", file("4:4:4"))
    folder.write("set/a/10.JPEG", file("orientation 3"))
    // What a file is, its content tells.
    folder.write("set/b/1.png", file("4:2:0"))
    try write("set/b/2.png", 77, width: 19, height: 13, channels: 3)
    let set = try load("set")
    #expect(set.images.width == 19 && set.images.height == 13 && set.images.channelCount == 3)
    #expect(set.labels?.names == ["a", "b"] && set.labels?.classes == [0, 0, 1, 1])
    #expect(try Array(set.images[0]) == ImageSet(decodingJPEG: file("4:4:4")).pixels)
    #expect(set.images[3].allSatisfy { $0 == 77 })
    folder.write("set/b/3.jpg", Array(file("4:2:0").dropLast(100)))
    #expect(error(loading: "set").hasPrefix("\(folder.path)/set/b/3.jpg: the JPEG file is damaged: "))
    folder.write("set/b/3.jpg", file("orientation 6"))
    #expect(error(loading: "set").contains("found a grey one; say colour=grey or colour=rgb for all"))
  }

  @Test func foldersThatHoldNoSetSayWhy() throws {
    mkdir(folder.file("empty"), 0o700)
    #expect(error(loading: "empty").hasSuffix("; found an empty folder"))
    #expect(error(loading: "empty").contains("a folder of PNG or JPEG files, with a subfolder for each class"))
    for name in ["a.tif", "b.txt", "c.gif", "d/e.tif", ".f.png"] { folder.write("other/\(name)", [1]) }
    #expect(error(loading: "other").hasSuffix("; found a folder of a.tif, b.txt, c.gif and 1 more"))
    try write("partly/a/1.png", 1)
    folder.write("partly/b/1.tif", [1])
    #expect(error(loading: "partly").contains("partly/b: expected PNG or JPEG files of the class b, found none"))
    try write("both/a/1.png", 1)
    try write("both/2.png", 1)
    #expect(error(loading: "both").contains("found both \(folder.path)/both/2.png and \(folder.path)/both/a/1.png"))
    if geteuid() != 0 {
      // Nothing is closed to the superuser.
      mkdir(folder.file("closed"), 0o700)
      mkdir(folder.file("closed/a"), 0)
      #expect(error(loading: "closed") == "\(folder.path)/closed/a: cannot be read: Permission denied")
    }
    for index in 0...256 { try write("many/\(index)/1.png", 1, width: 1, height: 1) }
    #expect(error(loading: "many").contains("at most 256 subfolders, a class each, found 257"))
  }
}
