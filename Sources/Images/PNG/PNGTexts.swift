extension PNGImage {
  /// How every PNG file begins.
  public static let signature = PNGChunks.signature

  /// The uncompressed texts that a PNG file holds before its pixels, as far as its first bytes go.
  ///
  /// Nothing is decoded and any bytes are safe: what is no PNG file holds none.
  public static func texts(inFirst bytes: [UInt8]) -> [(keyword: String, text: String)] {
    guard bytes.starts(with: PNGChunks.signature) else { return [] }
    var texts: [(keyword: String, text: String)] = []
    for chunk in PNGChunks(bytes) {
      if chunk.isOfKind("IDAT") { break }
      guard chunk.isOfKind("tEXt"), let contents = chunk.contents, let end = contents.firstIndex(of: 0) else {
        continue
      }
      texts.append(
        (String(decoding: contents[..<end], as: UTF8.self), String(decoding: contents[(end + 1)...], as: UTF8.self)))
    }
    return texts
  }
}
