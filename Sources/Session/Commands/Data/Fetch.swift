import CommandLanguage
import Datasets
import JSONValues
import Options

/// `fetch NAME`
struct FetchCommand: ReadingCommand {
  var name = ""
  var mirror: String?

  static let declaration = CommandDeclaration<FetchCommand>(
    "fetch", summary: "Download a data set's files",
    discussion: """
      They go to the folder that --data or set data= gave, else to that of DDPM_DATA, else to the cache folder; what is there \
      already is not downloaded again. Each file's checksum is compared with the published one, and a file takes its name \
      only when it is right; a set of which none is published says so. A download that broke off or was interrupted goes on \
      where it was. Archives are unpacked and removed.
      """,
    parameters: [
      .required(
        "name", \.name,
        .text(
          "a data set's name", valueForm: "NAME",
          completion: .words(KnownDataset.all.filter { !$0.isDrawn }.map(\.name))),
        help: "the set; datasets lists them"),
      .option(
        "from", \.mirror, .webAddress, help: "the address of a folder with the set's files, in place of the usual ones"),
    ],
    results: ["dataset", "folder", "files", "bytes"],
    examples: [
      CommandExample("fetch fashion", "four files, 31 MB"),
      CommandExample("fetch cifar10 from=\"http://localhost:8000/sets\"", "from a server of one's own"),
    ],
    seeAlso: ["datasets", "load"], synonyms: ["download"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    var lastReport = ContinuousClock.now - .seconds(1)
    let fetched: FetchedSet
    do {
      fetched = try DatasetCatalogue(session).fetch(name, from: mirror) { progress in
        // Bytes come in much faster than anybody reads.
        guard ContinuousClock.now - lastReport > .milliseconds(100) else { return }
        lastReport = .now
        environment.report(Progress(progress))
      }
    } catch {
      if case .unknownSet(let name, let known) = error {
        throw UnknownDataset(error: error, nearest: Suggestion.nearest(to: name, among: known)).about("name")
      }
      throw error.about(mirror == nil ? "name" : "from")
    }
    for file in fetched.files {
      environment.print("\(file.name): \(NumberText.megabytes(file.size)) from \(file.url.withoutControls())")
      let unpacked = file.unpackedCount.map { ", unpacked to \(NumberText.counted($0, "file"))" } ?? ""
      environment.print(
        file.checksum.map { "  \($0), as published" + unpacked }
          ?? "  no checksum of it is published; it came as sha256 \(file.sha256)" + unpacked)
    }
    environment.print(
      "\(name): \(fetched.files.isEmpty ? "there already, in" : "in") \(fetched.folder.withoutControls())")
    return CommandOutcome(results: [
      "dataset": .string(name), "folder": .string(fetched.folder), "files": .integer(fetched.files.count),
      "bytes": .integer(fetched.files.reduce(0) { $0 + $1.size }),
    ])
  }
}

extension Progress {
  fileprivate init(_ progress: FetchProgress) {
    switch progress {
    case .downloading(let file, let received, let total):
      self.init(
        file, fraction: total.map { Double(received) / Double(max($0, 1)) },
        message: NumberText.megabytes(received) + (total.map { " of \(NumberText.megabytes($0))" } ?? ""))
    case .unpacking(let file, let bytes):
      self.init(file, phase: "unpacking \(file)", message: "unpacking, \(NumberText.megabytes(bytes))")
    }
  }
}

extension ValueKind where Value == String {
  fileprivate static var webAddress: Self {
    ValueKind(
      expected: "an address that begins with http:// or https://", valueForm: "URL",
      parse: { text in
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isPlain && ["http://", "https://"].contains { text.lowercased().hasPrefix($0) && text.count > $0.count }
          ? text : nil
      }, print: { $0 })
  }
}
