/// What completion offers for a value.
public enum ValueCompletion: Sendable, Equatable {
  case nothing
  case words([String])
  /// Files; those with one of the endings if any are named ("png"), folders always.
  case files(endings: [String])
  /// These words, and any files.
  case wordsOrFiles([String])
  /// Commands, and these words beside them.
  case verbs(and: [String])
  case variables

  /// Whether a file can be meant.
  public var offersFiles: Bool {
    switch self {
    case .files, .wordsOrFiles: true
    default: false
    }
  }
}

/// How a value of one type is spelled: its words in messages and help, its reading and its writing.
///
/// `print` gives text that `parse` reads back as the same value.
public struct ValueKind<Value: Sendable>: Sendable {
  /// What is expected, to stand after "needs": "a whole number from 1 to 100".
  public let expected: String
  /// A short form for tables and usage lines: `N`, `on|off`, `PATH`.
  public let valueForm: String
  /// The admissible range if it is not in `valueForm`: "1 to 100".
  public let range: String?
  public let completion: ValueCompletion
  /// The value that a text spells; nil if it spells none.
  public let parse: @Sendable (String) -> Value?
  /// The spelling of a value, which `parse` reads back as the same.
  public let print: @Sendable (Value) -> String

  public init(
    expected: String, valueForm: String, range: String? = nil, completion: ValueCompletion = .nothing,
    parse: @escaping @Sendable (String) -> Value?, print: @escaping @Sendable (Value) -> String
  ) {
    self.expected = expected
    self.valueForm = valueForm
    self.range = range
    self.completion = completion
    self.parse = parse
    self.print = print
  }
}

extension ValueKind where Value == Int {
  public static var integer: Self { .integer(in: Int.min...Int.max) }

  public static func integer(in range: PartialRangeFrom<Int>) -> Self { .integer(in: range.lowerBound...Int.max) }

  public static func integer(in range: ClosedRange<Int>) -> Self {
    let words: String? =
      switch (range.lowerBound, range.upperBound) {
      case (.min, .max): nil
      case (_, .max): "from \(range.lowerBound)"
      case (.min, _): "up to \(range.upperBound)"
      default: "from \(range.lowerBound) to \(range.upperBound)"
      }
    return ValueKind(
      expected: words.map { "a whole number \($0)" } ?? "a whole number", valueForm: "N", range: words,
      parse: { Number.integer($0).flatMap { range.contains($0) ? $0 : nil } }, print: { "\($0)" })
  }
}

extension ValueKind where Value == Double {
  public static var number: Self { .number() }

  public static func number(in range: ClosedRange<Double>) -> Self {
    .number(atLeast: range.lowerBound, atMost: range.upperBound)
  }

  /// A finite number within bounds, of which `above` and `below` are themselves excluded.
  public static func number(
    above: Double? = nil, atLeast: Double? = nil, below: Double? = nil, atMost: Double? = nil
  ) -> Self {
    precondition(above == nil || atLeast == nil, "a number is above a bound or at least a bound, not both")
    precondition(below == nil || atMost == nil, "a number is below a bound or at most a bound, not both")
    var bounds: [String] = []
    if let atLeast, let atMost {
      bounds = ["from \(Number.spelling(atLeast)) to \(Number.spelling(atMost))"]
    } else {
      if let above { bounds.append("above \(Number.spelling(above))") }
      if let atLeast { bounds.append("at least \(Number.spelling(atLeast))") }
      if let below { bounds.append("below \(Number.spelling(below))") }
      if let atMost { bounds.append("at most \(Number.spelling(atMost))") }
    }
    let words = bounds.isEmpty ? nil : bounds.joined(separator: " and ")
    return ValueKind(
      expected: words.map { "a number \($0)" } ?? "a number", valueForm: "X", range: words,
      parse: { text in
        guard let value = Number.real(text) else { return nil }
        if let above, !(value > above) { return nil }
        if let atLeast, !(value >= atLeast) { return nil }
        if let below, !(value < below) { return nil }
        if let atMost, !(value <= atMost) { return nil }
        return value
      }, print: Number.spelling)
  }
}

