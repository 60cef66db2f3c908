import ArrayFiles
import Downloads
import Files
import Images
import Interruptions

/// What can be wrong with a data set that a user named: always the file, what was expected and what was found.
public enum DatasetError: InterruptibleError, Equatable {
  /// A file that cannot be read, or holds less or more than its header promises.
  case file(FileError)
  case png(file: String, PNGError)
  case jpeg(file: String, JPEGError)
  case download(DownloadError)
  case archive(ArchiveError)
  /// A file of a set that is not what those who publish it say.
  case otherFile(file: String, expected: Checksum, found: Checksum)
  /// A set that is drawn, or a place to download to that there is not.
  case nothingToFetch(name: String)
  /// A disk that has too little left for the decoded pixels of a large set.
  case noRoom(set: String, folder: String, needed: Int, free: Int)
  case noDownloadFolder
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
  case labelOutOfRange(file: String, position: Int, found: Int, classes: Range<Int>)
  case sizeMismatch(file: String, expected: String, found: String)
  case unknownSet(name: String, known: [String])
  case missingSet(name: String, lookedIn: [String], files: [String], mayBeCompressed: Bool)
  case missingFiles(name: String, folder: String, files: [String])
  case unknownFormat(path: String, formats: String, found: String)
  case emptySplit(set: String)
  case notEnoughImages(set: String, requested: Int, available: Int)
  case badOption(option: String, expected: String, found: String)
  /// A file of arrays that cannot be read.
  case array(ArrayFileError)
  /// An array whose axes may mean several things; `layouts` are the words for these.
  case ambiguousLayout(file: String, shape: [Int], layouts: [String])
  /// An array of one axis an image, without the shape that images have.
  case flatImages(file: String, shape: [Int])
  /// A value that is no finite number; `indices` are its place along each axis.
  case notFinite(file: String, value: String, indices: [Int])
  /// None of the names under which an archive's images are found.
  case noImages(file: String, expected: [String], names: [String])
  case tooManyClasses(file: String, limit: Int)
  /// An option that a set, or what lies at a path, does not take.
  case optionNotTaken(option: String, by: String, takenBy: String)
  /// What is wrong with the file that an option names.
  indirect case inOption(String, DatasetError)
  /// Whoever waited for the set wished an end.
  case interrupted

  public var isInterruption: Bool {
    switch self {
    case .interrupted: true
    case .file(let error): error.isInterruption
    case .array(let error): error.isInterruption
    case .png(_, let error): error.isInterruption
    case .download(let error): error.isInterruption
    case .archive(let error): error.isInterruption
    case .inOption(_, let error): error.isInterruption
    default: false
    }
  }
}

extension DatasetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .interrupted:
      return Interrupted().description
    case .file(let error):
      return error.description
    case .download(let error):
      return error.description
    case .archive(let error):
      return error.description
    case .otherFile(let file, let expected, let found):
      return "\(file): expected \(expected), found \(found): it is another file, or damaged; move it away to have it "
        + "downloaded"
    case .nothingToFetch(let name):
      return "\(name) is drawn by this program: it has no files to download"
    case .noRoom(let set, let folder, let needed, let free):
      return
        "\(set): expected \(needed) bytes left on the disk of \(folder), which keeps the decoded pixels of sets that "
        + "memory is too small for, found \(free); load fewer images with count="
    case .noDownloadFolder:
      return "no folder is known to download to: name one with --data DIR or set data=DIR"
    case .jpeg(let file, let error):
      return "\(file): \(error)"
    case .png(let file, let error):
      return "\(file): \(error)"
    case .differentSizes(let file, let found, let like, let expected):
      return "\(file): expected \(expected) pixels like \(like), found \(found); resize all with size="
    case .differentColours(let file, let foundChannels, let like, let expectedChannels):
      func kind(_ channels: Int) -> String { channels == 1 ? "grey" : "coloured" }
      return "\(file): expected a \(kind(expectedChannels)) image like \(like), found a \(kind(foundChannels)) one; "
        + "say colour=grey or colour=rgb for all"
    case .wrongMagic(let file, let expected, let found):
      return "\(file): expected \(expected), found \(FileSignature.description(of: found))"
    case .unsupported(let file, let expected, let found), .sizeMismatch(let file, let expected, let found):
      return "\(file): expected \(expected), found \(found)"
    case .tooLarge(let file, let bytes, let limit):
      return "\(file): expected at most \(limit) bytes of pixels, found a header for \(bytes)"
    case .countMismatch(let file, let images, let labelsFile, let labels):
      return "\(labelsFile): expected \(images) labels, one for each image of \(file), found \(labels)"
    case .labelOutOfRange(let file, let position, let found, let classes):
      return
        "\(file): expected labels \(classes.lowerBound) to \(classes.upperBound - 1), found \(found) at position \(position)"
    case .unknownSet(let name, let known):
      return "no data set is called '\(name)': expected one of \(known.joined(separator: ", ")), "
        + "or a path (with a '/' in it) to a file or folder"
    case .missingSet(let name, let lookedIn, let files, let mayBeCompressed):
      let places = lookedIn.isEmpty ? ["(no folder: neither ./data nor a home folder is known)"] : lookedIn
      return """
        the files of \(name) were not found; looked in
        \(places.map { "  " + $0 }.joined(separator: "\n"))
        `fetch \(name)` downloads them; or put \(files.joined(separator: ", ")) into one of these\(mayBeCompressed ? ", plain or .gz" : ""), or name the folder that holds \
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
    case .array(let error):
      return error.description
    case .ambiguousLayout(let file, let shape, let layouts):
      let meanings = layouts.map { Self.meaning(of: $0, shape) }.joined(separator: " or ")
      return "\(file): expected axes of one meaning, found the shape \(ArrayFileError.words(for: shape)), which may be "
        + meanings
    case .flatImages(let file, let shape):
      return "\(file): expected images, found \(shape[0]) rows of \(shape[1]) values, of no known height and width"
    case .notFinite(let file, let value, let indices):
      return "\(file): expected finite numbers, found \(value) at \(indices)"
    case .noImages(let file, let expected, let names):
      return "\(file): expected images in an array called \(expected.joined(separator: " or ")), found "
        + ArrayFileError.list(names)
    case .tooManyClasses(let file, let limit):
      return "\(file): expected labels of at most \(limit) classes, found more"
    case .optionNotTaken(let option, let by, let takenBy):
      return "\(by) takes no \(option)=, which is for \(takenBy)"
    case .inOption(_, let error):
      return error.description
    case .badOption(let option, let expected, let found):
      return "\(option) expected \(expected), found \(found)"
    }
  }
}

extension DatasetError {
  /// What an array of a shape would be by a layout: "16 images of 3×16".
  private static func meaning(of layout: String, _ shape: [Int]) -> String {
    let lengths = zip(layout, shape).reduce(into: [Character: Int]()) { $0[$1.0] = $1.1 }
    let count = lengths["n"] ?? 1
    let image = ImageShape(height: lengths["h"]!, width: lengths["w"]!, channels: lengths["c"] ?? 1)
    return "\(count) \(count == 1 ? "image" : "images") of \(image)"
  }
}
