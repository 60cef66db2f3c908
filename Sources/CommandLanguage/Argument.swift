import Options

/// An argument with its variables replaced, or one whose variables are not known yet.
struct Argument {
  struct Item {
    let text: String
    let range: Range<Int>
  }

  let name: NameSyntax?
  /// nil while it depends on a variable.
  let items: [Item]?
  let range: Range<Int>

  /// The text of an argument that is one known value.
  var onlyItem: String? { items?.count == 1 ? items![0].text : nil }

  /// The argument as it must be written to be read back.
  var spelling: String {
    let value = (items ?? []).map { Spelling.quoted($0.text) }.joined(separator: ",")
    return name.map { "\($0.text)=\(value)" } ?? value
  }
}

extension ValueSyntax {
  /// The items with `variables` put in; lists within lists become one list.
  ///
  /// - Parameter room: the bytes that values with variables may still take, less what these take afterwards.
  func resolved(
    in variables: Variables, _ results: Results = Results(), source: SourceText, room: inout Int
  ) throws(Diagnostic) -> [Argument.Item] {
    func fail(_ problem: Problem) -> Diagnostic {
      Diagnostic(problem, at: SourceLocation(source: source, range: range))
    }
    func value(_ name: String, _ range: Range<Int>) throws(Diagnostic) -> Value {
      if name.namesResult {
        do { return try results.value(name) } catch {
          throw Diagnostic(
            .noResult(name, isEmpty: error == .empty), at: SourceLocation(source: source, range: range))
        }
      }
      if let value = variables[name] { return value }
      throw Diagnostic(
        .unknownVariable(name, nearest: nearestVariable(to: name, among: variables.names)),
        at: SourceLocation(source: source, range: range))
    }
    var result: [Argument.Item] = []
    var size = 0
    var counted = 0
    for item in items {
      switch item.kind {
      case .literal(let text):
        result.append(.init(text: text, range: item.range))
      case .variable(let name):
        for text in try value(name, item.range).items { result.append(.init(text: text, range: item.range)) }
      case .interpolated(let segments):
        var text = ""
        for segment in segments {
          switch segment {
          case .text(let part): text += part
          case .variable(let use): text += try value(use.name, use.range).items.joined(separator: ",")
          }
          guard size + text.utf8.count <= Value.byteLimit else { throw fail(.valueTooLarge) }
          guard text.utf8.count <= room else { throw fail(.commandTooLarge) }
        }
        result.append(.init(text: text, range: item.range))
      }
      // A loop that doubles a variable must end in an error, not in a full memory.
      while counted < result.count {
        size += result[counted].text.utf8.count
        if !item.isLiteral { room -= result[counted].text.utf8.count + 16 }
        counted += 1
      }
      guard result.count <= Value.itemLimit, size <= Value.byteLimit else { throw fail(.valueTooLarge) }
      guard room >= 0 else { throw fail(.commandTooLarge) }
    }
    return result
  }

  /// Calls `body` with each variable that it uses and where.
  func forEachVariable(_ body: (String, Range<Int>) -> Void) {
    for item in items {
      switch item.kind {
      case .literal: break
      case .variable(let name): body(name, item.range)
      case .interpolated(let segments):
        for case .variable(let use) in segments { body(use.name, use.range) }
      }
    }
  }

  var usesVariables: Bool { !items.allSatisfy(\.isLiteral) }
}

extension ItemSyntax {
  var isLiteral: Bool { if case .literal = kind { true } else { false } }
}

/// The variable that was probably meant; "$seed-final" is "${seed}-final" when only `seed` is known.
func nearestVariable(to name: String, among names: [String]) -> String? {
  // The latest of many: one that was set long before is hardly meant.
  let names = Array(names.suffix(1_000))
  if let nearest = Suggestion.nearest(to: name, among: names) { return nearest }
  var known: String?
  for candidate in names where name.hasPrefix(candidate + "-") && candidate.count > known?.count ?? 0 {
    known = candidate
  }
  return known.map { "${\($0)}\(name.dropFirst($0.count))" }
}

extension Value {
  /// The value of an argument from outside: a list if it reads as one, else the text as it is.
  public init(argument: String) {
    let script = Script("let v = \(argument)", name: "")
    var room = Self.byteLimit
    if script.errors.isEmpty, script.statements.count == 1, case .assignment(let syntax) = script.statements[0].kind,
      let items = try? syntax.value.resolved(in: Variables(), source: script.source, room: &room), items.count > 1
    {
      self.init(items: items.map(\.text))
    } else {
      self.init(argument)
    }
  }
}
