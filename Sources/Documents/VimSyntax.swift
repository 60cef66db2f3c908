import CommandLanguage

/// Vim's syntax file. A command is a region of its own, which knows its options and words.
struct VimSyntax {
  let table: CommandTable

  /// Where a statement begins, in Vim's very magic expressions.
  private static let start = #"\v%(%(^|[;{}])\s*)@<="#
  /// Behind a word that is no option's name.
  private static let wordEnd = #"%([[:alnum:]_./+:~*=-])@!"#
  private static let wordStart = #"%([[:alnum:]_./+:~*-])@<!"#

  var text: String {
    """
    " Vim syntax file of ddpm-repl's notebooks. Written by make reference from the declarations of the commands.

    if exists("b:current_syntax")
      finish
    endif
    let s:saved_cpo = &cpo
    set cpo&vim

    syn match ddpmComment "#.*$" contains=@Spell
    syn match ddpmCell "^# \\?%%.*$"
    syn match ddpmContinuation "\\\\\\s*$" contained
    syn match ddpmVariable "\\v\\$\\{[^} ]*\\}|\\$[[:alnum:]_-]*[[:alnum:]_]"
    syn match ddpmEscape "\\\\[ntr\\"\\\\$]" contained
    syn region ddpmString start=+"+ skip=+\\\\.+ end=+"+ oneline contains=ddpmEscape,ddpmVariable
    syn region ddpmString start=+'+ end=+'+ oneline
    syn match ddpmNumber "\(Self.wordStartQuoted)[+-]?%(\\d[0-9_]*\\.?[0-9_]*|\\.\\d[0-9_]*)%([eE][+-]?\\d+)?\(Self.wordEnd)"
    syn match ddpmToggle "\(Self.wordStartQuoted)%(on|off)\(Self.wordEnd)"
    syn cluster ddpmValue contains=ddpmComment,ddpmContinuation,ddpmVariable,ddpmString,ddpmNumber,ddpmToggle

    syn match ddpmStatement "\(Self.start)%(\(Self.alternatives(LanguageStatement.all.map(\.word))))\(Self.wordEnd)"
    syn match ddpmStatement "\\v%(for\\s+[[:alnum:]_-]+\\s+)@<=in\(Self.wordEnd)"

    \(EditorWords.all(in: table).reversed().map(Self.rule).joined(separator: "\n"))
    hi def link ddpmCommand Keyword
    hi def link ddpmStatement Conditional
    hi def link ddpmOption Identifier
    hi def link ddpmChoice Constant
    hi def link ddpmToggle Boolean
    hi def link ddpmNumber Number
    hi def link ddpmString String
    hi def link ddpmEscape SpecialChar
    hi def link ddpmVariable PreProc
    hi def link ddpmContinuation Special
    hi def link ddpmComment Comment
    hi def link ddpmCell Title

    let b:current_syntax = "ddpm"
    let &cpo = s:saved_cpo
    unlet s:saved_cpo

    """
  }

  private static let wordStartQuoted = #"\v"# + wordStart

  /// Later rules go before earlier ones in Vim: commands of two words come last.
  private static func rule(_ command: EditorWords) -> String {
    let option = command.options.isEmpty ? nil : "ddpm_\(command.name)_option"
    let choice = command.values.isEmpty ? nil : "ddpm_\(command.name)_choice"
    let verb = command.verb.joined(separator: #"\s+"#)
    let contained = (["@ddpmValue"] + [option, choice].compactMap(\.self)).joined(separator: ",")
    var text = """
      syn region ddpm_\(command.name) matchgroup=ddpmCommand start="\(start)\(verb)\(wordEnd)" skip="\\\\\\s*$"
        \\ end="\\ze[;{}#]" end="$" contains=\(contained)

      """
    if let option {
      text += """
        syn match \(option) "\(wordStartQuoted)%(\(alternatives(command.options)))\\=@=" contained
        hi def link \(option) ddpmOption

        """
    }
    if let choice {
      text += """
        syn match \(choice) "\(wordStartQuoted)%(\(alternatives(command.values)))\(wordEnd)" contained
        hi def link \(choice) ddpmChoice

        """
    }
    return text
  }

  private static func alternatives(_ words: [String]) -> String {
    EditorWords.longestFirst(words).map {
      $0.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" ? "\($0)" : "\\\($0)" }.joined()
    }
    .joined(separator: "|")
  }
}
