import Options

/// Everything that can be wrong with a script, as data; the words are in `Problem.description` alone.
public enum Problem: Sendable {
  // Reading the text.
  case unexpectedCharacter(String)
  case strayBackslash
  case danglingContinuation
  case unclosedString
  case unknownEscape(String)
  case unclosedVariableName
  case missingVariableName
  case unclosedBlock(keyword: String)
  case strayClosingBrace
  case strayBlock
  case missingBlock(keyword: String)
  case nestedTooDeep(limit: Int)
  case missingAxis
  case repeatedAxis(String)
  case missingName(keyword: String)
  case invalidName(String)
  case missingEquals(name: String)
  case missingIn(name: String)
  case missingValue(after: String)
  case spaceBeforeEquals(option: String)
  case spaceAfterEquals(option: String)
  case strayEquals
  case spaceInList
  case missingListItem
  case joinedValues(String)
  case extraAfterValue(keyword: String)
  case extraAfterBlock
  case missingVerb(found: String)
  case arithmetic(String)
  case scriptTooLong(limit: Int)

  // Names and values.
  case unknownVerb(String, nearest: String?)
  case missingSubverb(verb: String, choices: [String])
  case unknownSubverb(verb: String, word: String, choices: [String], nearest: String?)
  case unknownOption(verb: String, option: String, choices: [String], nearest: String?)
  case positionalGivenByName(verb: String, parameter: String)
  case duplicateOption(String)
  case missingArgument(verb: String, parameter: String, expected: String)
  case tooManyArguments(verb: String, limit: Int, options: [String])
  /// Values that together could be the one path that a parameter takes.
  case pathWithoutQuotes(String)
  case invalidValue(parameter: String, expected: String, found: String, nearest: String?)
  case listForOneValue(parameter: String, expected: String, count: Int)
  case wrongItemCount(parameter: String, expected: String, count: Int)
  case unknownVariable(String, nearest: String?)
  /// A result that the command does not find.
  case unknownResult(verb: String, result: String, choices: [String], nearest: String?)
  /// A result that there is not yet, or, `isEmpty`, that the command's last run did not come to.
  case noResult(String, isEmpty: Bool)
  case commandAsValue(String, keyword: String, name: String, result: String?)
  case invalidRepeatCount(String)
  case invalidCondition(String)
  /// A sweep over a variable's values that its block does not use.
  case sweptInVain(String)
  case valueTooLarge
  case commandTooLarge
  case variablesTooLarge
  case recursiveRun(limit: Int)

  /// What a command found wrong with the values it was given, or why it failed.
  case commandFailed(any Error)
}

extension Problem {
  /// Whether more text could still make it right.
  public var isIncomplete: Bool {
    switch self {
    case .danglingContinuation, .unclosedBlock: true
    default: false
    }
  }

  /// What the command threw, without what was put around it to tell more; nil for what is wrong with the script itself.
  public var error: (any Error)? {
    if case .commandFailed(let error) = self { error.innermost } else { nil }
  }

  /// What programs tell errors apart by: the type of what a command threw, "ScriptError" for what is wrong with the
  /// script itself.
  public var name: String { error.map { "\(type(of: $0))" } ?? "ScriptError" }

  /// The name that was probably meant.
  public var suggestion: String? {
    switch self {
    case .unknownVerb(_, let nearest), .unknownSubverb(_, _, _, let nearest), .unknownOption(_, _, _, let nearest),
      .invalidValue(_, _, _, let nearest), .unknownVariable(_, let nearest),
      .unknownResult(_, _, _, let nearest):
      nearest
    default: nil
    }
  }
}

