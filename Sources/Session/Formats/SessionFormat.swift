import Files

/// A form in which a session, or what it found, is saved, told by the file's ending. A new one is a file beside this one
/// and a word in the list: saving, replacing, completion and help go by it.
public struct SessionFormat: Sendable {
  /// Without the dot.
  public let ending: String
  /// What such a file holds, for the help.
  public let summary: String
  /// By which a file of this form is known as ours, so that it may be replaced; nil where nothing tells.
  let mark: FileMark?
  /// Whether the session can be had back from it, so that nothing is unsaved any more.
  let keepsSession: Bool
  /// Writes the file; throws what the session lacks, and what writing throws.
  let write: @Sendable (SessionState, FileWriter, Environment) throws -> Void

  public static let all = [script, checkpoint, notebook, page, assignments, arrays]

  /// The form that a path's ending asks for, in any case.
  static func of(_ path: String) -> SessionFormat? {
    let path = path.lowercased()
    return all.first { path.hasSuffix("." + $0.ending) }
  }
}

extension SessionFormat {
  static let script = SessionFormat(
    ending: "ddpm", summary: "the commands that led here, as a script that replays", mark: SessionScript.mark,
    keepsSession: true
  ) { session, file, _ in
    guard !session.journal.isEmpty else { throw SessionError.nothingToSave }
    try file.write(Array(SessionScript.text(of: session).utf8))
  }
}
