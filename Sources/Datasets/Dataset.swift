import Evaluation
import Files
import Images
import Interruptions

/// Which of a data set's images to load. ClusterDDPM clusters both together; kNN needs the two apart.
public enum Split: String, CaseIterable, Sendable {
  case all, train, test
}

/// Images, and their true classes where these are known.
///
/// Training images come first, then test images. A set without that division is all training images.
public struct Dataset: Sendable {
  /// The catalogue's name, or the last part of the path that was loaded.
  public let name: String
  /// Where the images came from, for people: a folder, a file, or how they were drawn.
  public let origin: String
  public let images: ImageSet
  /// Of the classes that occur among the images, and of no others.
  public let labels: Labels?
  /// The first `trainCount` images are for training, the others for testing.
  public let trainCount: Int
  /// SHA-256 in hexadecimal of the pixels, then of the labels as a byte each (if there are labels).
  public let sha256: String
  /// What a user should know of how the files were read.
  public let notes: [DatasetNote]

  public init(
    name: String, origin: String, images: ImageSet, labels: Labels?, trainCount: Int? = nil, notes: [DatasetNote] = []
  ) throws(DatasetError) {
    let trainCount = trainCount ?? images.count
    precondition(
      labels.map { $0.count == images.count && $0.classCount <= Labels.classLimit } ?? true,
      "\(images.count) images need as many labels of at most \(Labels.classLimit) classes, not \(labels?.count ?? 0)")
    precondition(
      (0...images.count).contains(trainCount), "\(trainCount) training images in a set of \(images.count)")
    self.name = name
    self.origin = origin
    self.images = images
    self.labels = labels
    self.trainCount = trainCount
    self.notes = notes
    var digest = SHA256()
    for start in stride(from: 0, to: images.pixels.count, by: 1 << 24) {
      if Interruption.isWanted { throw .interrupted }
      digest.update(images.pixels[start..<min(start + 1 << 24, images.pixels.count)])
    }
    if let labels {
      // As the file has them, if they fit.
      let areBytes = labels.numbers.allSatisfy { (0...255).contains($0) }
      digest.update((areBytes ? labels.numbers : labels.classes).map(UInt8.init))
    }
    self.sha256 = digest.hex
  }

  public var count: Int { images.count }
  public var trainIndices: Range<Int> { 0..<trainCount }
  public var testIndices: Range<Int> { trainCount..<count }
}

/// What `load` takes of a data set.
public struct DatasetSelection: Sendable, Equatable {
  public var split: Split
  /// How many images: the first of the split. For the drawn set `strokes`, how many are drawn before the split.
  public var count: Int?
  /// Width and height to resize to, in pixels.
  public var size: Int?
  /// How the images are turned, after they were resized.
  public var turn: Turn?
  /// The file of the labels; for an archive of arrays also the name of one of them.
  public var labels: String?
  /// Which of an archive's arrays holds the images.
  public var array: String?
  /// What an array's axes are, where that is not as it is told.
  public var layout: AxisLayout?
  /// The shape of images that lie flat in an array.
  public var shape: FlatShape?
  /// Which of an array's values are black and white.
  public var range: ValueRange?

  public init(split: Split = .all, count: Int? = nil, size: Int? = nil) {
    self.split = split
    self.count = count
    self.size = size
  }

  /// The largest side that images are resized to.
  static let largestSize = 1024

  /// Refuses options that no data set can meet.
  func validate() throws(DatasetError) {
    if let count, count < 1 {
      throw .badOption(option: "count", expected: "a positive number of images", found: "\(count)")
    }
    if let size, !(1...Self.largestSize).contains(size) {
      throw .badOption(option: "size", expected: "1 to \(Self.largestSize) pixels", found: "\(size)")
    }
  }

  /// Refuses a size at which so many images would take more memory than any data set may.
  func checkSize(imageCount: Int, channelCount: Int) throws(DatasetError) {
    guard let size else { return }
    let largest = Int(Double(DatasetContent.pixelLimit / (channelCount * imageCount)).squareRoot())
    guard size <= largest else {
      throw .badOption(
        option: "size", expected: "at most \(largest) pixels for \(imageCount) images", found: "\(size)")
    }
  }

  /// The part of what a reader returned that was asked for.
  func apply(to content: DatasetContent, name: String, origin: String) throws(DatasetError) -> Dataset {
    let trainCount = content.trainCount
    let part: Range<Int> =
      switch split {
      case .all: 0..<content.images.count
      case .train: 0..<trainCount
      case .test: trainCount..<content.images.count
      }
    let wanted = count ?? part.count
    let set = split == .all ? name : "the \(split.rawValue) split of \(name)"
    guard !part.isEmpty else { throw .emptySplit(set: set) }
    guard wanted <= part.count else {
      throw .notEnoughImages(set: set, requested: wanted, available: part.count)
    }
    let chosen = part.prefix(wanted)
    let isWhole = chosen.count == content.images.count
    var images = isWhole ? content.images : content.images.selecting(chosen)
    if let size {
      try checkSize(imageCount: images.count, channelCount: images.channelCount)
      do { images = try images.resized(height: size, width: size) } catch { throw .interrupted }
    }
    if let turn { images = images.turned(turn) }
    return try Dataset(
      name: name, origin: origin, images: images,
      labels: (isWhole ? content.labels : content.labels?.selecting(chosen))?.occurring,
      trainCount: max(0, min(trainCount, chosen.upperBound) - chosen.lowerBound), notes: content.notes)
  }
}

/// What a user should know of how files became images, where no option said it.
public enum DatasetNote: Sendable, Equatable {
  /// Black and white were told by the values, of which these are the least and the greatest.
  case rangeTold(ValueRange, lowest: Double, highest: Double)
  /// Values outside the range became black or white.
  case valuesOutside(count: Int, of: Int, ValueRange)
  /// Whole numbers of which none is above 1, taken as bytes.
  case almostBlack
  /// Bytes behind a gzip file's data that are no gzip data.
  case garbageIgnored(file: String)
}

/// What a reader found in its files: training images first, then test images.
struct DatasetContent: Sendable {
  var images: ImageSet
  var labels: Labels?
  var trainCount: Int
  var notes: [DatasetNote]

  init(images: ImageSet, labels: Labels?, trainCount: Int? = nil, notes: [DatasetNote] = []) {
    self.images = images
    self.labels = labels
    self.trainCount = trainCount ?? images.count
    self.notes = notes
  }
}

extension DatasetContent {
  /// Bytes of pixels beyond which a data set is refused.
  static let pixelLimit = 1 << 31

  /// The product of a header's sizes, refused where it is beyond any file this program reads.
  static func pixelCount(_ sizes: [Int], file: String) throws(DatasetError) -> Int {
    var product = 1
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow, next <= pixelLimit else {
        throw .tooLarge(file: file, bytes: sizes.map(String.init).joined(separator: "×"), limit: pixelLimit)
      }
      product = next
    }
    return product
  }
}
