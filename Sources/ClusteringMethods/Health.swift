import ArrayFiles
import Clustering
import Images
import TensorEngine

/// What a method can tell of itself after an epoch or round, without labels: facts by which one sees whether the training
/// goes wrong.
public struct Health: Sendable {
  /// The first array of the state with a number in it that is not finite.
  public var brokenArray: String?
  /// The mixture's weights, one a component: the share of the images that each holds. Empty without a mixture.
  public var componentShares: [Double] = []
  /// The same of clusters, each the sum of its components.
  public var clusterWeights: [Double] = []
  /// The variance of each latent over the images, where a network makes them; else empty.
  public var latentVariances: [Double] = []
  /// The two clusters that are most easily mistaken for each other, where there is a mixture.
  public var alike: AlikeClusters?
  /// Where networks train against each other.
  public var adversary: AdversaryHealth?

  public init() {}
}

/// Two clusters, the first the one of the smaller number, and how easily images of one are taken for the other's.
public struct AlikeClusters: Sendable, Equatable {
  public let first: Int
  public let second: Int
  /// Σ_n r_ni r_nj / min(Σ_n r_ni, Σ_n r_nj), the likeness of the merge criterion `demp` (Hennig 2010): 0 apart, at most 1.
  public let overlap: Double

  public init(_ first: Int, _ second: Int, overlap: Double) {
    (self.first, self.second, self.overlap) = (first, second, overlap)
  }

  /// The most alike columns of p(cluster | image); nil if no two of them hold `leastMass` images at least.
  public init?(mostOf probabilities: Matrix, leastMass: Double = 5) {
    let masses = (0..<probabilities.columns).map { column in
      (0..<probabilities.rows).reduce(0) { $0 + probabilities[$1, column] }
    }
    let held = masses.indices.filter { masses[$0] >= leastMass }
    var most: AlikeClusters?
    for (place, first) in held.enumerated() {
      for second in held[(place + 1)...] {
        let shared = (0..<probabilities.rows).reduce(0) { $0 + probabilities[$1, first] * probabilities[$1, second] }
        let overlap = shared / min(masses[first], masses[second])
        if overlap > most?.overlap ?? 0 { most = AlikeClusters(first, second, overlap: overlap) }
      }
    }
    guard let most else { return nil }
    self = most
  }
}

/// How a discriminator and the generator that it judges stand.
public struct AdversaryHealth: Sendable, Equatable {
  /// In how many of the pairs of a real image and a drawn one the discriminator takes the real one to be more real: ½ where
  /// it guesses, 1 where it is never wrong. Nil for a critic by Wasserstein distance, which teaches as well when it is.
  public let separation: Double?
  /// The cluster that most of the images drawn of each of the generator's classes are assigned to; empty where its images
  /// are of no class.
  public let clusterOfClass: [Int]

  public init(separation: Double? = nil, clusterOfClass: [Int]) {
    (self.separation, self.clusterOfClass) = (separation, clusterOfClass)
  }

  /// - Parameters:
  ///   - clustersOfDrawn: the cluster of each drawn image, `perClass` of each class after the other.
  ///   - scores: how real the discriminator takes some real images to be, one at least, and some drawn ones.
  public init(clustersOfDrawn: [Int], perClass: Int, scores: (real: [Float], drawn: [Float])? = nil) {
    let classes = stride(from: 0, to: clustersOfDrawn.count, by: perClass).map { start -> Int in
      var votes: [Int: Int] = [:]
      for cluster in clustersOfDrawn[start..<min(start + perClass, clustersOfDrawn.count)] {
        votes[cluster, default: 0] += 1
      }
      // Of equals the first.
      return votes.keys.sorted().reduce(clustersOfDrawn[start]) { votes[$1]! > votes[$0]! ? $1 : $0 }
    }
    self.init(separation: scores.map { Self.separation($0.real, $0.drawn) }, clusterOfClass: classes)
  }

  /// The share of pairs by ranks (Mann and Whitney 1947): equal scores count half.
  private static func separation(_ real: [Float], _ drawn: [Float]) -> Double {
    let sorted = drawn.sorted()
    func count(_ isBefore: (Float) -> Bool) -> Int {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if isBefore(sorted[middle]) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let wins = real.reduce(0.0) { sum, score in
      sum + Double(count { $0 < score } + count { $0 <= score }) / 2
    }
    return wins / Double(real.count * drawn.count)
  }
}

extension ClusteringMethod {
  /// The first array of what it has learnt with a number in it that is not finite: looked at one at a time, for all that
  /// was learnt need not be in memory twice.
  public var brokenArray: String? { promisedState.first { !$0.isFinite }?.name }

  /// The facts of `Health`, latents and likeness judged by at most 1,000 of the images, evenly spaced.
  ///
  /// Throws what working out latents throws.
  public func health(on images: ImageSet) throws -> Health {
    var health = Health()
    health.brokenArray = brokenArray
    let mixed = self as? any MixtureMethod
    let learnsLatents = self is any PretrainedMethod
    guard health.brokenArray == nil, images.count > 0, learnsLatents || mixed?.mixture != nil else { return health }
    let step = (images.count + 999) / 1000
    let points = try latents(
      of: step == 1 ? images : images.selecting(Array(stride(from: 0, to: images.count, by: step))))
    if learnsLatents { health.latentVariances = points.columnVariances }
    if let mixed, let mixture = mixed.mixture {
      health.componentShares = mixture.mixingWeights
      health.clusterWeights = (0..<clusterCount).map { mixed.weight(ofCluster: $0) }
      health.alike = AlikeClusters(
        mostOf: try mixture.responsibilities(of: points).summed(by: mixed.clusterOfComponent, count: clusterCount))
    }
    return health
  }
}

extension Matrix {
  /// Of each column the mean squared difference from its mean.
  fileprivate var columnVariances: [Double] {
    (0..<columns).map { column in
      let mean = (0..<rows).reduce(0) { $0 + self[$1, column] } / Double(rows)
      return (0..<rows).reduce(0) { sum, row in
        let difference = self[row, column] - mean
        return sum + difference * difference
      } / Double(rows)
    }
  }
}

extension PromisedArray {
  fileprivate var isFinite: Bool {
    guard kind == .float32 || kind == .float64 else { return true }
    return switch array.elements {
    case .float32(let values): values.allSatisfy(\.isFinite)
    case .float64(let values): values.allSatisfy(\.isFinite)
    case .int64, .uint8: true
    }
  }
}
