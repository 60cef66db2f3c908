import Clustering
import ClusteringMethods
import ElementaryFunctions
import Images
import Interruptions
import NeuralNetworks
import TensorEngine

extension ClusterDDPMModel: AlternatingMethod, EncodingMethod {
  private static let largestEvaluationBatch = 500

  /// Images that the network takes at a time: so many that a pass of them takes a fraction of a second, for between passes
  /// a wish to end is heard.
  var evaluationBatch: Int {
    let work = imageShape.height * imageShape.width * configuration.channelCount
    return max(1, min(Self.largestEvaluationBatch, (1 << 21) / work))
  }

  /// The encoder's μ and log σ² of every image, in evaluation mode.
  ///
  /// `watch` is told how many images are done; what it throws ends the encoding.
  public func encoded(_ images: ImageSet, watch: Watch = { _ in }) throws -> (
    means: Matrix, logVariances: Matrix
  ) {
    var network = evaluatedNetwork
    let found = try encodedInBatches(
      of: evaluationBatch, images, widths: [configuration.latentSize, configuration.latentSize], watch: watch
    ) { batch in
      let output = network.encode(configuration.tensor(of: images, at: batch), .evaluation)
      return [output.mean, output.logVariance]
    }
    return (found[0], found[1])
  }

  /// μ of every image.
  public func latents(of images: ImageSet, watch: Watch = { _ in }) throws -> Matrix {
    try encoded(images, watch: watch).means
  }

  /// μ of every image, and what the mixture is fitted to: μ itself, or a draw of z where the configuration says so.
  func mixturePoints(
    of images: ImageSet, watch: Watch = { _ in }
  ) throws -> (means: Matrix, points: Matrix) {
    let (means, logVariances) = try encoded(images, watch: watch)
    guard configuration.mixtureInput == .sample else { return (means, means) }
    let draw = source.derived("expectation").derived(roundsBegun)
    let noise = Tensor.normals(
      imageShape: [means.columns], from: (0..<means.rows).map { draw.derived($0) }
    ).scalars
    let z = means.elements.indices.map { index in
      means.elements[index] + Double(noise[index]) * exp(logVariances.elements[index] / 2)
    }
    return (means, Matrix(rows: means.rows, columns: means.columns, elements: z))
  }

  /// The E-step: encodes every image and fits the mixture to the latents, from k-means++ with restarts the first time,
  /// warm-started from the last mixture after that.
  @discardableResult
  public mutating func expectationStep(
    on images: ImageSet, watch: Watch = { _ in }
  ) throws -> ExpectationReport {
    try expectationStep(on: images, grouping: configuration.grouping, watch: watch)
  }

  /// The same, with the clusters made as `grouping` says.
  mutating func expectationStep(
    on images: ImageSet, grouping: Grouping, watch: Watch
  ) throws -> ExpectationReport {
    let (means, points) = try mixturePoints(of: images, watch: watch)
    func beforeIteration() throws { try watch(.fitting("the mixture")) }
    let fit =
      try mixture?.refined(on: points, options: configuration.mixtureOptions, beforeIteration: beforeIteration)
      ?? firstFit(to: points, beforeIteration: beforeIteration)
    // All that may be interrupted comes before what changes the model.
    let responsibilities = try fit.mixture.responsibilities(of: points)
    let clusters =
      findsClusterCount && grouping == .graph
      ? try foundClusterCount(means, watch: watch) : configuration.clusterCount
    let grouped = try grouped(means, points, fit.mixture, grouping, into: clusters, watch: watch)
    configuration.clusterCount = clusters
    (mixture, heldResponsibilities) = (fit.mixture, responsibilities)
    (clusterOfComponent, neighbourClusters) = (grouped.clusterOfComponent, grouped.images)
    clusterClassifier = nil
    if !grouped.partitions.isEmpty {
      earlierPartitions.append(StoredPartitions(grouped.partitions, into: configuration.clusterCount))
      earlierPartitions = earlierPartitions.suffix(configuration.memory)
    }
    return ExpectationReport(fit: fit, assignments: grouped.assignments)
  }

  /// The most likely of several fits, made to a random subset first where there are many points.
  private func firstFit(to points: Matrix, beforeIteration: () throws -> Void) throws -> GaussianMixture.Fit {
    let source = source.derived("first fit").derived(roundsBegun)
    let options = configuration.mixtureOptions
    func fit(_ points: Matrix) throws -> GaussianMixture.Fit {
      try GaussianMixture.fit(
        points, componentCount: configuration.componentCount, options: options, random: source.derived("starts"),
        beforeIteration: beforeIteration)
    }
    guard points.rows > configuration.firstFitCount else { return try fit(points) }
    var stream = source.derived("subset").makeStream()
    let chosen = stream.sample(configuration.firstFitCount, of: points.rows)
    return try fit(points.selecting(chosen)).mixture
      .refined(on: points, options: options, beforeIteration: beforeIteration)
  }

  public func requireClusters(for action: String) throws {
    guard mixture != nil else { throw ModelError.noMixture(action: action) }
  }

  /// p(cluster | latent): the sum over each cluster's components (Eq. 22), or the share of neighbours, or as the
  /// classifier has it.
  public func clusterProbabilities(ofLatents points: Matrix) throws -> Matrix {
    guard let mixture else { throw ModelError.noMixture(action: "a cluster's probability") }
    if let neighbourClusters { return try neighbourClusters.probabilities(of: points) }
    if let clusterClassifier { return clusterClassifier.probabilities(of: points) }
    return try mixture.responsibilities(of: points).summed(by: clusterOfComponent, count: clusterCount)
  }

  /// The most responsible component's cluster, or that of most neighbours, or the classifier's.
  public func assignments(ofLatents points: Matrix) throws -> [Int] {
    guard let mixture else { throw ModelError.noMixture(action: "an assignment to clusters") }
    if let neighbourClusters { return try neighbourClusters.assignments(of: points) }
    if let clusterClassifier { return clusterClassifier.assignments(of: points) }
    return try mixture.assignments(of: points).map { clusterOfComponent[$0] }
  }
}
