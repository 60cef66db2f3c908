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
  /// Whether `count` took fewer images than there were.
  public let isShare: Bool
  /// What a user should know of how the files were read.
  public let notes: [DatasetNote]
  /// How it was drawn, if it was.
  public var drawing = DrawingOptions()

  public init(
    name: String, origin: String, images: ImageSet, labels: Labels?, trainCount: Int? = nil, isShare: Bool = false,
    notes: [DatasetNote] = []
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
    self.isShare = isShare
    self.notes = notes
    var digest = MessageDigest()
    for index in 0..<images.count {
      if index % 1000 == 0, Interruption.isWanted { throw .interrupted }
      images.withImage(index) { digest.update($0) }
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
  public func indices(of split: Split) -> Range<Int> {
    switch split {
    case .all: 0..<count
    case .train: trainIndices
    case .test: testIndices
    }
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
  /// Whether these are fewer images than there were, as the selection's `count` says; else it is still to be heeded.
  var isShare: Bool
  /// Of images in a file of the cache: what these follow from.
  var key: String?
  var notes: [DatasetNote]

  init(
    images: ImageSet, labels: Labels?, trainCount: Int? = nil, isShare: Bool = false, key: String? = nil,
    notes: [DatasetNote] = []
  ) {
    self.images = images
    self.labels = labels
    self.trainCount = trainCount ?? images.count
    self.isShare = isShare
    self.key = key
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
