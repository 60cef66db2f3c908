import Clustering
import CommandLanguage
import Datasets
import Figures
import Images
import Interruptions
import JSONValues

/// `assign NAME or PATH`
struct AssignCommand: ChangingCommand, SelectingCommand {
  var name = ""
  var selection = DatasetSelection()
  var table: String?
  var folders: String?
  var overwrites = false

  /// What the session keeps of it is there for pictures alone, and what was learnt stays.
  var isWork: Bool { false }

  static let declaration = CommandDeclaration<AssignCommand>(
    "assign", summary: "Find the clusters of images that the model was not trained on",
    discussion: """
      The images are read as load reads them, and must be of the size that the model is for: size= brings them to it. The \
      loaded data set stays. out= is a table of the cluster of each image and its probability; folders= a folder a cluster \
      with its images as PNG files, the least certain first, their names being their place, their probability and their \
      number in the set. A restored model does as well. 'plot tsne add=assigned' shows them among the loaded images.
      """,
    parameters: selectionParameters + [
      .option("out", \.table, .path(endings: ["csv"]), help: "a line an image: index, label, cluster, probability")
        .writing({ $0.table }, overwrite: \.overwrites),
      .option("folders", \.folders, .path, help: "the folder in which each cluster gets one with its images")
        .writing({ $0.folders.map { "\($0)/cluster-0/1.png" } }, overwrite: \.overwrites),
      .option("overwrite", \.overwrites, .toggle, help: "replace files that this tool did not write, and any .csv"),
    ],
    results: ["images", "clusters", "occupancy", "accuracy"],
    examples: [
      CommandExample("assign scans/ size=28 out=scans.csv", "the cluster of each picture in a folder"),
      CommandExample("assign new.npy folders=sorted", "its images, sorted into folders"),
    ],
    seeAlso: ["plot tsne", "restore", "evaluate", "save"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let model = try session.model(for: "assign")
    try model.requireClusters(for: "assign")
    let dataset = try loaded(for: session)
    let shape = ImageShape(of: dataset.images)
    guard shape == model.imageShape else {
      throw AssignmentError.otherShape(model: model.imageShape, images: shape).about("name")
    }
    guard folders == nil || [1, 3].contains(shape.channels) else {
      throw AssignmentError.noPictures(channels: shape.channels).about("folders")
    }
    let clustered = try ClusteredImages(dataset.images, model, for: "assign", environment)
    let probabilities = try clustered.probabilities()
    environment.print("\(dataset.name.withoutControls()): \(dataset.summary)")
    let evaluation = ClusterEvaluation(clustered.assignments, clusterCount: model.clusterCount, labels: dataset.labels)
    environment.print(evaluation.table)

    var artifacts: [Artifact] = []
    if let table {
      artifacts.append(
        try about("out") {
          try OutputFile.write(to: table, overwrite: overwrites) { file in
            try SessionFormat.writeAssignments(
              clustered.assignments, probabilities, labels: dataset.labels, to: file)
          }
        })
      environment.print("wrote \(table.withoutControls())")
    }
    if let folders {
      let count = try about("folders") {
        try OutputFiles.writing(overwrite: overwrites) { files in
          try sort(dataset.images, clustered.assignments, probabilities, into: folders, environment, &files)
        }
      }
      environment.print("wrote \(NumberText.counted(count, "image")) to \(folders.withoutControls())")
    }
    var results: JSONObject = [
      "images": .integer(dataset.count), "clusters": .integer(model.clusterCount),
      "occupancy": .array(evaluation.occupancy.map { .number($0) }),
    ]
    results["accuracy"] = .optional(evaluation.score?.accuracy)
    var (performed, load) = (self, LoadCommand())
    performed.selection = spelledOut(of: dataset, in: session)
    (load.name, load.selection) = (name, performed.selection)
    session.assigned = try AssignedImages(dataset, loadedBy: load.canonicalText, as: clustered)
    var outcome = CommandOutcome(results: results, artifacts: artifacts)
    outcome.performed = performed
    return outcome
  }

  /// Writes each image to its cluster's folder; how many.
  private func sort(
    _ images: ImageSet, _ assignments: [Int], _ probabilities: Matrix, into folder: String, _ environment: Environment,
    _ files: inout OutputFiles
  ) throws -> Int {
    let digits = String(images.count).count
    func padded(_ number: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: digits - text.count) + text
    }
    var done = 0
    for cluster in 0..<probabilities.columns {
      let members = assignments.indices.filter { assignments[$0] == cluster }
        .sorted { (probabilities[$0, cluster], $0) < (probabilities[$1, cluster], $1) }
      for (place, image) in members.enumerated() {
        try Interruption.check()
        let png = PNGImage(
          width: images.width, height: images.height, channelCount: images.channelCount, pixels: Array(images[image]))
        let name = "\(padded(place + 1))-p\(NumberText.fixed(probabilities[image, cluster], 3))-image\(image).png"
        try files.write(png.encoded(software: ToolMark.name), to: "\(folder)/cluster-\(cluster)/\(name)")
        done += 1
        environment.report(
          Progress("assign", fraction: Double(done) / Double(images.count), message: "\(done) images written"))
      }
    }
    return done
  }
}

/// Why images could not be assigned.
enum AssignmentError: Error, CustomStringConvertible {
  case otherShape(model: ImageShape, images: ImageShape)
  case noPictures(channels: Int)

  var description: String {
    switch self {
    case .otherShape(let model, let images):
      "the model is for images of \(model), these are \(images)"
        + (model.channels == images.channels && model.height == model.width ? ": add size=\(model.width)" : "")
    case .noPictures(let channels): "a PNG file has 1 or 3 channels, these images have \(channels): leave folders= out"
    }
  }
}
