import Images
import Interruptions
import TensorEngine

/// Which images a `count` below all of them takes.
public enum ShareOrder: String, CaseIterable, Sendable {
  /// One of each of as many parts of the file order, drawn by the seed.
  case even
  /// Those that come first.
  case first
}

/// What `load` takes of a data set.
public struct DatasetSelection: Sendable, Equatable {
  public var split: Split
  /// How many images, fewer than there are being chosen as `order` says. For drawn sets, how many are drawn
  /// before the split.
  public var count: Int?
  /// Which images a `count` below all of them takes; an even share unless it is said.
  public var order: ShareOrder?
  /// The seed of the draw of an even share; of a set that is drawn, of all of it.
  public var seed: UInt64?
  /// Width and height to resize to, in pixels.
  public var size: Int?
  /// How images that are no squares become ones of `size`; stretched unless it is said.
  public var fit: Fit?
  /// Whether all images are made grey or coloured; nil leaves them as they are.
  public var colour: PixelColour?
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
  /// How a set is drawn that needs no files.
  public var drawing = DrawingOptions()
  /// Where sets go that are too large for memory.
  var cache = PixelCache(folder: nil)

  public init(split: Split = .all, count: Int? = nil, order: ShareOrder? = nil, seed: UInt64? = nil, size: Int? = nil) {
    self.split = split
    self.count = count
    self.order = order
    self.seed = seed
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
    if fit != nil, size == nil {
      throw .badOption(option: "fit", expected: "size= beside it, which says to how many pixels", found: "none")
    }
  }

  /// Refuses a size at which so many images would take more memory than any data set may.
  func checkSize(imageCount: Int, channelCount: Int, limit: Int = DatasetContent.pixelLimit) throws(DatasetError) {
    guard let size else { return }
    let largest = Int(Double(limit / (channelCount * imageCount)).squareRoot())
    guard size <= largest else {
      throw .badOption(
        option: "size", expected: "at most \(largest) pixels for \(imageCount) images", found: "\(size)")
    }
  }

  /// Which of `total` images in file order are taken, in that order.
  ///
  /// An even share cuts the order into `count` parts of like length and draws an image of each: whatever the files are
  /// sorted by, every stretch of them is there in its proportion. The draw depends on the seed and the part's place alone.
  func positions(of total: Int) -> [Int] {
    guard let count, count < total else { return Array(0..<total) }
    guard order != .first else { return Array(0..<count) }
    let source = RandomSource(seed: seed ?? 0).derived("count")
    return (0..<count).map { part in
      let (start, end) = (part * total / count, (part + 1) * total / count)
      var stream = source.derived(part).makeStream()
      return start + stream.integer(below: end - start)
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
    let chosen = positions(of: part.count).map { part.lowerBound + $0 }
    let isWhole = chosen.count == content.images.count
    var images = isWhole ? content.images : content.images.selecting(chosen)
    images = try transformed(images, name: name, key: content.key)
    return try Dataset(
      name: name, origin: origin, images: images,
      labels: (isWhole ? content.labels : content.labels?.selecting(chosen))?.occurring,
      trainCount: chosen.prefix { $0 < trainCount }.count,
      isShare: content.isShare || chosen.count < part.count, notes: content.notes)
  }

  /// Images of the colours and of the size that are wanted, turned; in parts where memory is too small for them.
  ///
  /// - Parameter key: of images in a file what they are made of, as `PixelCache.key` says it.
  private func transformed(_ images: ImageSet, name: String, key: String?) throws(DatasetError) -> ImageSet {
    func transformed(_ part: ImageSet) throws(DatasetError) -> ImageSet {
      let part = try sized(coloured(part))
      return turn.map(part.turned) ?? part
    }
    let channelCount = colour.map { $0 == .grey ? 1 : 3 } ?? images.channelCount
    let isSized = size.map { (images.height, images.width) == ($0, $0) } ?? true
    if isSized, images.channelCount == channelCount, turn == nil { return images }
    // What is made of images in memory is to fit there as well: a slip of the pen is not to fill a disk.
    try checkSize(
      imageCount: images.count, channelCount: channelCount,
      limit: images.isInMemory ? DatasetContent.pixelLimit : cache.largestSet)
    if images.isInMemory { return try transformed(images) }
    let example = try transformed(images.selecting(0..<1).inMemory)
    let byteCount = example.imageSize * images.count
    func forEachPart(_ take: ([UInt8]) throws(DatasetError) -> Void) throws(DatasetError) {
      let partSize = max(1, (1 << 24) / max(images.imageSize, example.imageSize))
      for start in stride(from: 0, to: images.count, by: partSize) {
        if Interruption.isWanted { throw .interrupted }
        try take(transformed(images.selecting(start..<min(start + partSize, images.count)).inMemory).pixels)
      }
    }
    if byteCount <= cache.memoryLimit {
      var pixels: [UInt8] = []
      pixels.reserveCapacity(byteCount)
      try forEachPart { pixels += $0 }
      return ImageSet(
        count: images.count, height: example.height, width: example.width, channelCount: example.channelCount,
        pixels: pixels)
    }
    let facts =
      "\(key ?? name) \(split) \(count ?? 0) \(order ?? .even) \(seed ?? 0) \(size ?? 0) "
      + "\(fit ?? .stretch) \(colour.map(\.rawValue) ?? "") \(turn.map(\.rawValue) ?? "")"
    return try cache.images(
      PixelCache.key(facts, []), count: images.count, ImageShape(of: example), name, fill: forEachPart)
  }

  /// Images of the size that is wanted.
  func sized(_ images: ImageSet) throws(DatasetError) -> ImageSet {
    guard let size else { return images }
    try checkSize(imageCount: images.count, channelCount: images.channelCount)
    do { return try images.fitted(to: size, fit ?? .stretch) } catch { throw .interrupted }
  }

  /// Images of the colours that are wanted.
  func coloured(_ images: ImageSet) throws(DatasetError) -> ImageSet {
    guard let colour else { return images }
    guard [1, 3].contains(images.channelCount) else {
      throw .badOption(option: "colour", expected: "images of 1 or 3 channels", found: "\(images.channelCount)")
    }
    return images.coloured(colour)
  }
}
