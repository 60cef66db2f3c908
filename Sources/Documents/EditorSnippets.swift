import CommandLanguage
import JSONValues

/// Snippets in Visual Studio Code's form: a verb gives its usage, with places for what must be given and for options.
struct EditorSnippets {
  let table: CommandTable

  var json: JSONValue {
    let commands = table.entries.map { entry in
      var place = 0
      var words = [entry.verb]
      for parameter in entry.parameters where parameter.role == .required {
        place += 1
        words.append("${\(place):\(parameter.name.uppercased())}")
      }
      return (entry.verb, Self.snippet(entry.verb, words.joined(separator: " ") + "$0", entry.summary))
    }
    let blocks = [
      ("let", "let ${1:NAME} = ${0:VALUE}"), ("default", "default ${1:NAME} = ${0:VALUE}"),
      ("for", "for ${1:NAME} in ${2:VALUES} {\n  $0\n}"), ("repeat", "repeat ${1:N} {\n  $0\n}"),
      ("if", "if ${1:on} {\n  $0\n}"), ("sweep", "sweep ${1:NAME}=${2:LIST} {\n  $0\n}"),
    ]
    let statements = LanguageStatement.all.map { statement in
      let body = blocks.first { $0.0 == statement.word }?.1 ?? statement.usage
      return (statement.word, Self.snippet(statement.word, body, statement.summary))
    }
    let cells = [
      ("cell", Self.snippet("# %%", "# %% ${1:Title}\n$0", "A cell of commands")),
      ("text cell", Self.snippet("# %% [markdown]", "# %% [markdown] ${1:Title}\n# $0", "A cell of text")),
    ]
    return .object(JSONObject(commands + statements + cells))
  }

  private static func snippet(_ prefix: String, _ body: String, _ description: String) -> JSONValue {
    [
      "prefix": .string(prefix),
      "body": .array(body.split(separator: "\n", omittingEmptySubsequences: false).map { .string(String($0)) }),
      "description": .string(description),
    ]
  }
}
