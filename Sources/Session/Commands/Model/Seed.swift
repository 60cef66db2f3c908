import CommandLanguage

/// `seed N`
struct SeedCommand: ChangingCommand {
  var seed = 0

  static let declaration = CommandDeclaration<SeedCommand>(
    "seed", summary: "Set the seed of all random draws",
    discussion: """
      It takes effect with the next model that is built: a model keeps the seed it was built with. The same script and \
      seed give the same bytes.
      """,
    parameters: [.required("seed", \.seed, .integer(in: 0...Int.max), help: "the seed")],
    results: ["seed"],
    examples: [CommandExample("seed 1", "another start")],
    seeAlso: ["model"])

  func run(on session: inout SessionState, _ environment: Environment) -> CommandOutcome {
    session.seed = UInt64(seed)
    return CommandOutcome(results: ["seed": .integer(seed)])
  }
}
