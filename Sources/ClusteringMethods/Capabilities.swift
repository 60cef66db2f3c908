import Clustering
import Diffusion
import Images
import Interruptions
import TensorEngine

/// A method whose network learns before there are clusters.
public protocol PretrainedMethod: ClusteringMethod {
  /// Epochs of pretraining begun.
  var pretrainingEpochsBegun: Int { get }

  /// An epoch of pretraining, which tells the same metrics as a round; arguments and errors as in `trainRound`.
  mutating func pretrainEpoch(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport
}

/// A method with a network, whose weights can be another's.
public protocol NetworkMethod: ClusteringMethod {
  /// How it trains: alone unless it is given peers.
  var trainer: Trainer { get set }

  /// The method as it was before any training, but with a network's learnt numbers and statistics from a file, under the
  /// names that the state has them by; what else is there is left alone.
  ///
  /// Throws `StateError` if one is missing or of another shape, and `ArrayFileError`.
  func withWeights(from state: StateReader) throws -> Self
}

extension NetworkMethod {
  /// What a network makes of images: of each tensor that `encode` gives for a batch of them a matrix with a row an image.
  /// Peers encode some of the batches each.
  ///
  /// - Parameters:
  ///   - widths: numbers an image in each of the tensors.
  ///   - watch: is told how many images are done.
  /// - Throws: what `encode`, `watch` and the peers throw.
  package func encodedInBatches(
    of batchSize: Int, _ images: ImageSet, widths: [Int], watch: Watch, _ encode: (Range<Int>) throws -> [Tensor]
  ) throws -> [Matrix] {
    let starts = Array(stride(from: 0, to: images.count, by: batchSize))
    func batch(_ number: Int) -> Range<Int> { starts[number]..<min(starts[number] + batchSize, images.count) }
    let total = widths.reduce(0, +)
    func length(_ number: Int) -> Int { total * batch(number).count }
    // Of every batch the first tensor, then the others.
    let numbers = try trainer.peers.shared(starts.count, length: length) { number in
      try Interruption.check()
      let found = try encode(batch(number)).flatMap(\.scalars)
      try watch(.encoding(done: batch(number).upperBound, count: images.count))
      return found
    }
    return widths.indices.map { tensor in
      let before = widths[..<tensor].reduce(0, +)
      var elements: [Float] = []
      elements.reserveCapacity(images.count * widths[tensor])
      for batch in starts.indices.map(batch) {
        let begin = total * batch.lowerBound + before * batch.count
        elements += numbers[begin..<begin + widths[tensor] * batch.count]
      }
      return Matrix(rows: images.count, columns: widths[tensor], elements: elements)
    }
  }
}

/// A method whose latents are means of Gaussians, one an image.
public protocol EncodingMethod: ClusteringMethod {
  /// μ, the latents, and log σ² of every image, both `[images, latentSize]`; throws what `watch` throws.
  func encoded(_ images: ImageSet, watch: Watch) throws -> (means: Matrix, logVariances: Matrix)
}

/// A method that looks at the pixels themselves: they are its latents, 0 black to 1 white, row by row.
public protocol PixelMethod: ClusteringMethod {
  /// The latents of the images at these places.
  func latents(of images: ImageSet, at places: Range<Int>) -> Matrix
}

/// A method whose clusters are components of a Gaussian mixture over the latents, one or several a cluster.
public protocol MixtureMethod: ClusteringMethod {
  /// Nil before the first fit.
  var mixture: GaussianMixture? { get }
  /// The cluster of each component.
  var clusterOfComponent: [Int] { get }
}

/// A method that trains by expectation-maximisation in separate halves: `trainRound` is its M-step.
public protocol AlternatingMethod: MixtureMethod {
  /// The E-step; throws `ClusteringError` if the mixture collapses, and what `watch` throws.
  mutating func expectationStep(on images: ImageSet, watch: Watch) throws -> ExpectationReport
}

/// What an E-step came to.
public struct ExpectationReport: Sendable {
  public let fit: GaussianMixture.Fit
  /// The cluster of each image.
  public let assignments: [Int]

  public init(fit: GaussianMixture.Fit, assignments: [Int]) {
    (self.fit, self.assignments) = (fit, assignments)
  }
}

/// A method that can train with more components than there are clusters, and merge them.
public protocol MergingMethod: MixtureMethod {
  /// Mixture components in training, at least `clusterCount`.
  var componentCount: Int { get }

  /// Merges the components down to `clusterCount` without labels; training goes on with as many as clusters.
  ///
  /// Throws if there is no mixture or nothing to merge, and what `watch` throws.
  mutating func mergeComponents(
    by criterion: MergeCriterion, on images: ImageSet, watch: Watch
  ) throws -> MergeReport
}

/// What a merge of components did.
public struct MergeReport: Sendable {
  /// The criterion that decided.
  public let criterion: MergeCriterion
  /// The cluster of each of the former components.
  public let groups: [Int]
  /// How alike the partitions by the different criteria are, 0...1: a label-free sign of trouble when low.
  public let agreement: Double

