import CommandLanguage
import Files
import Glibc
import JSONValues

/// A session that was cut off, as it was kept while it ran.
///
/// Two files in the user's state folder: the state as `save` writes it, and a lock that the session's process holds, with
/// where it ran. The system lets go of the lock however the process ends, so that a state whose lock is free is of one that
/// did, without having been left.
package struct KeptSession {
  /// Both files' name without their endings.
  let path: String
  /// The folder that it ran in; nil if that is not known.
  let workingFolder: String?
  /// When it was last kept, in seconds since 1970.
  let time: Int

  var statePath: String { Self.statePath(path) }

  /// How many sessions that were cut off are kept, and how many bytes of them; the latest is kept in any case.
  static let countLimit = 8
  static let byteLimit = 4 << 30
  private static let dayInSeconds = 86_400

  static func statePath(_ path: String) -> String { "\(path).\(SessionFormat.checkpoint.ending)" }
  static func lockPath(_ path: String) -> String { "\(path).lock" }

  /// Where sessions are kept; nil without a home.
  package static var folder: String? {
    UserFolder.state.path { ProcessEnvironment.variables[$0] }.map { "\($0)/sessions" }
  }

  /// Those in a folder whose process has ended, the latest first.
  static func all(in folder: String?) -> [KeptSession] {
    guard let folder else { return [] }
    return paths(in: folder).compactMap { path in
      guard let lock = try? FileLock(lockPath(path), .shared), let time = Folder.modified(statePath(path)) else {
        return nil
      }
      let note = (try? JSONValue(parsing: lock.text().utf8))?.object
      return KeptSession(path: path, workingFolder: note?["folder"]?.string, time: time)
    }
    .sorted { ($0.time, $0.path) > ($1.time, $1.path) }
  }

  /// What is written in a lock.
  static var lockNote: String {
    (["process": .integer(Int(getpid())), "folder": Folder.current.map { .string($0) } ?? .null] as JSONValue).compact
  }

  /// The sessions of a folder, those that run among them.
  private static func paths(in folder: String) -> [String] {
    let ending = statePath("")
    return ((try? Folder.names(in: folder)) ?? []).filter { $0.hasSuffix(ending) }
      .map { "\(folder)/\($0.dropLast(ending.count))" }
  }

  /// Removes the oldest beyond the limits, and what killed processes left behind.
  static func prune(_ folder: String) {
    let sessions = all(in: folder)
    var bytes = 0
    for (index, session) in sessions.enumerated() {
      bytes += (try? FileReader(path: session.statePath, inflating: false).size) ?? 0
      if index >= countLimit || (index > 0 && bytes > byteLimit) { session.remove() }
    }
    // A lock without a state may be of a session that begins; a temporary file, of one that writes.
    let now = Glibc.time(nil)
    for name in (try? Folder.names(in: folder)) ?? [] where name.hasSuffix(".tmp") || name.hasSuffix(".lock") {
      let path = "\(folder)/\(name)"
      let isAlone = name.hasSuffix(".tmp") || Folder.modified(statePath(String(path.dropLast(5)))) == nil
      if isAlone, let time = Folder.modified(path), now - time > dayInSeconds,
        name.hasSuffix(".tmp") || (try? FileLock(path)) != nil
      {
        Folder.remove(path)
      }
    }
  }

  /// Holds it, so that no other process takes it up or removes it; nil if another one does.
  func lock() -> FileLock? {
    // Others hold it for a moment while they look.
    for attempt in 0..<20 {
      if attempt > 0 { usleep(10_000) }
      if let lock = try? FileLock(Self.lockPath(path)) { return lock }
    }
    return nil
  }

  /// Removes it, if no other process holds it.
  func remove() {
    guard let lock = lock() else { return }
    withExtendedLifetime(lock) { Self.removeFiles(path) }
  }

  /// Removes the files of a session whose lock this process holds.
  static func removeFiles(_ path: String) {
    let (folder, name) = Folder.split(path)
    // What was being written when it was killed goes too. The lock goes last: a state without one would be anybody's.
    for file in (try? Folder.names(in: folder)) ?? []
    where file.hasPrefix(name + ".") && !lockPath(path).hasSuffix(file) {
      Folder.remove("\(folder)/\(file)")
    }
    Folder.remove(lockPath(path))
  }

  /// "3 minutes ago".
  var age: String {
    let seconds = Double(max(Glibc.time(nil) - time, 0))
    if seconds >= 2 * Double(Self.dayInSeconds) { return "\(Int(seconds) / Self.dayInSeconds) days ago" }
    return seconds < 60 ? "a moment ago" : TimeEstimate.words(seconds - 59) + " ago"
  }

  /// What is in it: method, data, how far it was.
  var overview: Result<Checkpoint.Overview, any Error> {
    Result { try Checkpoint(path: statePath).overview() }
  }

  /// "fast on strokes after 3 rounds, in /home/ann/work, 4 minutes ago".
  var summary: String {
    let what =
      switch overview {
      case .success(let overview):
        "\(overview.method ?? "no model") on \(overview.data ?? "no data") after \(overview.progress)"
      case .failure(let error): "unreadable (\(error))"
      }
    return (what + (workingFolder.map { ", in \($0)" } ?? "") + ", \(age)").withoutControls()
  }

  /// What is said of those that there are; nil of none.
  static func offer(in folder: String?) -> String? {
    let sessions = all(in: folder)
    guard let latest = sessions.first else { return nil }
    let verb = RecoverCommand.declaration.verb
    return sessions.count == 1
      ? "a session was cut off: \(latest.summary); '\(verb)' takes it up"
      : "\(sessions.count) sessions were cut off, the last: \(latest.summary); '\(verb)' lists them"
  }
}

/// What the user is told of sessions that were cut off, at the start of another; nil if there is none.
public func recoveryOffer() -> String? { KeptSession.offer(in: KeptSession.folder) }
