import CommandLanguage
import Datasets
import Images
import JSONValues

/// `datasets`
struct DatasetsCommand: ReadingCommand {
  static let declaration = CommandDeclaration<DatasetsCommand>(
    "datasets", summary: "List the data sets that can be loaded, and where they are",
    discussion: """
      They are looked for in the folder that --data or set data= gave alone, if one did; else in the folder DDPM_DATA names alone if it \
      is set; else in ./data, then in the cache folder. A set NAME lies in a folder of that name, its \
      first file as \(KnownDataset.firstFiles.joined(separator: ", ")).
      """,
    results: KnownDataset.all.map { .group($0.name, ["count", "found"]) },
    examples: [CommandExample("datasets", "what there is")],
    seeAlso: ["fetch", "load", "info"])

  func run(on session: SessionState, _ environment: Environment) -> CommandOutcome {
    let catalogue = DatasetCatalogue(session)
    var results: JSONObject = [:]
    var table = Table([
      .init("name"), .init("images", .integer), .init("size"), .init("classes", .integer), .init("where"),
    ])
    for set in catalogue.known {
      let place = set.isDrawn ? "embedded, no files needed" : catalogue.folder(of: set) ?? "not found"
      let size = ImageShape(height: set.height, width: set.width, channels: set.channelCount)
      table.add([.text(set.name), .integer(set.count), .text("\(size)"), .integer(set.classCount), .text(place)])
      results[set.name] = [
        "count": .integer(set.count), "found": .bool(set.isDrawn || catalogue.folder(of: set) != nil),
      ]
    }
    environment.print(table)
    let pixels = catalogue.cache.contents
    if pixels.count > 0, let folder = catalogue.cache.folder {
      environment.print(
        "decoded pixels of large sets: \(NumberText.megabytes(pixels.bytes)) in \(folder.withoutControls()), which may be "
          + "removed")
    }
    environment.print("looked in: \(catalogue.locator.folders.joined(separator: ", ").withoutControls())")
    return CommandOutcome(results: results)
  }
}

extension DatasetCatalogue {
  /// The sets that this session can find.
  init(_ session: SessionState) {
    self.init(
      locator: DatasetLocator(dataOption: session.settings.dataFolder, environment: ProcessEnvironment.variables))
  }
}
