/// The states before the last changes, with the commands that made them.
struct UndoHistory {
  /// How many changes can be undone; each keeps what it changed in memory.
  static let limit = 8

  private var changes: [(before: SessionState, command: String)] = []

  mutating func note(_ command: String, before state: SessionState) {
    changes.append((state, command))
    if changes.count > Self.limit { changes.removeFirst() }
  }

  /// Goes back by `count` changes.
  ///
  /// - Parameter present: the session, whose variables and settings stay.
  /// - Returns: the session as it is then, and the commands that were taken back, the last one first.
  /// - Throws: `UndoError` if there are fewer.
  mutating func takeBack(
    _ count: Int, from present: SessionState
  ) throws(UndoError) -> (state: SessionState, commands: [String]) {
    guard count <= changes.count else { throw UndoError(wanted: count, available: changes.count) }
    let undone = changes.suffix(count)
    var state = undone.first?.before ?? present
    changes.removeLast(count)
    state.variables = present.variables
    let dataFolder = state.settings.dataFolder
    state.settings = present.settings
    // It belongs to the journal, which has gone back.
    state.settings.dataFolder = dataFolder
    return (state, undone.reversed().map(\.command))
  }
}

/// There is less to undo than was asked for.
struct UndoError: Error, CustomStringConvertible {
  let wanted: Int
  let available: Int

  var description: String {
    switch available {
    case 0: "there is nothing to undo"
    case 1: "only 1 change can be undone, not \(wanted)"
    default: "only \(available) changes can be undone, not \(wanted)"
    }
  }
}
