/// What stands on a terminal that lays its lines out anew when its width changes.
///
/// A line is as long as what was written to it; how many rows it takes follows from the width.
struct Screen {
  private(set) var lines: [[Character]] = [[]]
  var columns: Int
  private var line = 0
  private var offset = 0

  init(columns: Int) { self.columns = columns }

  var text: String {
    lines.map { String($0).replacing(#/ +$/#, with: "") }.joined(separator: "\n")
  }

  /// Shows what a program wrote.
  mutating func show(_ written: some StringProtocol) {
    var rest = Substring(written).unicodeScalars
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\r": offset -= offset % columns
      case "\n":
        line += 1
        offset = 0
        if line == lines.count { lines.append([]) }
      case "\u{7}": break
      case "\u{1B}": control(&rest)
      default:
        while lines[line].count <= offset { lines[line].append(" ") }
        lines[line][offset] = Character(scalar)
        offset += 1
      }
    }
  }

  private mutating func control(_ rest: inout Substring.UnicodeScalarView) {
    guard rest.popFirst() == "[" else { return }
    while let scalar = rest.popFirst() {
      guard scalar.value >= 0x40 else { continue }
      switch scalar {
      case "J":
        lines[line] = Array(lines[line].prefix(offset))
        lines.removeLast(lines.count - line - 1)
      case "K":
        let end = min(lines[line].count, (offset / columns + 1) * columns)
        if end > offset { for place in offset..<end { lines[line][place] = " " } }
      default: break
      }
      return
    }
  }
}
