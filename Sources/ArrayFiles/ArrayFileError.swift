import Files
import Interruptions

/// What can be wrong with a file of arrays that a user named: always the file, what was expected and what was found.
///
/// For an array in an archive, `file` says which.
public enum ArrayFileError: InterruptibleError, Equatable {
  /// The file cannot be read, or holds less or more than its header promises.
  case file(FileError)
  /// The first bytes are not those of a .npy file.
  case notAnArray(file: String, found: [UInt8])
  case unknownVersion(file: String, major: Int, minor: Int)
  /// The header is not what NumPy writes.
  case badHeader(file: String, expected: String, found: String)
  /// Elements that are no numbers, or of a type that is not read; `found` is for people.
  case elementType(file: String, found: String)
  case tooManyElements(file: String, shape: [Int], limit: Int)
  /// The file's beginning or end are not those of a ZIP archive.
  case notAnArchive(file: String, found: [UInt8])
  /// An archive that contradicts itself.
  case damagedArchive(file: String, expected: String, found: String)
  /// An archive of a kind that is not read: encrypted, of 4 GiB and more, compressed in another way.
  case unsupportedArchive(file: String, expected: String, found: String)
  /// A deflated array whose directory claims more than such data can hold; it was not inflated.
  case implausible(file: String, expected: Int, size: Int)
  case corruptDeflate(file: String, reason: String)
  case wrongChecksum(file: String)
  /// A safetensors file whose header is none, or contradicts itself or the file's size; `place` says where, for people.
  case badTensors(file: String, place: String, expected: String, found: String)
  /// There is no array of this name in the file.
  case noSuchArray(file: String, name: String, names: [String])

  public var isInterruption: Bool {
    if case .file(let error) = self { error.isInterruption } else { false }
  }
}

extension ArrayFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .notAnArray(let file, let found):
      "\(file): expected a NumPy array (first bytes 93 4e 55 4d 50 59), found \(FileSignature.description(of: found))"
    case .unknownVersion(let file, let major, let minor):
      "\(file): expected version 1.0, 2.0 or 3.0 of the .npy format, found \(major).\(minor)"
    case .badHeader(let file, let expected, let found):
      "\(file): expected \(expected) in the array's header, found \(found)"
    case .elementType(let file, let found):
      "\(file): expected \(ElementType.allNames), found \(found)"
    case .tooManyElements(let file, let shape, let limit):
      "\(file): expected at most \(limit) elements, found a header for \(Self.words(for: shape))"
    case .notAnArchive(let file, let found):
      "\(file): expected an .npz archive (a ZIP file, whole), found \(FileSignature.description(of: found))"
    case .damagedArchive(let file, let expected, let found):
      "\(file): damaged: expected \(expected), found \(found); copy or save the file again"
    case .unsupportedArchive(let file, let expected, let found):
      "\(file): expected \(expected), found \(found); save it with numpy.savez or numpy.savez_compressed"
    case .implausible(let file, let expected, let size):
      "\(file): expected \(expected) bytes by the archive's directory, found only \(size) compressed ones, too few to "
        + "hold them; save it with numpy.savez if it is right"
    case .corruptDeflate(let file, let reason):
      "\(file): corrupt compressed data: \(reason); copy or save the file again"
    case .wrongChecksum(let file):
      "\(file): damaged: expected data with the checksum that the archive's directory gives, found another; copy or "
        + "save the file again"
    case .badTensors(let file, let place, let expected, let found):
      "\(file): expected \(expected) in \(place), found \(found)"
    case .noSuchArray(let file, let name, let names):
      "\(file): expected an array called \(name), found \(Self.list(names))"
    }
  }

  /// A shape for people: "(60000, 28, 28)" and "(5,)", as Python writes it.
  public static func words(for shape: [Int]) -> String {
    "(\(shape.map(String.init).joined(separator: ", "))\(shape.count == 1 ? "," : ""))"
  }

  /// Names for people, the first of many.
  public static func list(_ names: [String]) -> String {
    if names.isEmpty { return "none" }
    let others = names.count > 12 ? " and \(names.count - 12) more" : ""
    return names.prefix(12).joined(separator: ", ") + others
  }
}
