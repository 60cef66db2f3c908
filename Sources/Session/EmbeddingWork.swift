import Clustering
import ClusteringMethods
import Datasets
import Files
import Images
import Interruptions
import Options
import TensorEngine

/// What makes embeddings of a session's images.
struct EmbeddingWork {
  let session: SessionState
  let environment: Environment
  /// Who asks, for errors.
  let action: String
  let dataset: Dataset

  init(_ session: SessionState, for action: String, _ environment: Environment) throws {
    (self.session, self.environment, self.action) = (session, environment, action)
    dataset = try session.dataset(for: action)
  }

  // MARK: - Points

  /// The images that a choice means, in their order; a number of them is the same for every figure of a session's seed.
  func indices(_ choice: IntegerOr<Embedding.Part>) -> [Int] {
    switch choice {
    case .word(.all): return Array(0..<dataset.count)
    case .word(.train): return Array(dataset.trainIndices)
    case .word(.test): return Array(dataset.testIndices)
    case .integer(let count):
      guard count < dataset.count else { return Array(0..<dataset.count) }
      var stream = session.randomSource.derived("plot tsne").makeStream()
      return stream.sample(count, of: dataset.count)
    }
  }

  /// The coordinates of images in a space, an image a row.
  func points(_ indices: [Int], in space: Embedding.Space) throws -> Matrix {
    let images =
      indices.count == dataset.count && indices == Array(0..<dataset.count)
      ? dataset.images : dataset.images.selecting(indices)
    switch space {
    case .latents:
      return try session.datasetAndModel(for: action).1
        .latents(of: images, watch: MethodWork("encoding", environment).watch)
    case .pixels: return Self.pixels(images)
    }
  }

  private static func pixels(_ images: ImageSet) -> Matrix {
    Matrix(rows: images.count, columns: images.imageSize, elements: images.floats(at: 0..<images.count, in: .unit))
  }

  /// What an embedding of these images is of, now.
  func origin(_ embedded: some Collection<Int>, in space: Embedding.Space) throws -> Embedding.Origin {
    var latents = ""
    if space == .latents {
      latents = MessageDigest.sha256(
        of: LatentProbe.bytes(of: try points(Array(embedded.prefix(LatentProbe.size)), in: .latents)))
    }
    return Embedding.Origin(sha256: dataset.sha256, latents: latents)
  }

  /// Whether an embedding is of the loaded images and their present latents.
  func isCurrent(_ embedding: Embedding) throws -> Bool {
    guard isOfData(embedding) else { return false }
    if embedding.settings.space == .latents, session.model == nil { return false }
    return try origin(embedding.embedded, in: embedding.settings.space) == embedding.origin
  }

  func isOfData(_ embedding: Embedding) -> Bool {
    embedding.origin.sha256 == dataset.sha256 && embedding.indices.allSatisfy { $0 < dataset.count }
  }

  // MARK: - Embedding

  /// Embeds images.
  ///
  /// - Parameter keepsInterrupted: whether what was done at the user's wish to end is a result.
  /// - Returns: the embedding, whose settings say the iterations done.
  func embedding(
    _ settings: Embedding.Settings, from previous: Embedding? = nil, keepsInterrupted: Bool
  ) throws -> (embedding: Embedding, isInterrupted: Bool) {
    let chosen = indices(settings.points)
    guard chosen.count >= Self.leastImages else {
      throw SessionError.tooFewImages(action: action, needed: Self.leastImages, found: chosen.count)
    }
    let values = try points(chosen, in: settings.space)
    guard (1..<values.rows).contains(where: { values.row($0) != values.row(0) }) else {
      throw SessionError.equalPoints(count: chosen.count, what: settings.space.rawValue)
    }
    let start = try previous.map { try self.start(chosen, values, from: $0) }
    let options = TSNE.Options(
      perplexity: settings.perplexity, earlyExaggeration: settings.exaggeration,
      earlyIterations: settings.earlyIterations, iterations: settings.iterations, keepsInterrupted: keepsInterrupted)
    let origin = try origin(chosen, in: settings.space)
    environment.report(Progress("t-SNE", message: "searching for neighbours"))
    let found = try TSNE(of: values, from: start, options: options, peers: session.peers) { progress in
      try leaveToFirst()
      environment.report(
        Progress(
          "t-SNE", fraction: Double(progress.iteration) / Double(max(1, progress.iterationCount)),
          message: "KL \(NumberText.fixed(progress.klDivergence, 3))"))
    }
    var done = settings
    (done.earlyIterations, done.iterations) = (found.earlyIterations, found.iterations)
    var isInterrupted = done != settings
    var quality: Embedding.Quality
    do {
      quality = try self.quality(
        of: found.embedding, for: values, sampleSize: isInterrupted ? Self.quickSample : Self.sampleSize,
        heeding: !isInterrupted)
    } catch  where keepsInterrupted && error.isInterruption {
      isInterrupted = true
      quality = try self.quality(of: found.embedding, for: values, sampleSize: Self.quickSample, heeding: false)
    }
    let embedding = Embedding(
      settings: done, indices: chosen, embeddedCount: chosen.count, coordinates: found.embedding,
      klDivergence: found.klDivergence, perplexity: found.perplexity, quality: quality,
      origin: origin, rounds: session.training.rounds.count)
    return (embedding, isInterrupted)
  }

