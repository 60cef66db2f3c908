/// One simple command on its way: what was asked for, and where.
public struct CommandCall: Sendable {
  public let verb: String
  /// The command as given, its variables replaced; as it stands in the source if a variable has no value.
  public let text: String
  public let location: SourceLocation
  /// The number of the cell it stands in.
  public let cell: Int
  public let cellTitle: String
  /// The `run` commands that led here, innermost first.
  public let callers: [SourceLocation]
  /// Nil while the arguments are not read.
  private let places: ArgumentPlaces?

  /// A command as it stands, its arguments not read yet.
  init(_ syntax: CommandSyntax, at location: SourceLocation, in cell: Cell, callers: [SourceLocation]) {
    verb = syntax.verb.text
    text = location.source.text(in: location.range)
    self.location = location
    (self.cell, cellTitle) = (cell.number, cell.title)
    self.callers = callers
    places = nil
  }

  /// A command that stands in no script: the whole of `source`, beginning with its verb; in the cell that it stood in, if
  /// it did.
  public init(_ source: SourceText, cell: Int = 0, cellTitle: String = "") {
    text = source.text(in: 0..<source.bytes.count)
    verb = String(text.prefix { $0 != " " })
    location = SourceLocation(source: source, range: 0..<source.bytes.count)
    (self.cell, self.cellTitle, callers, places) = (cell, cellTitle, [], nil)
  }

  private init(_ call: CommandCall, verb: String, text: String, places: ArgumentPlaces?) {
    (self.verb, self.text, self.places) = (verb, text, places)
    (location, cell, cellTitle, callers) = (call.location, call.cell, call.cellTitle, call.callers)
  }

  /// The call of the command that it turned out to be.
  func naming(_ verb: String, _ text: String, places: ArgumentPlaces? = nil) -> CommandCall {
    CommandCall(self, verb: verb, text: text, places: places)
  }

  /// The call without its arguments' places, as it may be kept for long.
  public var withoutPlaces: CommandCall { naming(verb, text) }

  /// What the command threw, at the argument that it is about, or else at the verb.
  public func diagnostic(for error: any Error) -> Diagnostic {
    guard var diagnostic = error as? Diagnostic else {
      let range = places?.range(of: error) ?? location.range
      return Diagnostic(
        .commandFailed(error), at: SourceLocation(source: location.source, range: range), callers: callers)
    }
    if diagnostic.callers.isEmpty { diagnostic.callers = callers }
    return diagnostic
  }
}
