import TensorEngine

/// Processes that train networks, and encode, together: the first runs a session, the others help it.
///
/// The others know nothing of the session but what they are sent. Before each command whose work they share they get
/// the command and the state that it starts from, run it with the first, and forget it: whatever the first makes of the
/// command, and however it ends, there is nothing that they could have come to differ in.
public protocol Team: AnyObject {
  /// All of them, as they share a training.
  var peers: any Peers { get }

  /// Called by the first process: gives the others a piece of work, and returns when all are ready for it. Throws if one
  /// is lost, or cannot do it.
  func begin(_ work: [UInt8]) throws

  /// Called by the first process when its part of the work has ended, however it did.
  func end()

  /// Whether the first process does not need the work any more that another is at.
  var isCalledOff: Bool { get }

  /// Called by the first process, between such works and in them: sends a letter to another, which gets it when it next
  /// waits for work. Throws if one of them is lost.
  func post(_ letter: [UInt8], to rank: Int) throws

  /// Called by the first process: the letters that the others have sent to it since the last call. Throws if one of them is
  /// lost.
  func letters() throws -> [[UInt8]]

  /// Called by the others: does the work that the first gives, piece after piece, until it leaves.
  ///
  /// - Parameters:
  ///   - prepare: takes in a piece and gives what is then to be done, which says in words what went wrong, if anything did;
  ///     what it throws the user is told by the first process.
  ///   - meanwhile: called again and again while there is no such work, with the letters that have come from the first;
  ///     gives those that it is to get.
  /// - Throws: if the first process is lost.
  func help(
    _ prepare: (_ work: [UInt8]) throws -> () -> String?, meanwhile: (_ letters: [[UInt8]]) -> [[UInt8]]
  ) throws
}
