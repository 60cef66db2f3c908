import Options

extension Command {
  /// The result of `body`, whose errors are about what was given for `parameter`.
  public func about<Result>(_ parameter: String, _ body: () throws -> Result) throws(ArgumentError) -> Result {
    do { return try body() } catch { throw error.about(parameter) }
  }
}

/// Where a command's arguments stand: an error about one of them is shown under that, another under the verb.
struct ArgumentPlaces: Sendable {
  let arguments: [Argument]
  let parameters: [ParameterDescription]
  let verbRange: Range<Int>

  /// The bytes that `error` is about.
  ///
  /// Traps if it is about a parameter that the command does not have.
  func range(of error: any Error) -> Range<Int> {
    guard let error = error as? ArgumentError else { return verbRange }
    guard let parameter = parameters.first(where: { $0.name == error.parameter }) else {
      preconditionFailure("an error is about '\(error.parameter)', which is no parameter of its command")
    }
    let given: ArraySlice<Argument>
    if parameter.isPositional {
      let place = parameters.filter(\.isPositional).firstIndex { $0.name == error.parameter }!
      let values = arguments.filter { $0.name == nil }.dropFirst(place)
      given = parameter.role == .rest ? values : values.prefix(1)
    } else {
      given = arguments.filter { $0.name?.text == error.parameter }[...]
    }
    let items = given.flatMap { $0.items ?? [] }
    if let item = error.item, items.indices.contains(item) { return items[item].range }
    guard let first = given.first, let last = given.last else { return verbRange }
    return first.range.lowerBound..<last.range.upperBound
  }
}
