/// Whether whoever waits for a long computation wishes it to end: the one way for a long loop to ask.
///
/// The session says, around each command, how to tell. A loop asks a few times a second, where it could end:
///
///     for file in files {
///       try Interruption.check()
///       read(file)
///     }
///
/// The wish belongs to the thread that runs the command: threads that help it see none, and neither do tests and programs
/// that never said how to tell.
public enum Interruption {
  @TaskLocal private static var source: (@Sendable () -> Bool)?

  /// Whether the work in progress is to end. Asking costs some 50 ns.
  public static var isWanted: Bool { source?() ?? false }

  /// Throws `Interrupted` if the work in progress is to end.
  public static func check() throws(Interrupted) {
    if isWanted { throw Interrupted() }
  }

  /// Runs `body`, in which the wish to end is what `isWanted` says.
  public static func heeding<Result>(
    _ isWanted: @escaping @Sendable () -> Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    try $source.withValue(isWanted, operation: body)
  }

  /// Runs `body`, in which no wish to end is seen: work that is to be finished once it was begun.
  public static func disregarding<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard source != nil else { return try body() }
    return try $source.withValue(nil, operation: body)
  }
}

/// Thrown by work that ended on the wish of whoever waited for it, and kept nothing.
public struct Interrupted: InterruptibleError, Equatable, CustomStringConvertible {
  public init() {}
  public var isInterruption: Bool { true }
  public var description: String { "interrupted" }
}

/// An error that may say that the work was interrupted rather than that it failed: that of a module whose functions throw
/// errors of one type.
public protocol InterruptibleError: Error {
  var isInterruption: Bool { get }
}
