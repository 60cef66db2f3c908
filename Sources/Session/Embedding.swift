import ArrayFiles
import Clustering
import ClusteringMethods
import CommandLanguage
import Datasets
import JSONValues
import Options

/// A t-SNE of loaded images, as `tsne` makes it: where each lies in the plane, what it is of, and how good it is.
struct Embedding: Sendable, Equatable {
  enum Space: String, CaseIterable, Sendable {
    case latents
    case pixels
  }

  /// Which of the loaded images, where it is not a number of them.
  enum Part: String, CaseIterable, Sendable {
    case all
    case train
    case test
  }

  /// Where the points start.
  enum Start: String, CaseIterable, Sendable {
    case pca
    case previous
  }

  /// What was asked for.
  struct Settings: Sendable, Equatable {
    var points = IntegerOr<Part>.word(.all)
    var space = Space.latents
    var perplexity = 30.0
    var exaggeration = 12.0
    var earlyIterations = 250
    var iterations = 500
    var start = Start.pca
  }

  /// How far what is near in the embedding is near in the space that it is of.
  struct Quality: Sendable, Equatable {
    /// Among 12 neighbours, fewer where there are fewer points.
    var trustworthiness: Double
    /// The share of each point's 10 nearest that are among its 10 nearest in the embedding.
    var neighbourPreservation: Double
    /// Points looked at.
    var sampleSize: Int
  }

  /// What an embedding is of: the images and, unless it is of their pixels, the latents of some of them.
  struct Origin: Sendable, Equatable {
    /// Of the data set.
    let sha256: String
    /// A digest of latents; empty for pixels.
    let latents: String
  }

  var settings: Settings
  /// Places among the loaded images: those embedded together, in order, then those placed later.
  var indices: [Int]
  /// How many were embedded together.
  var embeddedCount: Int
  /// A row an image.
  var coordinates: Matrix
  /// Of those embedded together, in nats.
  var klDivergence: Double
  /// The perplexity in use, which may be less than was asked for.
  var perplexity: Double
  var quality: Quality
  var origin: Origin
  /// Rounds of training before it.
  var rounds: Int

  var embedded: ArraySlice<Int> { indices.prefix(embeddedCount) }
}

// MARK: - In files

extension Embedding {
  /// Names of its arrays in files.
  static let arrayNames = (coordinates: "tsne", indices: "tsne_indices")

  /// What a checkpoint holds of it beside the note.
  var promisedArrays: [PromisedArray] {
    [
      PromisedArray(
        NamedArray(
          Self.arrayNames.coordinates, shape: [coordinates.rows, 2], .float64(coordinates.elements))),
      PromisedArray(
        NamedArray(Self.arrayNames.indices, shape: [indices.count], .int64(indices.map(Int64.init)))),
    ]
  }

  var note: JSONValue {
    [
      "points": .string(ValueKind.integer(or: Part.self).print(settings.points)),
      "space": .string(settings.space.rawValue), "perplexity": .number(settings.perplexity),
      "exaggeration": .number(settings.exaggeration), "early": .integer(settings.earlyIterations),
      "iterations": .integer(settings.iterations), "from": .string(settings.start.rawValue),
      "embedded": .integer(embeddedCount), "klDivergence": .number(klDivergence),
      "usedPerplexity": .number(perplexity), "trustworthiness": .number(quality.trustworthiness),
      "neighbourPreservation": .number(quality.neighbourPreservation), "sample": .integer(quality.sampleSize),
      "sha256": .string(origin.sha256), "latents": .string(origin.latents), "rounds": .integer(rounds),
    ]
  }

  /// From a note and the arrays beside it; nil if the note is none of an embedding.
  ///
  /// - Throws: `StateError` for arrays that are not of it.
  init?(note: JSONValue, arrays: StateReader) throws {
    guard let note = note.object else { return nil }
    func number(_ name: String) -> Double? { note[name]?.number ?? note[name]?.integer.map(Double.init) }
    guard let points = note["points"]?.string.flatMap(ValueKind.integer(or: Part.self).parse),
      let space = note["space"]?.string.flatMap(Space.init), let perplexity = number("perplexity"),
      let exaggeration = number("exaggeration"), let early = note["early"]?.integer,
      let iterations = note["iterations"]?.integer, let start = note["from"]?.string.flatMap(Start.init),
      let embeddedCount = note["embedded"]?.integer, let klDivergence = number("klDivergence"),
      let usedPerplexity = number("usedPerplexity"), let trustworthiness = number("trustworthiness"),
      let preservation = number("neighbourPreservation"), let sampleSize = note["sample"]?.integer,
      let sha256 = note["sha256"]?.string, let latents = note["latents"]?.string, let rounds = note["rounds"]?.integer
    else { return nil }
    coordinates = try arrays.matrix(Self.arrayNames.coordinates, columns: 2)
    indices = try arrays.integers(Self.arrayNames.indices, count: coordinates.rows, in: 0..<Int.max)
    try arrays.require(
      Set(indices).count == indices.count, Self.arrayNames.indices, "each image once", found: "some more often")
    guard (1...max(1, indices.count)).contains(embeddedCount), rounds >= 0 else { return nil }
    settings = Settings(
      points: points, space: space, perplexity: perplexity, exaggeration: exaggeration, earlyIterations: early,
      iterations: iterations, start: start)
    (self.embeddedCount, self.klDivergence, self.perplexity) = (embeddedCount, klDivergence, usedPerplexity)
    quality = Quality(
      trustworthiness: trustworthiness, neighbourPreservation: preservation, sampleSize: sampleSize)
    (origin, self.rounds) = (Origin(sha256: sha256, latents: latents), rounds)
  }
}

// MARK: - In words

extension Embedding {
  /// "the latents of 5000 of 70000 images".
  func subject(of dataset: Dataset) -> String {
    let part = indices.count < dataset.count ? "\(indices.count) of \(dataset.count)" : "all \(indices.count)"
    return "the \(settings.space.rawValue) of \(part) images"
  }

  /// "KL 0.9000  trustworthiness 0.9900  10 neighbours kept 0.500".
  var measures: String {
    "KL \(NumberText.fixed(klDivergence, 4))  " + quality.words
      + (sample.map { " (\($0))" } ?? "")
  }

  /// "of a sample of 5000", where not all points were looked at.
  var sample: String? {
    quality.sampleSize < indices.count ? "of a sample of \(quality.sampleSize)" : nil
  }

  var results: JSONObject {
    [
      "points": .integer(indices.count), "klDivergence": .number(klDivergence),
      "trustworthiness": .number(quality.trustworthiness),
      "neighbourPreservation": .number(quality.neighbourPreservation),
    ]
  }
}

extension Embedding.Quality {
  var words: String {
    "trustworthiness \(NumberText.fixed(trustworthiness, 4))  10 neighbours kept "
      + NumberText.fixed(neighbourPreservation, 3)
  }
}
