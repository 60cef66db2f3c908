/// Numbers as people read them.
enum NumberText {
  /// "1 change", "2 changes".
  static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  static func percent(_ fraction: Double) -> String { fixed(100 * fraction, 1) + " %" }

  /// A number for captions: at most `decimals` decimals, without zeros at the end.
  static func short(_ value: Double, _ decimals: Int = 2) -> String {
    let text = fixed(value, decimals)
    guard text.contains(".") else { return text }
    let kept = text[...text.lastIndex { $0 != "0" }!]
    return String(kept.last == "." ? kept.dropLast() : kept)
  }

  /// A number with a fixed count of decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "nan" }
    let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    guard abs(value) * scale < 1e15 else { return "\(value)" }
    let scaled = Int((abs(value) * scale).rounded())
    let digits = String(scaled % Int(scale))
    let sign = value < 0 && scaled != 0 ? "-" : ""
    let whole = "\(sign)\(scaled / Int(scale))"
    return decimals == 0 ? whole : whole + "." + String(repeating: "0", count: decimals - digits.count) + digits
  }

  /// "31.4 MB", of a million bytes each.
  static func megabytes(_ bytes: Int) -> String { "\(fixed(Double(bytes) / 1e6, bytes < 100_000 ? 3 : 1)) MB" }
}
