import CommandLanguage

/// Every command of a session, in the order that help lists them: a new one is a file and a word here.
public let sessionCommands: [CommandGroup] = [
  group("Data", [DatasetsCommand.self, FetchCommand.self, LoadCommand.self, InfoCommand.self, ImagesCommand.self]),
  group("Model", [SeedCommand.self, ModelCommand.self, DescribeCommand.self]),
  group(
    "Training",
    [
      FitCommand.self, PretrainCommand.self, TrainCommand.self, TightenCommand.self, EStepCommand.self,
      MStepCommand.self,
      MergeCommand.self, SplitCommand.self,
    ]),
  group(
    "Results",
    [
      EvaluateCommand.self, ScoreCommand.self, AssignCommand.self, KNNCommand.self, BaselineCommand.self,
      RunsCommand.self,
      RunsShowCommand.self, RunsScriptCommand.self,
      TableCommand.self,
    ]),
  group(
    "Pictures",
    [
      TSNECommand.self, PlotTSNECommand.self, PlotMisclusteredCommand.self, PlotPCACommand.self, PlotLossCommand.self,
      PlotConfusionCommand.self, PlotMixtureCommand.self, PlotTreeCommand.self, PlotScheduleCommand.self,
      PlotRunsCommand.self,
      PlotPanelsCommand.self, PlotAnimationCommand.self, ReplotCommand.self,
      SampleCommand.self, ReconstructCommand.self, InterpolateCommand.self, VaryCommand.self, DenoiseCommand.self,
    ]),
  group(
    "Session",
    [
      StatusCommand.self, SaveCommand.self, RestoreCommand.self, RecoverCommand.self, RunCommand.self,
      VerifyCommand.self,
      CellsCommand.self,
      RerunCommand.self,
      UndoCommand.self, RedoCommand.self, HistoryCommand.self, SetCommand.self, ShowCommand.self, PrintCommand.self,
      ClearCommand.self,
      HelpCommand.self, QuitCommand.self,
    ]),
]

private func group(_ title: String, _ commands: [any SessionCommand.Type]) -> CommandGroup {
  CommandGroup(title, commands)
}
