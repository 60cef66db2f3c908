import TensorEngine

/// Writes scripts by chance from the language's pieces.
public struct ScriptAuthor {
  public var stream: RandomStream

  public init(stream: RandomStream) { self.stream = stream }

  private static let words = [
    "1", "0", "-2", "1e-3", "70_000", "2*3", "abc", "on", "off", "all", "tsne", "a", "b", "e", "a.png", "my file.png",
    "$x", "$y", "${i}", "\"$x$x$x$x$x$x$x$x\"", "\"$x-$y\"", "'raw $x'", "1,2,3", "$x,$x,$x,$x", "x,$y,\"z\"", "é", "🧪",
    "\"a\\n\\r\\t\"", "999999999999999999999", "nan", "", "\"\"", "*", "+",
  ]
  private static let options = [
    "rounds", "lambda", "stop", "restart", "out", "perplexity", "clusters", "channels", "count", "split", "lamda",
  ]
  private static let verbs = [
    "load", "train", "plot tsne", "plot loss", "plot", "sample", "interpolate", "info", "include", "trian", "help",
  ]
  private static let separators = [
    "\n", "\n", "\n", "; ", ";", "\r\n", "\r", " # c\n", "\n# %% t\n", "\n# %% [md]\n# t\n",
  ]
  private static let damage = [
    "{", "}", "\"", "'", "$", "${", "\\", "\\\n", "\n", ";", "=", ",", "# %%", "#", "for x in", "repeat 2 {", "\u{0}",
    "\u{FEFF}", "\u{2028}", "\u{301}", "\r", "\t", "\u{1B}[2J", " ",
  ]

  public mutating func one(of choices: [String]) -> String { choices[stream.integer(below: choices.count)] }

  mutating func statement(depth: Int) -> String {
    switch stream.integer(below: 10) {
    case 0, 1: return "let \(one(of: ["x", "y", "z"])) = \(one(of: Self.words))"
    case 2: return "default \(one(of: ["x", "y", "i"])) = \(one(of: Self.words))"
    case 3 where depth < 5:
      let values = (0...stream.integer(below: 3)).map { _ in one(of: Self.words) }.joined(separator: " ")
      return "for \(one(of: ["x", "y"])) in \(values) {\(block(depth: depth + 1))}"
    case 4 where depth < 5:
      return "repeat \(one(of: ["2", "3", "0", "$x", "$i", "100000", "-1"])) {\(block(depth: depth + 1))}"
    default:
      var text = one(of: Self.verbs)
      for _ in 0..<stream.integer(below: 3) { text += " " + one(of: Self.words) }
      for _ in 0..<stream.integer(below: 3) { text += " \(one(of: Self.options))=\(one(of: Self.words))" }
      return text
    }
  }

  mutating func block(depth: Int) -> String {
    var text = ""
    for _ in 0...stream.integer(below: 4) { text += statement(depth: depth) + one(of: Self.separators) }
    return text
  }

  /// A script, mostly with some damage.
  public mutating func script() -> String {
    var bytes = Array(block(depth: 0).utf8)
    for _ in 0..<stream.integer(below: 4) {
      let place = stream.integer(below: bytes.count + 1)
      switch stream.integer(below: 4) {
      case 0: bytes.insert(contentsOf: Array(one(of: Self.damage).utf8), at: place)
      case 1 where place < bytes.count: bytes[place] = UInt8(stream.integer(below: 256))
      case 2: bytes.removeSubrange(place..<min(place + stream.integer(below: 8), bytes.count))
      default:
        let piece = Array(one(of: Self.damage).utf8)
        for _ in 0..<stream.integer(below: 200) { bytes.insert(contentsOf: piece, at: place) }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
