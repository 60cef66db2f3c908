import Files
import Images

/// What can be wrong with a data set that a user named: always the file, what was expected and what was found.
public enum DatasetError: Error, Equatable {
  /// A file that cannot be read, or holds less or more than its header promises.
  case file(FileError)
  case png(file: String, PNGError)
  /// An image of another size than the first of its set, where nothing says which size all should have.
  case differentSizes(file: String, found: String, like: String, expected: String)
  /// A grey image among coloured ones, or the other way round.
  case differentColours(file: String, foundChannels: Int, like: String, expectedChannels: Int)
  /// The first bytes are not the format's.
  case wrongMagic(file: String, expected: String, found: [UInt8])
  /// A header that is well formed but says what this program cannot read.
  case unsupported(file: String, expected: String, found: String)
  case tooLarge(file: String, bytes: String, limit: Int)
  case countMismatch(file: String, images: Int, labelsFile: String, labels: Int)
  case labelOutOfRange(file: String, position: Int, found: Int, classCount: Int)
  case sizeMismatch(file: String, expected: String, found: String)
  case unknownSet(name: String, known: [String])
  case missingSet(name: String, lookedIn: [String], files: [String], mayBeCompressed: Bool)
  case missingFiles(name: String, folder: String, files: [String])
  case unknownFormat(path: String, formats: String, found: String)
  case emptySplit(set: String)
  case notEnoughImages(set: String, requested: Int, available: Int)
  case badOption(option: String, expected: String, found: String)
}

extension DatasetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error):
      return error.description
    case .png(let file, let error):
      return "\(file): \(error)"
    case .differentSizes(let file, let found, let like, let expected):
      return "\(file): expected \(expected) pixels like \(like), found \(found); resize all with size="
    case .differentColours(let file, let foundChannels, let like, let expectedChannels):
      func kind(_ channels: Int) -> String { channels == 1 ? "grey" : "coloured" }
      return "\(file): expected a \(kind(expectedChannels)) image like \(like), found a \(kind(foundChannels)) one; "
        + "convert one of the two"
    case .wrongMagic(let file, let expected, let found):
      return "\(file): expected \(expected), found \(FileSignature.description(of: found))"
    case .unsupported(let file, let expected, let found), .sizeMismatch(let file, let expected, let found):
      return "\(file): expected \(expected), found \(found)"
    case .tooLarge(let file, let bytes, let limit):
      return "\(file): expected at most \(limit) bytes of pixels, found a header for \(bytes)"
    case .countMismatch(let file, let images, let labelsFile, let labels):
      return "\(labelsFile): expected \(images) labels, one for each image of \(file), found \(labels)"
    case .labelOutOfRange(let file, let position, let found, let classCount):
      return "\(file): expected labels 0 to \(classCount - 1), found \(found) at position \(position)"
    case .unknownSet(let name, let known):
      return "no data set is called '\(name)': expected one of \(known.joined(separator: ", ")), "
        + "or a path (with a '/' in it) to a file or folder"
    case .missingSet(let name, let lookedIn, let files, let mayBeCompressed):
      let places = lookedIn.isEmpty ? ["(no folder: neither ./data nor a home folder is known)"] : lookedIn
      return """
        the files of \(name) were not found; looked in
        \(places.map { "  " + $0 }.joined(separator: "\n"))
        Put \(files.joined(separator: ", ")) into one of these\(mayBeCompressed ? ", plain or .gz" : ""), or name the folder that holds \
        \(name)/ with --data DIR or DDPM_DATA. `load strokes` needs no files.
        """
    case .missingFiles(let name, let folder, let files):
      return "\(folder): expected the files of \(name), found no \(files.joined(separator: ", ")) (plain or .gz)"
    case .unknownFormat(let path, let formats, let found):
      return "\(path): expected \(formats); found \(found)"
    case .emptySplit(let set):
      return "\(set) has no images; load it with split=all"
    case .notEnoughImages(let set, let requested, let available):
      return "\(set) has \(available) images, fewer than count=\(requested)"
    case .badOption(let option, let expected, let found):
      return "\(option) expected \(expected), found \(found)"
    }
  }
}

/// Names a foreign file by its first bytes, so that a mistaken path is understood at once.
enum FileSignature {
  private static let known: [(bytes: [UInt8], name: String)] = [
    ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
    ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    ([0x50, 0x4B, 0x03, 0x04], "a zip archive"),
    ([0x1F, 0x8B], "gzip data"),
    ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], "a NumPy array"),
    ([0x25, 0x50, 0x44, 0x46], "a PDF document"),
    ([0x00, 0x00], "an idx file of another kind"),
  ]

  static func description(of bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "an empty file" }
    let digits = bytes.map { byte in
      let hex = String(byte, radix: 16)
      return hex.count == 1 ? "0" + hex : hex
    }
    let name = known.first { bytes.starts(with: $0.bytes) }.map { " (\($0.name))" } ?? ""
    return "the bytes " + digits.joined(separator: " ") + name
  }
}
