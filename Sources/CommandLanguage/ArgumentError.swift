/// A command's error about one of its arguments: shown under that instead of under the verb.
public struct ArgumentError: WrappingError, CustomStringConvertible {
  /// The name of the parameter that the argument was given for.
  public let parameter: String
  /// The place, among the items of a list, of the one that it is about; nil for the whole.
  public let item: Int?
  public let error: any Error

  public var wrapped: any Error { error }
  public var description: String { "\(error)" }
}

extension Error {
  /// The error as one about what was given for `parameter`, or about one of its items.
  public func about(_ parameter: String, item: Int? = nil) -> ArgumentError {
    ArgumentError(parameter: parameter, item: item, error: self)
  }
}

extension Command {
  /// The result of `body`, whose errors are about what was given for `parameter`.
  public func about<Result>(_ parameter: String, _ body: () throws -> Result) throws(ArgumentError) -> Result {
    do { return try body() } catch { throw error.about(parameter) }
  }
}

/// An error around another, of which it tells more: which argument it is about, what to do.
public protocol WrappingError: Error {
  var wrapped: any Error { get }
}

extension Error {
  /// The error as it was first thrown, without what was put around it.
  public var innermost: any Error { (self as? any WrappingError)?.wrapped.innermost ?? self }
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
