/// Every command of a session, in the order that help lists them: a new one is a file and a line here.
public let sessionCommands: [any SessionCommand.Type] = [
  DatasetsCommand.self, LoadCommand.self, InfoCommand.self, ImagesCommand.self,
  SeedCommand.self, ModelCommand.self, DescribeCommand.self,
  PretrainCommand.self, TrainCommand.self, EStepCommand.self, MStepCommand.self, MergeCommand.self,
  EvaluateCommand.self,
  PlotTSNECommand.self, PlotLossCommand.self, SampleCommand.self, ReconstructCommand.self,
  SaveCommand.self, RunCommand.self, StatusCommand.self, SetCommand.self, ShowCommand.self, HistoryCommand.self,
  UndoCommand.self, HelpCommand.self, QuitCommand.self,
]
