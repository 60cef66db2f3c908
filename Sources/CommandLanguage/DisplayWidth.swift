/// Columns that text takes on a terminal.
public enum DisplayWidth {
  /// Columns of `text`, which holds no control characters.
  public static func of(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + of($1) }
  }

  /// Columns of a character: 2 for East Asian wide ones and pictographs, 0 for a mark that stands alone, else 1.
  public static func of(_ character: Character) -> Int {
    let scalar = character.unicodeScalars.first!
    if scalar.value < 0x300 { return 1 }
    // A selector asks for the picture of a character that is narrow by itself.
    if isWide(scalar.value) || character.unicodeScalars.contains("\u{FE0F}") { return 2 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }

  /// `text` cut to `width` columns.
  public static func prefix(_ text: String, width: Int) -> String {
    var columns = 0
    var result = ""
    for character in text {
      columns += of(character)
      if columns > width { break }
      result.append(character)
    }
    return result
  }

  /// `text` cut to `width` columns, with a sign that something is missing.
  public static func elided(_ text: String, width: Int) -> String {
    of(text) <= width ? text : prefix(text, width: width - 1) + "…"
  }

  /// The wide ranges of Unicode's EastAsianWidth, gaps of a few unassigned code points included.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23EC, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
      0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF,
      0x20000...0x3FFFD:
      true
    default: false
    }
  }
}

extension String {
  /// The text with control characters but those in `kept` made visible: what a script or a file's name holds must not
  /// steer the terminal.
  public func withoutControls(keeping kept: [Unicode.Scalar] = []) -> String {
    guard unicodeScalars.contains(where: { $0.isControl && !kept.contains($0) }) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      result.unicodeScalars.append(scalar.isControl && !kept.contains(scalar) ? "\u{FFFD}" : scalar)
    }
    return result
  }

  /// At most `limit` characters, the rest left out in the middle.
  func shortened(to limit: Int = 60) -> String {
    // Walking a few characters from each end is cheap even in a string of megabytes.
    guard let end = index(startIndex, offsetBy: limit + 1, limitedBy: endIndex), end < endIndex else { return self }
    return "\(prefix(limit - limit / 3))…\(suffix(limit / 3))"
  }
}

extension Unicode.Scalar {
  /// Control characters, and the marks that turn the direction of text around.
  fileprivate var isControl: Bool {
    switch value {
    case 0...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}
