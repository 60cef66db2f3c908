import Glibc

/// What the user's environment asks for.
enum EnvironmentVariable {
  /// A variable's value; nil if it is not set, or empty.
  static func value(of name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether the terminal takes control sequences at all.
  static var isDumbTerminal: Bool { value(of: "TERM") == "dumb" }

  /// Whether colours are unwanted (no-color.org).
  static var forbidsColour: Bool { value(of: "NO_COLOR") != nil }
}
