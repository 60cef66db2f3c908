/// The commands that are about the session itself and need no model.
public let generalCommands: [any SessionCommand.Type] = [
  SetCommand.self, ShowCommand.self, HistoryCommand.self, UndoCommand.self, RunCommand.self, HelpCommand.self,
  QuitCommand.self,
]
