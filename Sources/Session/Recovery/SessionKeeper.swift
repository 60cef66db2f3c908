import CommandLanguage
import Files
import Glibc
import Interruptions

/// What is given the session wherever it could be taken up.
package protocol Safekeeper: AnyObject {
  /// Called with the session after each change, undo and save, and within long commands as it would be, had the command
  /// ended there: what is lost if the process is killed came after it.
  func keep(_ session: SessionState)
  /// Called when all commands have run: what `keep` put off is done.
  func catchUp()
  /// Called when the session has become one that was cut off: once it is kept as this one, the other may go.
  func takeOver(_ kept: KeptSession)
}

/// Keeps a running session on the disk, so that what it learnt outlives the process.
///
/// A state is written at once as a rule. Where writing takes long against the work in between, as with a large network on
/// few images, only so often that it takes a hundredth of the time; nothing but the last moments of work can then be lost.
public final class SessionKeeper: Safekeeper {
  /// The share of the time that keeping may take: one of so many parts.
  private static let share = 100.0
  /// Seconds that are never too long.
  private static let shortTime = 0.02

  private let folder: String
  private let report: (String) -> Void
  private var lock: FileLock?
  /// A state that is not written yet.
  private var pending: SessionState?
  private var nextTime = ContinuousClock.now
  private var hasFailed = false
  /// Whether the session is one that was cut off before.
  private var isRecovered = false

  /// - Parameters:
  ///   - folder: where sessions are kept, made when there is something to keep.
  ///   - report: shows a line to the user.
  public init(folder: String, report: @escaping (String) -> Void) {
    (self.folder, self.report) = (folder, report)
  }

  /// One that keeps in the user's state folder; nil without a home.
  public convenience init?(report: @escaping (String) -> Void) {
    guard let folder = KeptSession.folder else { return nil }
    self.init(folder: folder, report: report)
  }

  private var isKept: Bool { lock != nil && pending == nil && !hasFailed }

  package func keep(_ session: SessionState) {
    pending = nil
    // Before there is a model nothing has been learnt.
    guard session.settings.keeping != .off, session.model != nil else { return forget() }
    pending = session
    if session.settings.keeping == .always || ContinuousClock.now >= nextTime { write() }
  }

  package func takeOver(_ kept: KeptSession) {
    isRecovered = true
    catchUp()
    if isKept { kept.remove() }
  }

  package func catchUp() {
    // A disk that was full a moment ago still is.
    if pending != nil, !hasFailed || ContinuousClock.now >= nextTime { write() }
  }

  /// Takes away what is kept: the session was left, or is not to be kept.
  private func forget() {
    pending = nil
    guard let path else { return }
    KeptSession.removeFiles(path)
    lock = nil
  }

  /// How a process ends of itself.
  public enum Ending: Sendable {
    /// The user left, knowing what is unsaved.
    case left
    /// All commands succeeded.
    case done
    /// One failed or was interrupted, or the process was asked to end.
    case cutShort
  }

  /// Called when the process ends of itself; what nobody has given up stays for `recover`.
  public func end(_ session: SessionState, _ ending: Ending) {
    // Who runs a script to its end without saving anything wants its output.
    guard ending == .cutShort || (ending == .done && isRecovered), session.unsavedChanges > 0, session.model != nil
    else {
      return forget()
    }
    catchUp()
    report(
      isKept
        ? "the session is kept: ddpm-repl -i -c '\(RecoverCommand.declaration.verb) 1' goes on with it"
        : "what the session has learnt is not kept")
    // From here on it is anybody's.
    lock = nil
  }

  private var path: String? { lock.map { String($0.path.dropLast(KeptSession.lockPath("").count)) } }

  private func write() {
    guard let session = pending else { return }
    let start = ContinuousClock.now
    do {
      let lock = try self.lock ?? begin()
      self.lock = lock
      let file = try FileWriter(path: KeptSession.statePath(path!), permissions: 0o600, isDigested: false)
      // A wish to end ends the command, not the keeping of what it learnt.
      try Interruption.disregarding { try Checkpoint.write(session, to: file) }
      try file.finish()
      (pending, hasFailed) = (nil, false)
    } catch {
      if !hasFailed {
        report("the session is not kept for recover: \(error)".withoutControls())
      }
      hasFailed = true
    }
    let seconds = (ContinuousClock.now - start).seconds
    nextTime = .now + .seconds(seconds <= Self.shortTime ? 0 : Self.share * seconds)
  }

  /// Makes the folder and this session's lock in it.
  private func begin() throws -> FileLock {
    try Folder.make(folder, for: folder, permissions: 0o700)
    KeptSession.prune(folder)
    for number in 0... {
      let path = "\(folder)/\(time(nil))-\(getpid())" + (number == 0 ? "" : "-\(number)")
      guard Folder.modified(KeptSession.statePath(path)) == nil,
        let lock = try FileLock(KeptSession.lockPath(path))
      else { continue }
      do { try lock.write(KeptSession.lockNote) } catch {
        Folder.remove(lock.path)
        throw error
      }
      return lock
    }
    fatalError("there are no numbers left")
  }
}
