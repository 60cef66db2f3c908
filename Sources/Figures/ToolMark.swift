/// The mark by which this tool knows the files it wrote, and so may replace.
public enum ToolMark {
  /// What stands in every figure as the software that made it.
  public static let name = "ddpm-repl"

  /// Whether a PNG file says in a `tEXt` chunk before its pixels that this tool made it.
  ///
  /// The mark lies in the first hundred bytes: the start of the file is enough. Bytes that are no PNG file, or a
  /// damaged one, carry no mark.
  public static func isCarried(byPNG bytes: some Sequence<UInt8>) -> Bool {
    let bytes = Array(bytes.prefix(4096))
    guard bytes.starts(with: PNGImage.signature) else { return false }
    var position = PNGImage.signature.count
    while position + 12 <= bytes.count {
      let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      let kind = bytes[position + 4..<position + 8]
      guard length <= bytes.count - position - 12, !kind.elementsEqual("IDAT".utf8) else { return false }
      let contents = bytes[position + 8..<position + 8 + length]
      if kind.elementsEqual("tEXt".utf8), contents.elementsEqual(pngText) { return true }
      position += 12 + length
    }
    return false
  }

  private static let pngText = Array("Software".utf8) + [0] + Array(name.utf8)
}

extension PNGImage {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
}
