import Evaluation
import Files
import Images
import Interruptions

/// Reads many PNG and JPEG files as one set of images: all grey or all in colour, all of one size or resized to it.
enum ImageFiles {
  /// Images, and the places of their files among those that there were.
  struct Pictures {
    let images: ImageSet
    let places: [Int]
    /// Whether these are not all of the files.
    let isShare: Bool
    /// Of images in a file of the cache: what these follow from.
    var key: String?

    func content(_ labels: Labels?) -> DatasetContent {
      DatasetContent(images: images, labels: labels, isShare: isShare, key: key)
    }
  }

  /// What one file may claim: more than any picture that is worth clustering, and little enough for any machine.
  static let limits = ImageLimits(maximumByteCount: 64 << 20)
  /// Bytes of one file. Pixels of 16 bits that do not compress take twice the memory of what they become.
  private static let fileLimit = 256 << 20
  private static let endings = [".png", ".jpg", ".jpeg"]

  /// The picture files in a folder by their endings, in natural order, without the folder's path.
  static func names(in folder: String) throws(DatasetError) -> [String] {
    do { return try Folder.names(in: folder).filter(isNamedImage) } catch { throw .file(error) }
  }

  static func isNamedImage(_ name: String) -> Bool { endings.contains { name.lowercased().hasSuffix($0) } }

  /// Decodes the files that `selection` takes, in order, to images of the first one's size or of `selection.size`.
  ///
  /// What a file is, is told by its content. Opacity is laid over black, 16-bit samples are rounded to 8. Only those
  /// files are read that `selection.count` asks for, and none further once the set would be larger than any may be.
  ///
  /// - Parameter folder: what an error about all of the files names.
  /// - Throws: `DatasetError`, which names the file that cannot be read or that differs from the first.
  static func read(_ allPaths: [String], in folder: String, _ selection: DatasetSelection) throws(DatasetError)
    -> Pictures
  {
    let places = selection.positions(of: allPaths.count)
    guard let firstPath = places.first.map({ allPaths[$0] }) else {
      throw .unsupported(file: folder, expected: "PNG or JPEG files", found: "none")
    }
    let first = try decoded(firstPath, selection)
    try selection.checkSize(
      imageCount: places.count, channelCount: first.channelCount, limit: selection.cache.largestSet)
    let (height, width) = (selection.size ?? first.height, selection.size ?? first.width)
    let imageSize = height * width * first.channelCount
    let largest = selection.cache.largestSet
    guard imageSize <= largest / places.count else {
      throw .unsupported(
        file: folder, expected: "at most \(largest) bytes of pixels",
        found: "\(places.count) images of \(width)×\(height)×\(first.channelCount); load fewer with count=, or resize "
          + "them with size=")
    }

    func forEachImage(_ take: ([UInt8]) throws(DatasetError) -> Void) throws(DatasetError) {
      for (index, place) in places.enumerated() {
        if Interruption.isWanted { throw .interrupted }
        let path = allPaths[place]
        let image = index == 0 ? first : try decoded(path, selection)
        guard image.channelCount == first.channelCount else {
          throw .differentColours(
            file: path, foundChannels: image.channelCount, like: firstPath, expectedChannels: first.channelCount)
        }
        guard selection.size != nil || (image.width, image.height) == (width, height) else {
          throw .differentSizes(
            file: path, found: "\(image.width)×\(image.height)", like: firstPath, expected: "\(width)×\(height)")
        }
        try take(selection.sized(image).pixels)
      }
    }
    let shape = ImageShape(height: height, width: width, channels: first.channelCount)
    let isShare = places.count < allPaths.count
    guard imageSize * places.count > selection.cache.memoryLimit, selection.cache.folder != nil else {
      var pixels: [UInt8] = []
      pixels.reserveCapacity(imageSize * places.count)
      try forEachImage { pixels += $0 }
      let images = ImageSet(
        count: places.count, height: height, width: width, channelCount: first.channelCount, pixels: pixels)
      return Pictures(images: images, places: places, isShare: isShare)
    }
    let facts = "pictures \(shape) \(selection.fit ?? .stretch) \(selection.colour.map(\.rawValue) ?? "")"
    let key = PixelCache.key(facts, places.map { allPaths[$0] })
    let images = try selection.cache.images(key, count: places.count, shape, folder, fill: forEachImage)
    return Pictures(images: images, places: places, isShare: isShare, key: key)
  }

  /// A file's picture as a set of one image, of the colours that are wanted.
  private static func decoded(_ path: String, _ selection: DatasetSelection) throws(DatasetError) -> ImageSet {
    let file = try DataFile(path: path, inflating: false)
    guard file.size <= fileLimit else {
      throw .unsupported(
        file: path, expected: "a PNG or JPEG file of at most \(fileLimit) bytes", found: "\(file.size) bytes")
    }
    let bytes = try file.read(upTo: file.size)
    let image: ImageSet
    if bytes.starts(with: ImageSet.jpegSignature) {
      do { image = try ImageSet(decodingJPEG: bytes, limits: limits) } catch { throw .jpeg(file: path, error) }
    } else {
      do {
        let png = try PNGImage(decoding: bytes, over: .black, limits: limits)
        image = ImageSet(
          count: 1, height: png.height, width: png.width, channelCount: png.channelCount, pixels: png.pixels)
      } catch { throw .png(file: path, error) }
    }
    return try selection.coloured(image)
  }
}
