import Files

/// Files that a command writes one after the other: should it fail in between, those go again that were not there before,
/// and the folders that were made for them.
struct OutputFiles {
  private let overwrites: Bool
  private var made: [String] = []

  private init(overwrites: Bool) { self.overwrites = overwrites }

  /// Runs `body`, which writes the files.
  static func writing<Result>(overwrite: Bool, _ body: (inout OutputFiles) throws -> Result) throws -> Result {
    var files = OutputFiles(overwrites: overwrite)
    do {
      return try body(&files)
    } catch {
      Folder.remove(files.made)
      throw error
    }
  }

  /// As `OutputFile.write` does.
  mutating func write(_ bytes: [UInt8], to path: String) throws {
    let missing = Folder.missing(path)
    _ = try OutputFile.write(bytes, to: path, overwrite: overwrites)
    made += missing
  }
}
