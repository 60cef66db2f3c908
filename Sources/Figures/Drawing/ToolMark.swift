import Files
import Images

/// How this tool marks the figures it writes, so that it knows them again and may replace them.
public enum ToolMark {
  /// What stands in every figure as the software that made it.
  public static let name = "ddpm-repl"

  /// PNG: a text before the pixels, within the first hundred bytes of what we write.
  static let png = FileMark(beginning: PNGImage.signature, first: 1024) { first, _ in
    PNGImage.texts(inFirst: first).contains { $0 == ("Software", name) }
  }

  /// PDF: a comment behind the end, where no byte offset inside the file changes.
  static let pdf = FileMark(beginning: "%PDF-".utf8, last: pdfComment.count) { _, last in last == pdfComment }

  /// SVG: a comment behind the XML declaration.
  static let svg = FileMark(beginning: svgDeclaration + svgComment)

  private static let pdfComment = Array("%\(name)\n".utf8)

  static func marking(pdf: [UInt8]) -> [UInt8] { pdf + pdfComment }

  private static let svgDeclaration = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
  private static let svgComment = Array("<!-- \(name) -->\n".utf8)

  static func marking(svg: [UInt8]) -> [UInt8] {
    let body = svg.starts(with: svgDeclaration) ? svg.dropFirst(svgDeclaration.count) : svg[...]
    return svgDeclaration + svgComment + body
  }
}

extension FigureFormat {
  /// The mark that figures of this format carry.
  public var mark: FileMark {
    switch self {
    case .png: ToolMark.png
    case .pdf: ToolMark.pdf
    case .svg: ToolMark.svg
    }
  }
}
