import Figures
import Images
import TestSupport
import Testing

@Suite("The tool's mark")
struct ToolMarkTests {
  @Test("PNG files we write carry the mark, also in their first hundred bytes; others do not")
  func png() throws {
    let image = PNGImage(width: 3, height: 3, channelCount: 1, pixels: (0..<9).map { $0 }, pixelsPerMetre: 2835)
    let bytes = try image.encoded(software: ToolMark.name)
    #expect(FigureFormat.png.mark.isCarried(by: bytes))
    #expect(FigureFormat.png.mark.isCarried(by: Array(bytes.prefix(100))))
    var foreign = PNGBuilder()
    foreign.appendHeader(width: 1, height: 1)
    foreign.append("tEXt", Array("Software".utf8) + [0] + Array("ddpm-repl2".utf8))
    foreign.append("tEXt", Array("Comment".utf8) + [0] + Array("ddpm-repl".utf8))
    foreign.appendRows([[9]])
    #expect(!FigureFormat.png.mark.isCarried(by: foreign.bytes))
    #expect(!FigureFormat.png.mark.isCarried(by: Array("Software\0ddpm-repl".utf8)))
    #expect(!FigureFormat.png.mark.isCarried(by: [UInt8]()))
    for length in 0..<bytes.count {
      _ = FigureFormat.png.mark.isCarried(by: Array(bytes.prefix(length)))
    }
  }
}
