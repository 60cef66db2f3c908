/// The variables that have a value at some point of a script, as far as the text shows, and those that were used.
public struct KnownVariables: Sendable {
  /// In the order of assignment, for suggestions.
  public internal(set) var names: [String]
  /// The values of those whose value does not depend on what happens before.
  var values: Variables
  /// Commands that have run, as results name them.
  var ran: Set<String>
  /// Whether others may have run.
  var mayHaveRunMore = false
  /// Whether a command may have set others.
  public internal(set) var mayBeMore = false {
    didSet { if mayBeMore { values = Variables() } }
  }
  /// Those that the scripts so far use, or set unless they are set from outside; in the order of their first use.
  public internal(set) var used: [String] = []
  /// Whether they may use others: a script that they run is not known before.
  public internal(set) var mayUseMore = false

  public init(_ variables: Variables = Variables(), results: Results = Results()) {
    (names, values, ran) = (variables.names, variables, Set(results.dottedVerbs))
  }

  /// Forgets what came after, but not which names were used.
  mutating func goBack(to before: KnownVariables) {
    let (used, mayUseMore) = (used, mayUseMore)
    self = before
    (self.used, self.mayUseMore) = (used, mayUseMore)
  }

  /// Variables with these names and any values.
  public init(names: [String]) {
    (self.names, values, ran) = (names, Variables(), [])
  }
}
