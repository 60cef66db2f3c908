import Files
import Images
import Interruptions

/// Reads many PNG files as one set of images: all grey or all in colour, all of one size or resized to it.
enum PNGFiles {
  /// What one file may claim: more than any picture that is worth clustering, and little enough for any machine.
  static let limits = PNGLimits(maximumByteCount: 64 << 20)
  /// Bytes of one file. Pixels of 16 bits that do not compress take twice the memory of what they become.
  private static let fileLimit = 256 << 20

  /// The PNG files in a folder by their endings, in natural order, without the folder's path.
  static func names(in folder: String) throws(DatasetError) -> [String] {
    do { return try Folder.names(in: folder).filter(isNamedPNG) } catch { throw .file(error) }
  }

  static func isNamedPNG(_ name: String) -> Bool { name.suffix(4).lowercased() == ".png" }

  /// Decodes the files in order, to images of the first file's size or of `selection.size`.
  ///
  /// Opacity is laid over black, 16-bit samples are rounded to 8. Only as many files are read as `selection.count`
  /// asks for, and none further once the set would be larger than any may be.
  ///
  /// - Parameter folder: what an error about all of the files names.
  /// - Throws: `DatasetError`, which names the file that cannot be read or that differs from the first.
  static func read(_ paths: [String], in folder: String, _ selection: DatasetSelection) throws(DatasetError)
    -> ImageSet
  {
    let paths = paths.prefix(selection.count ?? paths.count)
    guard let firstPath = paths.first else { throw .unsupported(file: folder, expected: "PNG files", found: "none") }
    let first = try decoded(firstPath)
    try selection.checkSize(imageCount: paths.count, channelCount: first.channelCount)
    let (height, width) = (selection.size ?? first.height, selection.size ?? first.width)
    let imageSize = height * width * first.channelCount
    guard imageSize <= DatasetContent.pixelLimit / paths.count else {
      throw .unsupported(
        file: folder, expected: "at most \(DatasetContent.pixelLimit) bytes of pixels",
        found: "\(paths.count) images of \(width)×\(height)×\(first.channelCount); load fewer with count=, or resize "
          + "them with size=")
    }

    var pixels: [UInt8] = []
    pixels.reserveCapacity(imageSize * paths.count)
    for (index, path) in paths.enumerated() {
      if Interruption.isWanted { throw .interrupted }
      let image = index == 0 ? first : try decoded(path)
      guard image.channelCount == first.channelCount else {
        throw .differentColours(
          file: path, foundChannels: image.channelCount, like: firstPath, expectedChannels: first.channelCount)
      }
      if let size = selection.size {
        do { pixels += try image.imageSet.resized(height: size, width: size).pixels } catch { throw .interrupted }
      } else {
        guard (image.width, image.height) == (width, height) else {
          throw .differentSizes(
            file: path, found: "\(image.width)×\(image.height)", like: firstPath, expected: "\(width)×\(height)")
        }
        pixels += image.pixels
      }
    }
    return ImageSet(
      count: paths.count, height: height, width: width, channelCount: first.channelCount, pixels: pixels)
  }

  private static func decoded(_ path: String) throws(DatasetError) -> PNGImage {
    let file = try DataFile(path: path, inflating: false)
    guard file.size <= fileLimit else {
      throw .unsupported(file: path, expected: "a PNG file of at most \(fileLimit) bytes", found: "\(file.size) bytes")
    }
    let bytes = try file.read(upTo: file.size)
    do { return try PNGImage(decoding: bytes, over: .black, limits: limits) } catch { throw .png(file: path, error) }
  }
}

extension PNGImage {
  /// The image as a set of one.
  fileprivate var imageSet: ImageSet {
    ImageSet(count: 1, height: height, width: width, channelCount: channelCount, pixels: pixels)
  }
}
