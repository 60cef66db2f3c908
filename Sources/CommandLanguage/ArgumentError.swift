/// A command's error about one of its arguments: shown under that instead of under the verb.
public struct ArgumentError: Error, CustomStringConvertible {
  /// The name of the parameter that the argument was given for.
  public let parameter: String
  public let error: any Error

  public var description: String { "\(error)" }
}

extension Error {
  /// The error as one about what was given for `parameter`.
  public func about(_ parameter: String) -> ArgumentError { ArgumentError(parameter: parameter, error: self) }
}

extension Command {
  /// The result of `body`, whose errors are about what was given for `parameter`.
  public func about<Result>(_ parameter: String, _ body: () throws -> Result) throws(ArgumentError) -> Result {
    do { return try body() } catch { throw error.about(parameter) }
  }
}

/// Where a command's error belongs: the argument that it is about if that was given, else `verbRange`.
func range(
  of error: any Error, among arguments: [Argument], of parameters: [ParameterDescription], verbRange: Range<Int>
) -> Range<Int> {
  guard let name = (error as? ArgumentError)?.parameter else { return verbRange }
  guard let parameter = parameters.first(where: { $0.name == name }) else {
    preconditionFailure("an error is about '\(name)', which is no parameter of its command")
  }
  guard parameter.isPositional else { return arguments.first { $0.name?.text == name }?.range ?? verbRange }
  let place = parameters.filter(\.isPositional).firstIndex { $0.name == name }!
  let values = arguments.filter { $0.name == nil }.dropFirst(place)
  guard let first = values.first, let last = parameter.role == .rest ? values.last : first else { return verbRange }
  return first.range.lowerBound..<last.range.upperBound
}
