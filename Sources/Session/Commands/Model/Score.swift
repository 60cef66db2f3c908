import Clustering
import ClusteringMethods
import CommandLanguage
import Datasets
import Images
import Interruptions
import JSONValues

/// `score`
struct ScoreCommand: ReadingCommand, ScoringCommand, DenoisingCommand {
  var count = 1000
  var neighbourCount = 3
  var split = Split.all
  var number = 0
  var denoising = DenoisingOptions()
  var format = TableFormat.text

  var isJournalled: Bool { true }

  static let declaration = CommandDeclaration<ScoreCommand>(
    "score", summary: "Score drawn images against real ones: precision, recall, distance",
    discussion: """
      Draws count= images, of each cluster its share in the mixture, and as many of the loaded ones by the session's seed, \
      and compares them by the model's own latents and by pixels (0 to 1). Precision is the share of drawn images that \
      lie among real ones, recall that of real ones among drawn ones: within the reach of another's neighbours=th nearest \
      (Kynkäänniemi et al. 2019). The kernel distance is the squared maximum mean discrepancy by the cubic kernel \
      (x·y/d + 1)³, without bias and so perhaps below 0, and ± what it is off by (Bińkowski et al. 2018; their KID is that of \
      another network's features, trained on photographs). Latents of different models are different measures: compare \
      guidance=, method= and steps= by those of one, and models by pixels. Agreement is the share of drawn images that the \
      model itself assigns to the cluster they were drawn for; no labels are looked at. The scores are kept in the store \
      of runs, with guidance, sampler and steps among the settings. They depend on count=: keep it.
      """,
    parameters: [
      .option("count", \.count, .integer(in: 20...20_000), help: "images drawn, and real ones beside them, at most"),
      .option("neighbours", \.neighbourCount, .integer(in: 1...19), help: "how far an image reaches"),
      .option("split", \.split, .choice(), help: "which of the loaded images are the real ones"),
      .option("number", \.number, .integer(in: 0...1_000_000), help: "which of the many possible draws"),
    ] + denoisingParameters + [.option("format", \.format, .choice(), help: "how the table is written")],
    results: [
      "latentPrecision", "latentRecall", "latentKernelDistance", "latentKernelError", "pixelPrecision", "pixelRecall",
      "pixelKernelDistance", "pixelKernelError", "agreement", "images", "steps", "imagesPerSecond",
    ],
    examples: [
      CommandExample("score", "a thousand drawn images against as many real ones"),
      CommandExample("score guidance=1 method=dpm steps=20", "what guidance and fewer steps do"),
    ],
    seeAlso: ["sample", "evaluate", "runs", "table"], synonyms: ["fidelity", "kid"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let (dataset, model) = try session.datasetAndModel(.drawing, for: "score")
    try model.requireClusters(for: "score")
    let real = try realImages(dataset, session)
    let counts = ImageShares.of(real.count, by: (0..<model.clusterCount).map { model.weight(ofCluster: $0) })
    let start = ContinuousClock.now
    let drawn = try model.samples(
      counts: counts, of: Array(counts.indices), options: denoising.sampling, number: number
    ) { step, total in try denoising.report("score", step, total, environment) }
    let seconds = (ContinuousClock.now - start).seconds
    denoising.explain(model, environment)

    let watch = MethodWork("score", environment).watch
    let latents = try model.latents(of: drawn, watch: watch)
    let drawnFor = counts.enumerated().flatMap { cluster, count in [Int](repeating: cluster, count: count) }
    let assignments = try model.assignments(ofLatents: latents)
    let agreement = Double(zip(assignments, drawnFor).count { $0 == $1 }) / Double(drawn.count)

    var table = Table([
      .init("space"), .init("precision", .decimal(4)), .init("recall", .decimal(4)),
      .init("kernel distance", .decimal(5)), .init("±", .decimal(5)),
    ])
    var results: JSONObject = [:]
    func compare(_ name: String, _ space: Embedding.Space, _ drawn: Matrix, _ real: Matrix) throws {
      environment.report(Progress("score", message: "comparing \(space.rawValue)"))
      let (overlap, distance) = try MethodWork.inImages {
        (
          try ManifoldOverlap(of: drawn, and: real, neighbourCount: neighbourCount),
          try KernelDistance(of: drawn, and: real)
        )
      }
      table.add([
        .text(space.rawValue), .number(overlap.precision), .number(overlap.recall), .number(distance.estimate),
        .number(distance.standardError),
      ])
      results["\(name)Precision"] = .number(overlap.precision)
      results["\(name)Recall"] = .number(overlap.recall)
      results["\(name)KernelDistance"] = .number(distance.estimate)
      results["\(name)KernelError"] = .number(distance.standardError)
    }
    try compare("latent", .latents, latents, model.latents(of: real, watch: watch))
    try compare("pixel", .pixels, Self.pixels(of: drawn), Self.pixels(of: real))
    results["agreement"] = .number(agreement)
    results["images"] = .integer(drawn.count)
    results["steps"] = .integer(model.stepCount(denoising.sampling))
    results["imagesPerSecond"] = .number(Double(drawn.count) / seconds)

    environment.print(
      "\(NumberText.counted(drawn.count, "drawn image")) against as many real ones; "
        + "\(NumberText.percent(agreement)) are assigned to the cluster that they were drawn for")
    environment.print(table, as: format)
    var outcome = CommandOutcome(results: results)
    outcome.scored = scored(model, session)
    return outcome
  }

  /// Images of the split, drawn by the session's seed where there are more than are asked for.
  private func realImages(_ dataset: Dataset, _ session: SessionState) throws -> ImageSet {
    let indices = dataset.indices(of: split)
    guard !indices.isEmpty else {
      throw SessionError.emptySplit(split.rawValue, loaded: dataset.contents).about("split")
    }
    guard indices.count >= Self.fewest else {
      throw SessionError.tooFewImages(action: "score", needed: Self.fewest, found: indices.count)
    }
    var stream = session.randomSource.derived("score").makeStream()
    let chosen = stream.sample(min(count, indices.count), of: indices.count).map { indices.lowerBound + $0 }
    return dataset.images.selecting(chosen)
  }

  /// What the kernel distance needs at least.
  private static let fewest = 20

  private static func pixels(of images: ImageSet) -> Matrix {
    Matrix(
      rows: images.count, columns: images.imageSize, elements: images.floats(at: 0..<images.count, in: .unit))
  }

  /// The model, and how the images were drawn.
  private func scored(_ model: some DrawingMethod, _ session: SessionState) -> ScoredMethod? {
    var scored = ScoredMethod(session)
    scored?.settings["guidance"] = .number(denoising.guidance)
    scored?.settings["sampler"] = .string(denoising.method.name)
    scored?.settings["steps"] = .integer(model.stepCount(denoising.sampling))
    scored?.settings["drawn"] = .integer(count)
    return scored
  }
}

/// How many images each cluster gets.
package enum ImageShares {
  /// So many images divided by the clusters' weights: each has its share rounded down, the largest rests one more.
  package static func of(_ count: Int, by weights: [Double]) -> [Int] {
    let total = weights.reduce(0, +)
    let exact = weights.map { total > 0 ? Double(count) * $0 / total : Double(count) / Double(weights.count) }
    var shares = exact.map { Int($0) }
    let byRest = exact.indices.sorted { (exact[$1] - Double(shares[$1]), $0) < (exact[$0] - Double(shares[$0]), $1) }
    for cluster in byRest.prefix(max(0, count - shares.reduce(0, +))) { shares[cluster] += 1 }
    return shares
  }
}
