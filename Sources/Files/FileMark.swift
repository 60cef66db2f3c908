/// The mark by which this tool knows files of a format that it wrote, and so may replace.
///
/// A format says how its files begin, and how much more of them must be read to tell: never more than that is.
public struct FileMark: Sendable {
  /// The bytes that every file of the format begins with.
  let beginning: [UInt8]
  /// How many of the first and of the last bytes `isOurs` is given; of a shorter file, all.
  let firstCount: Int
  let lastCount: Int
  private let isOurs: @Sendable (_ first: [UInt8], _ last: [UInt8]) -> Bool

  /// A mark that is judged by a file's first and last bytes.
  ///
  /// - Parameters:
  ///   - beginning: what every file of the format begins with; `isOurs` is not asked about others.
  ///   - first, last: how many of the first and of the last bytes it takes to tell.
  ///   - isOurs: whether a file with these first and last bytes carries the mark. Any bytes must be safe.
  public init(
    beginning: some Sequence<UInt8>, first: Int = 0, last: Int = 0,
    isOurs: @escaping @Sendable (_ first: [UInt8], _ last: [UInt8]) -> Bool
  ) {
    self.beginning = Array(beginning)
    firstCount = first
    lastCount = last
    self.isOurs = isOurs
  }

  /// A mark that is all in how a file begins.
  public init(beginning: some Sequence<UInt8>) {
    self.init(beginning: beginning) { _, _ in true }
  }

  /// Whether the bytes of a whole file carry the mark.
  public func isCarried(by bytes: [UInt8]) -> Bool {
    bytes.starts(with: beginning) && isOurs(Array(bytes.prefix(firstCount)), bytes.suffix(lastCount))
  }

  /// Whether the regular file at `path` carries the mark; throws `FileError` if it cannot be read.
  public func isCarried(byFile path: String) throws(FileError) -> Bool {
    let reader = try FileReader(path: path, inflating: false)
    let start = try reader.read(upTo: beginning.count)
    guard start == beginning else { return false }
    let first = try start.prefix(firstCount) + reader.read(upTo: max(0, firstCount - start.count))
    return try isOurs(Array(first), reader.last(lastCount))
  }
}
