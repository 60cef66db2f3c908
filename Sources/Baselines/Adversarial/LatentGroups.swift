import Clustering
import ClusteringMethods
import TensorEngine

/// Clusters that k-means found among latents, with the share of the images trained on that each holds.
struct LatentGroups: StateValue {
  /// Spherical Gaussians of one width about the centres, whose limit k-means is.
  let mixture: GaussianMixture
  let shares: [Double]

  /// Throws what `watch` throws, and `ClusteringError` for fewer latents than clusters.
  static func fitted(
    to latents: Matrix, count: Int, restarts: Int, random: RandomSource, watch: Watch
  ) throws -> LatentGroups {
    var interruption: (any Error)?
    let found = try KMeans.fit(
      latents, clusterCount: count,
      options: KMeans.Options(maximumIterations: 300, tolerance: 1e-4, restarts: restarts), random: random
    ) { _ in
      do { try watch(.fitting("k-means")) } catch { interruption = error }
      return interruption == nil
    }
    if let interruption { throw interruption }
    var sizes = [Double](repeating: 0, count: count)
    for cluster in found.assignments { sizes[cluster] += 1 }
    return LatentGroups(
      mixture: GaussianMixture(
        spherical: found.centroids, variance: found.inertia / Double(latents.rows * latents.columns)),
      shares: sizes.map { $0 / Double(latents.rows) })
  }

  /// The nearest centre's number, of each row.
  func assignments(of latents: Matrix) throws -> [Int] {
    try KMeans.assignments(of: latents, to: mixture.means)
  }

  /// The class of each cluster, where the last `count` numbers of a latent are the probabilities of as many classes: of
  /// all pairs the likeliest is matched first, each class once.
  func classes(inLast count: Int) -> [Int] {
    let means = mixture.means
    var classes = [Int](repeating: 0, count: count)
    var (clusters, left) = (Set(0..<count), Set(0..<count))
    while !clusters.isEmpty {
      // In order, so that what is equal falls to the first.
      var best: (cluster: Int, kind: Int, mean: Double)?
      for cluster in clusters.sorted() {
        for kind in left.sorted() {
          let mean = means[cluster, means.columns - count + kind]
          if mean > best?.mean ?? -.infinity { best = (cluster, kind, mean) }
        }
      }
      let (cluster, kind) = (best?.cluster ?? clusters.min()!, best?.kind ?? left.min()!)
      classes[cluster] = kind
      clusters.remove(cluster)
      left.remove(kind)
    }
    return classes
  }

  func require(count: Int, of size: Int, _ name: String, _ state: StateReader) throws {
    try state.requireCentres(mixture.means, "\(name).means", count: count, of: size, "numbers")
    try state.require(
      shares.count == count && shares.allSatisfy { $0 >= 0 }, "\(name).shares", "\(count) shares", found: shares.count)
  }

  func save(as name: String, to state: inout StateWriter) {
    mixture.save(as: name, to: &state)
    state.add("\(name).shares", shares)
  }

  init(_ name: String, from state: StateReader) throws {
    self.init(mixture: try GaussianMixture(name, from: state), shares: try state.numbers("\(name).shares"))
  }

  private init(mixture: GaussianMixture, shares: [Double]) { (self.mixture, self.shares) = (mixture, shares) }
}
