import Images

/// The mark by which this tool knows the files it wrote, and so may replace.
public enum ToolMark {
  /// What stands in every figure as the software that made it.
  public static let name = "ddpm-repl"

  /// Whether a PNG, PDF or SVG file says that this tool made it.
  ///
  /// Anything else, and a file damaged before its mark, carries none. Nothing is decoded: any bytes are safe.
  public static func isCarried(by file: [UInt8]) -> Bool {
    if file.starts(with: PNGImage.signature) { return isCarried(byPNG: file) }
    if file.starts(with: "%PDF-".utf8) { return file.suffix(pdfComment.count).elementsEqual(pdfComment) }
    return file.starts(with: svgDeclaration) && file.dropFirst(svgDeclaration.count).starts(with: svgComment)
  }

  // PNG: a `tEXt` chunk before the pixels.

  private static func isCarried(byPNG bytes: [UInt8]) -> Bool {
    PNGImage.texts(inFirst: bytes).contains { $0 == ("Software", name) }
  }

  // PDF: a comment behind the end, where no byte offset inside the file changes.

  private static let pdfComment = Array("%\(name)\n".utf8)

  static func marking(pdf: [UInt8]) -> [UInt8] { pdf + pdfComment }

  // SVG: a comment behind the XML declaration.

  private static let svgDeclaration = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
  private static let svgComment = Array("<!-- \(name) -->\n".utf8)

  static func marking(svg: [UInt8]) -> [UInt8] {
    let body = svg.starts(with: svgDeclaration) ? svg.dropFirst(svgDeclaration.count) : svg[...]
    return svgDeclaration + svgComment + body
  }
}