  public init(criterion: MergeCriterion, groups: [Int], agreement: Double) {
    (self.criterion, self.groups, self.agreement) = (criterion, groups, agreement)
  }
}

/// A method whose clusters can be joined and split one by one.
///
/// Both change which clusters there are now. Whether that stays in later rounds is the method's: one that finds its
/// clusters anew in a round looks for as many as there are then.
public protocol RegroupingMethod: ClusteringMethod {
  /// Makes one cluster of some, two at least, each named once; it has the smallest of their numbers, and those above a
  /// number that is gone move down (`clusterNumbers`). Gives the cluster of each image.
  ///
  /// Traps if there are no such clusters; throws before there are any, and what `watch` throws.
  mutating func joinClusters(_ clusters: [Int], on images: ImageSet, watch: Watch) throws -> [Int]

  /// Makes two of a cluster: the half of more images keeps the number, the other has the last one. Gives the cluster of
  /// each image.
  ///
  /// Traps if there is no such cluster; throws before there are any, `MethodError.indivisible` if its images do not lie
  /// at two places at least, and what `watch` throws.
  mutating func splitCluster(_ cluster: Int, on images: ImageSet, watch: Watch) throws -> [Int]
}

extension RegroupingMethod {
  /// Throws `MethodError.indivisible` unless the latents of the images in `cluster` are at two places at least.
  public func requireDivisible(_ cluster: Int, _ latents: Matrix, assignments: [Int]) throws {
    precondition((0..<clusterCount).contains(cluster), "there are \(clusterCount) clusters, not \(cluster)")
    let members = assignments.indices.filter { assignments[$0] == cluster }
    guard let first = members.first, members.contains(where: { latents.row($0) != latents.row(first) }) else {
      throw MethodError.indivisible(cluster: cluster, images: members.count)
    }
  }
}

/// A method that can judge how many clusters there are.
public protocol CountingMethod: ClusteringMethod {
  /// Whether it does so each time it groups images anew; until then there are `clusterCount` of them for the time being.
  var findsClusterCount: Bool { get }

  /// Begins to do so; throws what in its settings stands against it.
  mutating func findClusterCount() throws
}

/// A method that draws new images of its clusters.
public protocol DrawingMethod: ClusteringMethod {
  /// The share of a cluster: its weight in a mixture, or of the images trained on.
  func weight(ofCluster cluster: Int) -> Double
  /// So many images of each cluster in `clusters`, those of a cluster following one another.
  ///
  /// They depend on the method, `number` (which call this is), the cluster and their position alone. Throws before there
  /// are clusters, and what `afterStep` throws (called with steps done and asked).
  func samples(
    counts: [Int], of clusters: [Int], options: SamplingOptions, number: Int, afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet
  /// Steps that drawing with these options takes.
  func stepCount(_ options: SamplingOptions) -> Int
}

extension DrawingMethod {
  /// As many images of each cluster.
  public func samples(
    perCluster: Int, clusters: [Int], options: SamplingOptions, number: Int = 0,
    afterStep: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> ImageSet {
    try samples(
      counts: clusters.map { _ in perCluster }, of: clusters, options: options, number: number, afterStep: afterStep)
  }
}

/// A method that gives an image back from its latent.
public protocol ReconstructingMethod: DrawingMethod {
  /// What the latents of `images` still know of them; errors as in `samples`.
  func reconstructions(
    of images: ImageSet, options: SamplingOptions, afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet
}

extension MixtureMethod {
  /// The share of a cluster in the mixture: its components' weights.
  public func weight(ofCluster cluster: Int) -> Double {
    guard let mixture else { return 0 }
    return clusterOfComponent.indices.reduce(0) { sum, component in
      clusterOfComponent[component] == cluster ? sum + mixture.mixingWeights[component] : sum
    }
  }

  /// Of each component the rows of `points` nearest to its mean, nearest first, at most `count`: by the Mahalanobis
  /// distance, in which each latent counts in its own standard deviations. Throws before there is a mixture.
  public func nearestToComponents(ofLatents points: Matrix, count: Int) throws -> [[Int]] {
    try requireClusters(for: "a component's centre")
    guard let mixture else { preconditionFailure("\(name) has clusters without a mixture") }
    let squares = try mixture.squaredDistances(of: points)
    return try Parallel.interruptibleMap(mixture.componentCount) { component in
      let distances = (0..<points.rows).map { squares[$0, component] }
      // Among equals the first image.
      return Array(distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(count))
    }
  }
}
