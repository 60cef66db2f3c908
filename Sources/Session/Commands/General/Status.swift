import ClusteringMethods
import CommandLanguage
import Datasets
import Images
import Options
import TensorEngine

/// `status`
struct StatusCommand: ReadingCommand {
  static let declaration = CommandDeclaration<StatusCommand>(
    "status", summary: "Tell what is loaded, trained and unsaved, and what one could do next",
    results: ["dataset", "epochs", "rounds", "unsaved"],
    examples: [CommandExample("status", "where the session stands")],
    seeAlso: ["info", "describe", "history", "recover"])

  func run(on session: SessionState, _ environment: Environment) -> CommandOutcome {
    let unsaved = session.unsavedChanges
    var rows = [
      ("data set", session.dataset.map { "\($0.name): \($0.summary)" } ?? "none"), ("model", model(session)),
    ]
    if session.model != nil { rows.append(("training", training(session))) }
    rows += session.training.findings.map { ("warning", $0) }
    rows += [
      ("seed", "\(session.seed)"), ("unsaved", unsaved == 0 ? "nothing" : NumberText.counted(unsaved, "change")),
      ("next", next(session)),
    ]
    if let offer = KeptSession.offer(in: environment.keptSessions) { rows.append(("recover", offer)) }
    environment.print(
      Passage { [rows] in TwoColumns.text(rows, width: $0, indent: 0, termWidth: 9).droppingLastNewline })
    return CommandOutcome(results: [
      "dataset": session.dataset.map { .string($0.name) } ?? .null,
      "epochs": .integer(session.training.epochs.count), "rounds": .integer(session.training.rounds.count),
      "unsaved": .integer(unsaved),
    ])
  }

  private func model(_ session: SessionState) -> String {
    guard let model = session.model else { return "none" }
    let weights = model.adjustableSettings.compactMap { setting in
      (setting.value as? Double).map { "\(setting.name) \(Number.spelling($0))" }
    }
    return (["\(model.name), \(model.sizes)"] + weights).joined(separator: ", ")
  }

  private func training(_ session: SessionState) -> String {
    let log = session.training
    guard let model = session.model else { return "none yet" }
    let epochsBegun = (model as? any PretrainedMethod)?.pretrainingEpochsBegun
    guard (epochsBegun ?? 0) + model.roundsBegun > 0 else { return "none yet" }
    var parts = epochsBegun.map { [counted(log.epochs.count, "epoch", begun: $0) + " of pretraining"] } ?? []
    parts.append(counted(log.rounds.count, "round", begun: model.roundsBegun))
    if let last = log.rounds.last {
      let metric = log.metrics[0]
      parts.append("last \(metric.title) \(NumberText.fixed(last.metrics[0], metric.decimals))")
      if let accuracy = last.accuracy { parts.append("accuracy \(NumberText.fixed(accuracy, 4))") }
    }
    return parts.joined(separator: ", ") + (log.earlierDataset.map { "; begun on \($0)" } ?? "")
  }

  /// "2 epochs", and whether there are parts of more.
  private func counted(_ count: Int, _ noun: String, begun: Int) -> String {
    let parts = begun - count
    if count == 0, parts > 0 { return parts == 1 ? "part of one \(noun)" : "parts of \(parts) \(noun)s" }
    return NumberText.counted(count, noun)
      + (parts == 0 ? "" : " and part of \(parts == 1 ? "another" : "\(parts) others")")
  }

  /// Commands that work now and lead on, the likeliest first.
  private func next(_ session: SessionState) -> String {
    guard let dataset = session.dataset else { return "load strokes, or datasets to see what there is" }
    guard let model = session.model else { return building(dataset) }
    let (log, images) = (session.training, dataset.count)
    let needsRounds = (try? model.requireClusters(for: "status")) == nil
    if model is any PretrainedMethod, log.epochs.isEmpty, model.roundsBegun == 0, needsRounds {
      return "pretrain epochs=\(min(max(2, 24_000 / max(images, 1)), 50))"
    }
    if needsRounds || (model.roundsBegun == 0 && model is any AlternatingMethod) {
      return model is any AlternatingMethod ? "train rounds=2" : "train"
    }
    if let merging = model as? any MergingMethod, merging.componentCount > merging.clusterCount {
      return "train more rounds, or evaluate; merge makes the clusters final, then train lambda=3"
    }
    let picture = model is any DrawingMethod ? "sample" : dataset.labels == nil ? "images by=cluster" : "plot confusion"
    return "evaluate, plot tsne, \(picture), or save session.ddpm"
  }

  /// How a model for the images is built: by the first method that takes them.
  private func building(_ dataset: Dataset) -> String {
    let classes = dataset.labels?.classCount
    let images = ImageTraits(of: dataset.images)
    let entry = Methods.all.first {
      (try? $0.method([:], clusterCount: classes ?? 10, images: images, source: RandomSource(seed: 0))) != nil
    }
    guard let entry else { return "load the images with another size=" }
    return "model \(entry.name)" + (classes == nil ? " clusters=N, N being how many there may be" : "")
  }
}
