import ArrayFiles
import Datasets
import Foundation
import TestSupport
import Testing

/// An array as NumPy saved it, what `load` is told of it, and the pixels that NumPy made of it.
private struct Case: Decodable {
  struct Options: Decodable {
    let layout: String?
    let shape: String?
    let range: [Double]?
  }
  let name: String
  let file: Data
  let options: Options
  let told: [Double]?
  let shape: [Int]
  let pixels: Data
}

@Suite("Arrays as images") struct ArrayImagesTests {
  let folder = TemporaryFolder()
  let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: "none", environment: [:]))

  private func selection(layout: String? = nil, shape: String? = nil, range: [Double]? = nil) throws -> DatasetSelection
  {
    var selection = DatasetSelection()
    selection.layout = try layout.map { try #require(AxisLayout($0)) }
    selection.shape = try shape.map { try #require(FlatShape($0)) }
    selection.range = try range.map { try #require(ValueRange(black: $0[0], white: $0[1])) }
    return selection
  }

  @Test func everyTypeOrderLayoutAndRangeAgreesWithNumPy() throws {
    let cases = try golden("array-images", in: .module, as: [Case].self)
    #expect(cases.count == 140)
    for golden in cases {
      let options = golden.options
      let selection = try selection(layout: options.layout, shape: options.shape, range: options.range)
      let set = try catalogue.load(folder.write("a.npy", Array(golden.file)), selection)
      let images = set.images
      #expect([images.count, images.height, images.width, images.channelCount] == golden.shape, "\(golden.name)")
      #expect(images.pixels == Array(golden.pixels), "\(golden.name)")
      var told: ValueRange?
      for case .rangeTold(let range, _, _) in set.notes { told = range }
      #expect(told == golden.told.flatMap { ValueRange(black: $0[0], white: $0[1]) }, "\(golden.name)")
    }
  }

  @Test func aSplitOrACountChangesNoPixel() throws {
    // The brightest value is in the last image.
    let floats: [Float] = [0, 1, 2, 3, 4, 5, 6, 700]
    let path = folder.write("x.npy", npy("<f4", "2, 2, 2", floats.flatMap(Self.bytes)))
    let all = try catalogue.load(path)
    let first = try catalogue.load(path, DatasetSelection(count: 1))
    #expect(first.images.pixels == Array(all.images.pixels[..<4]))
    #expect(all.notes == [.rangeTold(ValueRange(black: 0, white: 700)!, lowest: 0, highest: 700)])
  }

  @Test func valuesOutsideARangeAreCounted() throws {
    var selection = DatasetSelection()
    selection.range = ValueRange(black: 0, white: 1)
    let floats: [Float] = [-0.5, 0, 0.5, 1, 1.5, 0.25, 0.75, 2]
    let set = try catalogue.load(
      folder.write("x.npy", npy("<f4", "2, 2, 2", floats.flatMap(Self.bytes))), selection)
    #expect(set.images.pixels == [0, 0, 128, 255, 255, 64, 191, 255])
    #expect(set.notes == [.valuesOutside(count: 3, of: 8, selection.range!)])
  }

  @Test func ofZerosAndOnesItIsSaidThatTheyAreAlmostBlack() throws {
    for (values, notes) in [
      ([0, 1, 1, 0], [.almostBlack]), ([0, 1, 2, 0], []), ([0, 0, 0, 0], []),
    ] as [([UInt8], [DatasetNote])] {
      let set = try catalogue.load(folder.write("x.npy", npy("|u1", "1, 2, 2", values)))
      #expect(set.images.pixels == values && set.notes == notes)
    }
  }

  /// One colour image, or sixteen grey ones: neither is guessed.
  @Test func axesOfTwoMeaningsAreAskedFor() throws {
    let path = folder.write("one.npy", npy("|u1", "16, 16, 3", ramp(768)))
    let error = #expect(throws: DatasetError.self) { try catalogue.load(path) }
    #expect(error == .ambiguousLayout(file: path, shape: [16, 16, 3], layouts: ["hwc", "nhw"]))
    #expect(error?.description.hasSuffix("which may be 1 image of 16×16×3 or 16 images of 3×16") == true)
    #expect(try catalogue.load(path, selection(layout: "hwc")).images.channelCount == 3)
    #expect(try catalogue.load(path, selection(layout: "nhw")).count == 16)
    let both = folder.write("both.npy", npy("|u1", "2, 3, 5, 1", ramp(30)))
    #expect(throws: DatasetError.ambiguousLayout(file: both, shape: [2, 3, 5, 1], layouts: ["nhwc", "nchw"])) {
      try catalogue.load(both)
    }
    #expect(try catalogue.load(both, selection(layout: "nchw")).images.channelCount == 3)
    #expect(try catalogue.load(both, selection(layout: "nhwc")).images.height == 3)
    // Three images are three images: planes of one are rarer.
    #expect(try catalogue.load(folder.write("three.npy", npy("|u1", "3, 4, 5", ramp(60)))).count == 3)
  }

  @Test func optionsThatDoNotFitAreRefused() throws {
    let grey = folder.write("grey.npy", npy("|u1", "2, 3, 4", ramp(24)))
    let flat = folder.write("flat.npy", npy("|u1", "2, 12", ramp(24)))
    func option(_ path: String, _ selection: DatasetSelection) -> String {
      switch #expect(throws: DatasetError.self, performing: { try catalogue.load(path, selection) }) {
      case .badOption(let option, _, _), .optionNotTaken(let option, _, _), .inOption(let option, _): option
      case let other: String(describing: other)
      }
    }
    #expect(try option(grey, selection(shape: "3x4")) == "shape")
    #expect(try option(grey, selection(layout: "nhwc")) == "layout")
    #expect(try option(flat, selection(shape: "3x5")) == "shape")
    #expect(try option(flat, selection(layout: "hwn", shape: "3x4")) == "layout")
    #expect(try option(flat, selection(layout: "nhw", shape: "2x2x3")) == "layout")
    #expect(throws: DatasetError.flatImages(file: flat, shape: [2, 12])) { try catalogue.load(flat) }
    #expect(try catalogue.load(flat, selection(layout: "hw")).images.width == 12)
    // What a format does not take.
    var named = DatasetSelection()
    named.array = "x"
    #expect(option(grey, named) == "array")
    for change: (inout DatasetSelection) -> Void in [
      { $0.layout = AxisLayout("nhw") }, { $0.shape = FlatShape("2x2") }, { $0.labels = "y.npy" }, { $0.array = "x" },
      { $0.range = ValueRange(black: 0, white: 1) },
    ] {
      var selection = DatasetSelection()
      change(&selection)
      guard
        case .optionNotTaken = #expect(
          throws: DatasetError.self, performing: { try catalogue.load("strokes", selection) })
      else {
        Issue.record("\(selection) was taken")
        continue
      }
    }
  }

  @Test func wordsForOptions() {
    for word in AxisLayout.common + ["hwcn", "whn"] { #expect(AxisLayout(word)?.description == word) }
    for word in ["", "n", "nh", "nhwx", "nhwh", "NHW", "nchwc"] { #expect(AxisLayout(word) == nil) }
    for word in ["28x28", "1x7", "32x32x3"] { #expect(FlatShape(word)?.description == word) }
    for word in ["28", "28x", "x28", "0x3", "2x2x2", "2x2x3x1", "-2x2", "+2x2", "2X2", "99999x9", "٢x٢"] {
      #expect(FlatShape(word) == nil)
    }
    #expect(FlatShape.square(of: 784) == FlatShape("28x28") && FlatShape.square(of: 783) == nil)
    #expect(ValueRange(black: 1, white: 1) == nil && ValueRange(black: 0, white: .infinity) == nil)
    #expect(ValueRange(black: -1, white: 0.5)?.description == "-1:0.5")
  }

  static func bytes(_ value: Float) -> [UInt8] { withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
}