  /// Ends the work of those that help another process: what follows asks nothing of peers, and may take long.
  private func leaveToFirst() throws { if session.peers.rank > 0 { throw Interrupted() } }

  private static let leastImages = 10

  /// Where images lay in an earlier embedding; one that was not there, at the median of its nearest there.
  private func start(_ chosen: [Int], _ values: Matrix, from previous: Embedding) throws -> Matrix {
    var places: [Int: Int] = [:]
    for (row, image) in previous.indices.enumerated() { places[image] = row }
    let known = chosen.indices.filter { places[chosen[$0]] != nil }
    guard !known.isEmpty else {
      throw EmbeddingError.noImageEmbedded.about("from")
    }
    let positions = previous.coordinates.selecting(known.map { places[chosen[$0]]! })
    guard known.count < chosen.count else { return positions }
    let others = chosen.indices.filter { places[chosen[$0]] == nil }
    let placed = try TSNE.placed(
      values.selecting(others), among: values.selecting(known), at: positions, iterations: 0)
    var start = Matrix(rows: chosen.count, columns: 2)
    for (rows, found) in [(known, positions), (others, placed)] {
      for (place, row) in rows.enumerated() { for axis in 0..<2 { start[row, axis] = found[place, axis] } }
    }
    return start
  }

  /// An embedding with more images placed in it.
  func adding(_ choice: IntegerOr<Embedding.Part>, to embedding: Embedding) throws -> Embedding {
    let present = Set(embedding.indices)
    let added = indices(choice).filter { !present.contains($0) }
    guard !added.isEmpty else { throw EmbeddingError.nothingToAdd.about("add") }
    let known = try points(Array(embedding.embedded), in: embedding.settings.space)
    let values = try points(added, in: embedding.settings.space)
    let earlier = try points(Array(embedding.indices[embedding.embeddedCount...]), in: embedding.settings.space)
    try leaveToFirst()
    let placed = try self.placed(values, among: known, in: embedding)
    var grown = embedding
    grown.indices += added
    grown.coordinates = Matrix(
      rows: grown.indices.count, columns: 2, elements: embedding.coordinates.elements + placed.elements)
    grown.quality = try quality(
      of: grown.coordinates,
      for: Matrix(
        rows: grown.indices.count, columns: values.columns,
        elements: known.elements + earlier.elements + values.elements))
    return grown
  }

  /// Where images that are not loaded belong in an embedding, which stays as it is: a row each.
  ///
  /// - Parameter latents: theirs, asked for where the embedding is of latents.
  func placing(_ images: ImageSet, in embedding: Embedding, latents: () throws -> Matrix) throws -> Matrix {
    let values =
      switch embedding.settings.space {
      case .latents: try latents()
      case .pixels: Self.pixels(images)
      }
    return try placed(
      values, among: points(Array(embedding.embedded), in: embedding.settings.space), in: embedding)
  }

  /// Places points among those that were embedded together, whose coordinates in their own space are `known`.
  private func placed(_ values: Matrix, among known: Matrix, in embedding: Embedding) throws -> Matrix {
    try TSNE.placed(
      values, among: known, at: embedding.coordinates.selecting(0..<embedding.embeddedCount)
    ) { done, count in
      environment.report(
        Progress(
          "placing", fraction: Double(done) / Double(count), message: NumberText.counted(values.rows, "image")))
    }
  }

  // MARK: - Quality

  /// Points that trustworthiness and neighbours are looked at of, at most; and where the user waits for the end.
  private static let sampleSize = 5_000
  private static let quickSample = 1_000

  /// How good positions are, over a sample of the points where there are more.
  func quality(
    of positions: Matrix, for values: Matrix, sampleSize: Int = Self.sampleSize, heeding: Bool = true
  ) throws -> Embedding.Quality {
    guard heeding else {
      return try Interruption.disregarding { try quality(of: positions, for: values, sampleSize: sampleSize) }
    }
    environment.report(Progress("t-SNE", message: "judging the embedding"))
    var stream = session.randomSource.derived("t-SNE sample").makeStream()
    let rows =
      values.rows > sampleSize ? stream.sample(sampleSize, of: values.rows) : Array(0..<values.rows)
    let trust = try trustworthiness(
      of: positions.selecting(rows), for: values.selecting(rows),
      neighbourCount: min(12, max(1, rows.count / 2 - 1)))
    let preservation = try Clustering.neighbourPreservation(
      of: positions, for: values, neighbourCount: min(10, values.rows - 1), rows: rows)
    return Embedding.Quality(
      trustworthiness: trust, neighbourPreservation: preservation, sampleSize: rows.count)
  }
}

/// What cannot be done with the session's embedding.
enum EmbeddingError: Error, CustomStringConvertible {
  case none
  case otherData
  case olderLatents
  case nothingToAdd
  case noImageEmbedded

  var description: String {
    switch self {
    case .none: "there is no embedding to add images to: make one first, with tsne points=train for instance"
    case .otherData: "the embedding is of other images than the loaded ones: make one of these, with tsne"
    case .olderLatents:
      "the latents have changed since the embedding was made, and new images would not fit it: make one anew, with tsne"
    case .nothingToAdd: "all of these images are in the embedding already"
    case .noImageEmbedded: "none of these images is in the embedding that there is: leave from=previous out"
    }
  }
}
