/// NumPy's .npz format, read: a ZIP archive of .npy files, stored (`numpy.savez`) or deflated (`savez_compressed`).
public struct NpzArchive {
  private let archive: ZipArchive
  public let path: String
  /// What the arrays are called, in the archive's order.
  public let names: [String]

  private static let ending = ".npy"

  /// Reads the archive's directory, and no array yet.
  ///
  /// - Throws: `ArrayFileError`.
  public init(path: String) throws(ArrayFileError) {
    archive = try ZipArchive(path: path)
    self.path = path
    names = archive.entries.map(\.name).filter { $0.hasSuffix(Self.ending) }
      .map { String($0.dropLast(Self.ending.count)) }
  }

  /// Reads one array; what the archive holds beside it is not looked at.
  ///
  /// - Parameter limit: the most elements that are read.
  /// - Throws: `ArrayFileError`, which names the array in the archive.
  public func array(_ name: String, limit: Int = .max) throws(ArrayFileError) -> StoredArray {
    guard let entry = archive.entries.first(where: { $0.name == name + Self.ending }) else {
      throw .noSuchArray(file: path, name: name, names: names)
    }
    return try NpyFormat.read(from: archive.open(entry, as: label(of: name)), limit: limit)
  }

  /// What errors call one of the arrays.
  public func label(of name: String) -> String { "\(path), array \(name)" }
}
