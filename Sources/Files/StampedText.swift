/// A kind of text file that says at its beginning what the SHA-256 of the rest is: one that was edited since is known as
/// its editor's, and not as ours to replace.
public struct StampedText: Sendable {
  private let beginning: String
  private let end: String
  private static let digits = 64

  /// By which files of the kind are known as they were written.
  public let mark: FileMark

  /// - Parameters:
  ///   - beginning: what stands before the checksum.
  ///   - end: what stands behind it, before the text that it is of.
  ///   - limit: bytes of the longest file that is looked at.
  public init(beginning: String, end: String, limit: Int) {
    (self.beginning, self.end) = (beginning, end)
    let (start, middle) = (beginning.utf8.count, Array(end.utf8))
    mark = FileMark(beginning: beginning.utf8, first: limit) { file, _ in
      let digest = file[start...].prefix(Self.digits)
      let rest = file[start...].dropFirst(Self.digits)
      return rest.starts(with: middle)
        && digest.elementsEqual(MessageDigest.sha256(of: rest.dropFirst(middle.count)).utf8)
    }
  }

  /// The whole file whose text is `body`.
  public func stamped(_ body: String) -> String {
    beginning + MessageDigest.sha256(of: Array(body.utf8)) + end + body
  }
}
