import CCMark
import Synchronization

/// A text in GitHub's Markdown as HTML in which nothing runs: HTML in the text is left out, and so are links that are
/// scripts (cmark's safe mode).
struct Markdown {
  struct Heading: Equatable {
    let level: Int
    let text: String
    let id: String
  }

  private(set) var html = ""
  private(set) var headings: [Heading] = []

  /// - Parameters:
  ///   - id: gives a heading its name on the page.
  ///   - level: gives the level that a heading of some level has on the page.
  init(_ text: String, id: (String) -> String, level: (Int, String) -> Int) {
    guard let parser = cmark_parser_new(ddpm_cmark_options) else { fatalError("no memory for a parser of Markdown") }
    defer { cmark_parser_free(parser) }
    guard let document = Self.document(of: text, by: parser) else { return }
    defer { cmark_node_free(document) }
    let extensions = cmark_parser_get_syntax_extensions(parser)
    // Addresses of links and words lie in the text of the heading that they were read in: it must outlive them.
    var replaced: [OpaquePointer] = []
    defer { for block in replaced { cmark_node_free(block) } }
    var node = cmark_node_first_child(document)
    while let block = node {
      node = cmark_node_next(block)
      guard cmark_node_get_type(block) == CMARK_NODE_HEADING else { continue }
      let words = Self.plainText(of: block)
      let heading = Heading(
        level: level(Int(cmark_node_get_heading_level(block)), words), text: words, id: id(words))
      headings.append(heading)
      if Self.replace(block, by: heading) { replaced.append(block) }
    }
    guard let rendered = cmark_render_html(document, ddpm_cmark_options, extensions) else { return }
    defer { cmark_get_default_mem_allocator().pointee.free(rendered) }
    html = String(cString: rendered)
  }

  /// cmark's extensions keep tables that belong to all parsers and change while a text is read: one text at a time.
  private static let reading = Mutex(())

  private static func document(of text: String, by parser: OpaquePointer) -> OpaquePointer? {
    nonisolated(unsafe) var document: OpaquePointer?
    reading.withLock { _ in
      cmark_gfm_core_extensions_ensure_registered()
      for name in ["table", "strikethrough", "autolink", "tasklist"] {
        if let found = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, found) }
      }
      cmark_parser_feed(parser, text, text.utf8.count)
      document = cmark_parser_finish(parser)
    }
    return document
  }

  /// Puts a heading of the page, with its name, in the place of one of the text; whether the latter is left over.
  private static func replace(_ block: OpaquePointer, by heading: Heading) -> Bool {
    guard let named = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK) else { return false }
    cmark_node_set_on_enter(named, "<h\(heading.level) id=\"\(heading.id)\">")
    cmark_node_set_on_exit(named, "</h\(heading.level)>")
    guard cmark_node_insert_before(block, named) == 1 else {
      cmark_node_free(named)
      return false
    }
    while let child = cmark_node_first_child(block), cmark_node_append_child(named, child) == 1 {}
    cmark_node_unlink(block)
    return true
  }

  private static func plainText(of block: OpaquePointer) -> String {
    guard let walk = cmark_iter_new(block) else { return "" }
    defer { cmark_iter_free(walk) }
    var text = ""
    while true {
      let event = cmark_iter_next(walk)
      if event == CMARK_EVENT_DONE { return text }
      guard event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(walk) else { continue }
      switch cmark_node_get_type(node) {
      case CMARK_NODE_TEXT, CMARK_NODE_CODE: text += cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
      default: break
      }
    }
  }
}