extension ValueKind where Value == Bool {
  public static var toggle: Self {
    ValueKind(
      expected: "on or off", valueForm: "on|off", completion: .words(["on", "off"]),
      parse: { ["on": true, "off": false][$0] }, print: { $0 ? "on" : "off" })
  }
}

extension ValueKind where Value == String {
  /// Any text.
  public static var text: Self { .text("a text", valueForm: "TEXT") }

  /// Any text that is not empty, called `expected` in messages.
  public static func text(_ expected: String, valueForm: String, completion: ValueCompletion = .nothing) -> Self {
    ValueKind(
      expected: expected, valueForm: valueForm, completion: completion, parse: { $0.isEmpty ? nil : $0 },
      print: { $0 })
  }

  /// A variable's name, without its `$`.
  public static var variableName: Self {
    ValueKind(
      expected: "a variable's name", valueForm: "NAME", completion: .variables,
      parse: { Spelling.isName($0) ? $0 : nil }, print: { $0 })
  }

  /// A file or folder.
  public static var path: Self { .path(endings: []) }

  /// A file of any name; completion offers those with one of these endings.
  public static func path(offering endings: [String]) -> Self {
    let any = path
    return ValueKind(
      expected: any.expected, valueForm: any.valueForm, completion: .files(endings: endings), parse: any.parse,
      print: any.print)
  }

  /// A file, whose name must have one of `endings` ("png", "pdf") if any are named.
  public static func path(endings: [String]) -> Self {
    let list = endings.map { ".\($0)" }.joined(separator: ", ")
    return ValueKind(
      expected: endings.isEmpty ? "a path" : "a path that ends in \(list)", valueForm: "PATH",
      range: endings.isEmpty ? nil : list, completion: .files(endings: endings),
      parse: { text in
        // A control character in a name is a slip, such as a quote that was never closed.
        guard !text.isEmpty, !text.utf8.contains(where: { $0 < 32 || $0 == 127 }) else { return nil }
        guard endings.isEmpty || endings.contains(where: { text.lowercased().hasSuffix(".\($0)") }) else { return nil }
        return text
      }, print: { $0 })
  }
}

extension ValueKind
where Value: RawRepresentable<String> & CaseIterable {
  /// One of an enumeration's cases, spelled by their raw values.
  public static func choice(_ type: Value.Type = Value.self) -> Self {
    .choice(of: Array(Value.allCases), named: \.rawValue)
  }
}

extension ValueKind {
  /// One of a list of values, spelled by their names.
  public static func choice(of values: [Value], named name: KeyPath<Value, String> & Sendable) -> Self {
    let words = values.map { $0[keyPath: name] }
    return ValueKind(
      expected: words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))",
      valueForm: words.joined(separator: "|"), completion: .words(words),
      parse: { word in values.first { $0[keyPath: name] == word } }, print: { $0[keyPath: name] })
  }
}

/// A whole number or one of an enumeration's words, such as `count=1000` or `count=all`.
public enum IntegerOr<Word: RawRepresentable<String> & CaseIterable & Sendable & Hashable>: Sendable, Hashable {
  case integer(Int)
  case word(Word)
}

extension ValueKind {
  /// A whole number in `range` or one of the words of `Word`.
  public static func integer<Word>(in range: ClosedRange<Int> = 0...Int.max, or word: Word.Type) -> Self
  where Value == IntegerOr<Word> {
    let integer = ValueKind<Int>.integer(in: range)
    let words = Word.allCases.map(\.rawValue)
    return ValueKind(
      expected: "\(integer.expected) or \(words.joined(separator: ", "))",
      valueForm: "N|\(words.joined(separator: "|"))", range: integer.range, completion: .words(words),
      parse: { text in Word(rawValue: text).map { .word($0) } ?? integer.parse(text).map { .integer($0) } },
      print: { value in
        switch value {
        case .integer(let number): integer.print(number)
        case .word(let word): word.rawValue
        }
      })
  }
}
