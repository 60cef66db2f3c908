import Clustering
import ClusteringMethods
import CommandLanguage
import Datasets
import Evaluation
import Images
import Interruptions
import JSONValues

/// `knn`
struct KNNCommand: ReadingCommand, ScoringCommand, SharedCommand {
  var counts = [3, 5, 7, 9, 100, 1000, 6000]
  var space = Embedding.Space.latents
  var format = TableFormat.text

  var isJournalled: Bool { true }

  static let declaration = CommandDeclaration<KNNCommand>(
    "knn", summary: "Classify test images by their nearest training images",
    discussion: """
      What the latents know of the classes: for each test image the k training images whose latents are nearest \
      (Euclidean) vote for its class; of equally many votes the lowest class wins, of equally near images the first ones \
      vote. Told is the share of the test images that get their class. It needs a set with training and test images, \
      load mnist for instance. The search is exact. Numbers of neighbours above that of the training images are left out, \
      and said so. With space=pixels the images themselves are compared, and no model is needed. The scores are kept in \
      the store of runs, under the names of k.
      """,
    parameters: [
      .option("k", \.counts, .integer(in: 1...1_000_000), count: 1...100, help: "how many vote, each in turn"),
      .option("space", \.space, .choice(), help: "what stands for an image"),
      .option("format", \.format, .choice(), help: "how the table is written"),
    ],
    results: [.any],
    examples: [
      CommandExample("knn k=3,5,7", "by latents"),
      CommandExample("knn k=3 space=pixels", "what comes of the images as they are"),
    ],
    seeAlso: ["evaluate", "load", "runs", "table"], synonyms: ["neighbours"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let dataset = try session.dataset(for: "knn")
    guard let labels = dataset.labels else {
      throw SessionError.noLabels(action: "knn", instead: "a set that has some, mnist for instance")
    }
    for (split, indices) in [(Split.train, dataset.trainIndices), (.test, dataset.testIndices)] where indices.isEmpty {
      throw SessionError.emptySplit(split.rawValue, loaded: dataset.contents)
    }
    let wanted = Set(counts).sorted().filter { $0 <= dataset.trainCount }
    guard !wanted.isEmpty else {
      throw SessionError.tooFewImages(
        action: "knn k=\(counts.min()!)", needed: counts.min()!, found: dataset.trainCount
      ).about("k")
    }
    let (train, test) = try points(of: dataset, session, environment)
    let vote = NeighbourVote(counts: wanted, classes: labels)
    let predictions = try session.peers.shared(rows: test.rows, columns: wanted.count) { rows in
      let own = Matrix(rows: rows.count, columns: test.columns, elements: Array(test.rows(rows)))
      return try NeighbourRings.map(of: own, among: train, counts: wanted) { done in
        session.peers.attend()
        environment.report(
          Progress(
            "knn", fraction: Double(done) / Double(own.rows), message: "neighbours of \(done) test images found"))
      } _: {
        vote.predictions(neighbours: $0).map { UInt32($0) }
      }.flatMap { $0 }
    }

    var table = Table([.init("k", .integer), .init("accuracy", .decimal(2), unit: "%")])
    var results: JSONObject = [:]
    for (place, count) in wanted.enumerated() {
      let right = (0..<test.rows).count {
        predictions[$0 * wanted.count + place] == labels.classes[dataset.trainCount + $0]
      }
      let accuracy = Double(right) / Double(test.rows)
      table.add([.integer(count), .number(100 * accuracy)])
      results["\(count)"] = .number(accuracy)
    }
    environment.print(
      "\(NumberText.counted(test.rows, "test image")) by the \(space.rawValue) of "
        + NumberText.counted(train.rows, "training image"))
    environment.print(table, as: format)
    let others = counts.filter { $0 > dataset.trainCount }
    if !others.isEmpty {
      environment.print(
        "left out, for there are fewer training images: k=\(others.map(String.init).joined(separator: ","))")
    }
    var outcome = CommandOutcome(results: results)
    if space == .pixels { outcome.scored = ScoredMethod(pixelsOf: session) }
    return outcome
  }

  /// What stands for the training images, and for the test images.
  private func points(
    of dataset: Dataset, _ session: SessionState, _ environment: Environment
  ) throws -> (train: Matrix, test: Matrix) {
    switch space {
    case .latents:
      let model = try session.datasetAndModel(for: "knn").1
      let latents = try MethodWork("knn", environment).run { try model.latents(of: dataset.images, watch: $0) }
      func part(_ range: Range<Int>) -> Matrix {
        Matrix(rows: range.count, columns: latents.columns, elements: Array(latents.rows(range)))
      }
      return (part(dataset.trainIndices), part(dataset.testIndices))
    case .pixels:
      return (try bytes(of: dataset.images, dataset.trainIndices), try bytes(of: dataset.images, dataset.testIndices))
    }
  }

  /// The pixels of images as whole numbers: distances between them are exact, so that equal ones are equal.
  private func bytes(of images: ImageSet, _ range: Range<Int>) throws -> Matrix {
    let count = range.count * images.imageSize
    guard count <= 1 << 30 else {
      throw MethodError.needsAllPixels(images: range.count, bytes: count * MemoryLayout<Double>.size)
    }
    var elements: [Double] = []
    elements.reserveCapacity(count)
    for index in range {
      if index % 1000 == 0 { try Interruption.check() }
      images.withImage(index) { for byte in $0 { elements.append(Double(byte)) } }
    }
    return Matrix(rows: range.count, columns: images.imageSize, elements: elements)
  }
}
