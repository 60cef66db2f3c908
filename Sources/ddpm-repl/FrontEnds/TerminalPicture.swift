import CChafa
import CReadline
import Figures
import Glibc
import Images
import Session

/// Pictures in the terminal: as graphics where it knows kitty's, iTerm2's or sixel sequences, else in block characters.
struct TerminalPicture {
  private let terminal: OpaquePointer
  private let pixelMode: ChafaPixelMode
  private let canvasMode: ChafaCanvasMode
  /// Whether the terminal is known to show pictures that one can make something of.
  let isTrusted: Bool

  /// The terminal that the environment's variables describe.
  ///
  /// - Parameter hasColours: false for characters alone, as NO_COLOR asks for.
  init(hasColours: Bool) {
    let database = chafa_term_db_get_default()
    let variables = g_get_environ()
    defer { g_strfreev(variables) }
    let terminal = chafa_term_db_detect(database, variables)!
    func knows(_ sequence: ChafaTermSeq) -> Bool { chafa_term_info_have_seq(terminal, sequence) != 0 }
    let graphics = Self.graphics.first { knows($0.sequence) }?.mode
    // Of a terminal that it has never heard of chafa believes it has 256 colours.
    let colourCount = ddpm_terminal_colours()
    isTrusted = hasColours && (graphics != nil || (colourCount >= 8 && Self.isUnicode))
    pixelMode = hasColours ? graphics ?? CHAFA_PIXEL_MODE_SYMBOLS : CHAFA_PIXEL_MODE_SYMBOLS
    canvasMode =
      if !hasColours || (graphics == nil && colourCount < 8) {
        CHAFA_CANVAS_MODE_FGBG
      } else if graphics != nil || knows(CHAFA_TERM_SEQ_SET_COLOR_FGBG_DIRECT) {
        CHAFA_CANVAS_MODE_TRUECOLOR
      } else {
        colourCount >= 256 ? CHAFA_CANVAS_MODE_INDEXED_240 : CHAFA_CANVAS_MODE_INDEXED_16
      }
    // The sequences that any terminal of today understands.
    let usual = chafa_term_db_get_fallback_info(database)
    defer { chafa_term_info_unref(usual) }
    chafa_term_info_supplement(terminal, usual)
    self.terminal = terminal
  }

  /// By preference.
  private static let graphics: [(sequence: ChafaTermSeq, mode: ChafaPixelMode)] = [
    (CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1, CHAFA_PIXEL_MODE_KITTY),
    (CHAFA_TERM_SEQ_BEGIN_ITERM2_IMAGE, CHAFA_PIXEL_MODE_ITERM2),
    (CHAFA_TERM_SEQ_BEGIN_SIXELS, CHAFA_PIXEL_MODE_SIXELS),
  ]

  /// `image`, in red, green and blue, for a window of this size, ended by a newline; a third of it is left for what was
  /// said before.
  func text(_ image: PNGImage, in window: WindowSize) -> String {
    precondition(image.channelCount == 3, "a picture needs 3 channels, not \(image.channelCount)")
    var (columns, rows) = (gint(window.columns), gint(max(window.rows * 2 / 3, 4)))
    chafa_calc_canvas_geometry(
      gint(image.width), gint(image.height), &columns, &rows, gfloat(window.cellWidth) / gfloat(window.cellHeight),
      1, 0)
    let symbols = chafa_symbol_map_new()
    defer { chafa_symbol_map_unref(symbols) }
    chafa_symbol_map_add_by_tags(symbols, Self.isUnicode ? CHAFA_SYMBOL_TAG_BLOCK : CHAFA_SYMBOL_TAG_ASCII)
    chafa_symbol_map_add_by_tags(symbols, CHAFA_SYMBOL_TAG_SPACE)
    let configuration = chafa_canvas_config_new()
    defer { chafa_canvas_config_unref(configuration) }
    chafa_canvas_config_set_geometry(configuration, columns, rows)
    chafa_canvas_config_set_cell_geometry(configuration, gint(window.cellWidth), gint(window.cellHeight))
    chafa_canvas_config_set_canvas_mode(configuration, canvasMode)
    chafa_canvas_config_set_pixel_mode(configuration, pixelMode)
    chafa_canvas_config_set_symbol_map(configuration, symbols)
    let canvas = chafa_canvas_new(configuration)
    defer { chafa_canvas_unref(canvas) }
    // Rows of three bytes a pixel would have to be padded to whole words.
    var opaque = [UInt8](repeating: 255, count: 4 * image.width * image.height)
    for pixel in 0..<image.width * image.height {
      for channel in 0..<3 { opaque[4 * pixel + channel] = image.pixels[3 * pixel + channel] }
    }
    chafa_canvas_draw_all_pixels(
      canvas, CHAFA_PIXEL_RGBA8_UNASSOCIATED, opaque, gint(image.width), gint(image.height), gint(4 * image.width))
    let bytes = ddpm_string_text(chafa_canvas_print(canvas, terminal))!
    defer { g_free(bytes) }
    return String(cString: bytes) + "\n"
  }

  /// Whether the locale's characters are Unicode's.
  private static var isUnicode: Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { EnvironmentVariable.value(of: $0) }.first ?? ""
    return locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
  }
}