extension Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unexpectedCharacter(let character):
      "unexpected \(character); put text with such characters in quotes"
    case .strayBackslash:
      "a '\\' outside a string may only end a line"
    case .danglingContinuation:
      "the text ends after a '\\' that continues its line"
    case .unclosedString:
      "this string is never closed: it must end on its line"
    case .unknownEscape(let escape):
      "unknown escape '\\\(escape)'; a string knows \\n, \\t, \\r, \\\", \\\\ and \\$, or use single quotes"
    case .unclosedVariableName:
      "'${' needs a name and a closing '}'"
    case .missingVariableName:
      "'$' needs a variable's name after it; write \\$ in a string for the sign itself"
    case .unclosedBlock(let keyword):
      "the block of this \(keyword) is never closed with '}'"
    case .strayClosingBrace:
      "there is no open block for this '}' to close"
    case .strayBlock:
      "a block stands only after for, repeat, if or sweep"
    case .missingBlock(let keyword):
      "\(keyword) needs a block: put '{' at the end of its line"
    case .missingAxis:
      "sweep needs names with their values before its block: sweep lambda=0.1,1 seed=0,1 { … }"
    case .repeatedAxis(let name):
      "sweep has '\(name.asName)' twice: name each variable once"
    case .nestedTooDeep(let limit):
      "blocks nest at most \(limit) deep"
    case .missingName(let keyword):
      "\(keyword) needs a variable's name"
    case .invalidName(let name):
      "'\(name.asName)' is no name: names hold letters, digits, '-' and '_'"
    case .missingEquals(let name):
      "expected '=' and a value after '\(name.asName)'"
    case .missingIn(let name):
      "expected 'in' and the values that '\(name.asName)' takes"
    case .missingValue(let after):
      "expected a value after \(after)"
    case .spaceBeforeEquals(let option):
      "an option is written without spaces: \(option.asName)=value"
    case .spaceAfterEquals(let option):
      "an option is written without spaces: \(option.asName)=value; an empty text is \(option.asName)=\"\""
    case .strayEquals:
      "there is no option's name before this '='"
    case .spaceInList:
      "a list is written without spaces: 1,2,3"
    case .missingListItem:
      "a list has a value on both sides of each comma"
    case .joinedValues(let text):
      (text.readsAsResult ? "a command's result is written ${\(text.dropFirst())}; " : "")
        + "values are separated by spaces; to join text and variables write them in double quotes: \"run-$name.png\""
    case .extraAfterValue(let keyword):
      "\(keyword) takes one value; a list is written without spaces, 1,2,3, and text with spaces in quotes"
    case .extraAfterBlock:
      "expected a new line or ';' after the block"
    case .missingVerb(let found):
      "expected a command, not \(found)"
    case .arithmetic(let text):
      "there is no arithmetic: write the number itself, or the text in quotes, \"\(text.asName)\""
    case .scriptTooLong(let limit):
      "this is too long for a script: at most \(limit) words, strings and cells; nothing behind this was read"

    case .unknownVerb(let verb, let nearest):
      "there is no command '\(verb.asName)'" + (nearest == nil ? "; help lists them all" : "")
    case .missingSubverb(let verb, let choices):
      "\(verb) needs one of: \(choices.joined(separator: ", "))"
    case .unknownSubverb(let verb, let word, let choices, let nearest):
      nearest == nil
        ? "\(verb) knows no '\(word.asName)', only: \(choices.joined(separator: ", "))"
        : "\(verb) knows no '\(word.asName)'"
    case .unknownOption(let verb, let option, let choices, let nearest):
      "\(verb) has no option '\(option.asName)'"
        + (nearest != nil
          ? ""
          : choices.isEmpty ? "; it has none" : choices.shortList(after: ", only: "))
    case .positionalGivenByName(let verb, let parameter):
      "\(verb) takes '\(parameter)' without its name: \(verb) \(parameter.uppercased())"
    case .duplicateOption(let option):
      "the option '\(option.asName)' is given twice"
    case .missingArgument(let verb, let parameter, let expected):
      "\(verb) needs \(parameter.uppercased()): \(expected)"
    case .tooManyArguments(let verb, let limit, let options):
      switch limit {
      case 0 where options.isEmpty: "\(verb) takes nothing behind it"
      case 0: "\(verb) takes only options, written name=value" + options.shortList(after: ": ")
      case 1: "\(verb) takes one value before its options"
      default: "\(verb) takes at most \(limit) values before its options"
      }
    case .pathWithoutQuotes(let path):
      "a name with spaces is written in quotes: \(path.asName)"
    case .invalidValue(let parameter, let expected, let found, _):
      "\(parameter) needs \(expected), not '\(found.asName)'"
    case .listForOneValue(let parameter, let expected, let count):
      "\(parameter) needs \(expected), not a list of \(count)"
    case .wrongItemCount(let parameter, let expected, let count):
      "\(parameter) needs \(expected), not \(count)"
    case .unknownVariable(let name, _):
      "there is no variable '\(name.asName)'"
    case .unknownResult(let verb, let result, let choices, let nearest):
      result.isEmpty
        ? "\(verb) needs the name of a result behind it" + choices.shortList(after: ": ")
        : "\(verb) finds no '\(result.asName)'"
          + (nearest != nil
            ? ""
            : choices.isEmpty
              ? "; it finds nothing that could be used"
              : choices.shortList(after: ", only: ").nonEmpty ?? "; help \(verb) lists what it finds")
    case .noResult(let name, let isEmpty):
      isEmpty
        ? "the last command of its kind found nothing for '\(name.asName)'"
        : "there is no '\(name.asName)' yet: the command that finds it must have run before"
    case .commandAsValue(let word, let keyword, let name, let result):
      "\(keyword) takes a value, and '\(word.asName)' is a command: run it on a line of its own"
        + (result.map { ", then \(keyword) \(name.asName) = \($0)" } ?? "")
        + "; as a text it is written \"\(word.asName)\""
    case .invalidCondition(let found):
      "if needs on or off, not '\(found.asName)'"
    case .invalidRepeatCount(let found):
      "repeat needs a whole number from 0, not '\(found.asName)'"
    case .sweptInVain(let name):
      "nothing in the block uses $\(name): all its values would come to the same; put it in, as in 'seed $seed', or leave "
        + "\(name)= out"
    case .valueTooLarge:
      "this value grows too large: at most \(Value.itemLimit) items and a megabyte of text"
    case .commandTooLarge:
      "the values of this statement grow too large together: at most \(Variables.byteLimit >> 22) megabytes of text"
    case .variablesTooLarge:
      "the variables grow too large together: at most \(Variables.byteLimit >> 20) megabytes of text"
    case .recursiveRun(let limit):
      "scripts run each other more than \(limit) deep"
    case .commandFailed(let error):
      // A name in a damaged file may be as long as the file.
      "\(error)".shortened(to: 2_000)
    }
  }
}

extension String {
  /// Whether it is a result's name without its braces: `$train.loss`.
  fileprivate var readsAsResult: Bool {
    hasPrefix("$") && dropFirst().split(separator: ".", omittingEmptySubsequences: false).count > 1
      && dropFirst().split(separator: ".", omittingEmptySubsequences: false).allSatisfy { Spelling.isName(String($0)) }
  }

  /// As it can stand in a message, whatever was typed.
  fileprivate var asName: String { shortened().withoutControls() }
}

extension [String] {
  /// `introduction` and the words; nothing where they are many: a long list helps nobody, there is help for that.
  fileprivate func shortList(after introduction: String) -> String {
    count <= 8 ? introduction + joined(separator: ", ") : ""
  }
}

/// A problem and where it is.
public struct Diagnostic: Error, Sendable {
  public let problem: Problem
  public let location: SourceLocation
  /// The `run` commands that led there, innermost first.
  public var callers: [SourceLocation]

  public init(_ problem: Problem, at location: SourceLocation, callers: [SourceLocation] = []) {
    self.problem = problem
    self.location = location
    self.callers = callers
  }
}
