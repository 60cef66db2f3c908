/// A command's error about one of its arguments: shown under that instead of under the verb.
public struct ArgumentError: Error, CustomStringConvertible {
  /// The name of the parameter that the argument was given for.
  public let parameter: String
  /// The place, among the items of a list, of the one that it is about; nil for the whole.
  public let item: Int?
  public let error: any Error

  public var description: String { "\(error)" }
}

extension Error {
  /// The error as one about what was given for `parameter`, or about one of its items.
  public func about(_ parameter: String, item: Int? = nil) -> ArgumentError {
    ArgumentError(parameter: parameter, item: item, error: self)
  }
}
