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
  func resolved(in variables: Variables, source: SourceText) throws(Diagnostic) -> [Argument.Item] {
    func value(_ name: String, _ range: Range<Int>) throws(Diagnostic) -> Value {
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
        }
        result.append(.init(text: text, range: item.range))
      }
      // A loop that doubles a variable must end in an error, not in a full memory.
      while counted < result.count {
        size += result[counted].text.utf8.count
        counted += 1
      }
      guard result.count <= Value.itemLimit, size <= Value.byteLimit else {
        throw Diagnostic(.valueTooLarge, at: SourceLocation(source: source, range: range))
      }
    }
    return result
  }

  /// The variables it uses, with their places.
  var variableUses: [ItemSyntax.NamedRange] {
    items.flatMap { item -> [ItemSyntax.NamedRange] in
      switch item.kind {
      case .literal: []
      case .variable(let name): [.init(name: name, range: item.range)]
      case .interpolated(let segments):
        segments.compactMap { segment in
          if case .variable(let use) = segment { use } else { nil }
        }
      }
    }
  }
}

/// The variable that was probably meant; "$seed-final" is "${seed}-final" when only `seed` is known.
func nearestVariable(to name: String, among names: [String]) -> String? {
  if let nearest = Suggestion.nearest(to: name, among: names) { return nearest }
  var known: String?
  for candidate in names where name.hasPrefix(candidate + "-") && candidate.count > known?.count ?? 0 {
    known = candidate
  }
  return known.map { "${\($0)}\(name.dropFirst($0.count))" }
}
