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

/// An error around another, of which it tells more: which argument it is about, what to do.
public protocol WrappingError: Error {
  var wrapped: any Error { get }
}

extension Error {
  /// The error as it was first thrown, without what was put around it.
  public var innermost: any Error { (self as? any WrappingError)?.wrapped.innermost ?? self }
}
