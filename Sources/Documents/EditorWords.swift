import CommandLanguage
import Options

/// What editors' grammars are made of: a command's words, options and closed values.
struct EditorWords {
  /// The verb's words.
  let verb: [String]
  let options: [String]
  /// The words that its values may be, longer ones first.
  let values: [String]

  init(_ entry: CommandEntry) {
    verb = entry.verb.split(separator: " ").map(String.init)
    options = entry.parameters.filter { !$0.isPositional }.map(\.name)
    var words: [String] = []
    for parameter in entry.parameters {
      switch parameter.completion {
      case .words(let some), .wordsOrFiles(let some): words += some
      default: break
      }
    }
    // on and off are the language's own.
    values = Self.longestFirst(Self.unique(words).filter { Spelling.isWord($0) && !["on", "off"].contains($0) })
  }

  /// A family whose member a variable says: `model $method`.
  private init(family: String, _ members: [EditorWords]) {
    verb = [family]
    options = Self.unique(members.flatMap(\.options))
    values = Self.longestFirst(Self.unique(members.flatMap(\.values)))
  }

  /// All commands, and families that are none by themselves; those of two words before those of one, which may begin
  /// alike.
  static func all(in table: CommandTable) -> [EditorWords] {
    let words = table.entries.map(EditorWords.init)
    let pairs = words.filter { $0.verb.count > 1 }
    let families = unique(pairs.map { $0.verb[0] }).filter { table[$0] == nil }
    return pairs + words.filter { $0.verb.count == 1 }
      + families.map { family in EditorWords(family: family, pairs.filter { $0.verb[0] == family }) }
  }

  private static func unique(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }

  /// An alternative takes the first that fits.
  static func longestFirst(_ words: [String]) -> [String] {
    words.sorted { ($1.count, $0) < ($0.count, $1) }
  }

  /// In names of groups: "plotTsne".
  var name: String { verb[0] + verb.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }
}

/// The language's own statements by what they look like.
enum StatementWords {
  static let assignments = ["let", "default"]
  /// All others, which have blocks.
  static var blocks: [String] { LanguageStatement.all.map(\.word).filter { !assignments.contains($0) } }
}
