import Clustering
import TensorEngine

/// Which images stand for a cluster, and of which the model is unsure.
extension ClusteringModel {
  /// p(cluster | latent) of every row of `points`, `[points, clusters]`: the sum over each cluster's components.
  ///
  /// Throws `ModelError.noMixture` before the first E-step.
  public func clusterProbabilities(ofLatents points: Matrix) throws -> Matrix {
    guard let mixture else { throw ModelError.noMixture(action: "a cluster's probability") }
    return mixture.responsibilities(of: points).summed(by: clusterOfComponent, count: configuration.clusterCount)
  }

  /// Of each component the rows of `points` nearest to its mean, nearest first, at most `count`: by the Mahalanobis
  /// distance, in which each latent counts in its own standard deviations.
  ///
  /// Throws `ModelError.noMixture` before the first E-step.
  public func nearestToComponents(ofLatents points: Matrix, count: Int) throws -> [[Int]] {
    guard let mixture else { throw ModelError.noMixture(action: "a component's centre") }
    return Parallel.map(mixture.componentCount) { component in
      let distances = (0..<points.rows).map { row in
        (0..<points.columns).reduce(0.0) { sum, column in
          let difference = points[row, column] - mixture.means[component, column]
          return sum + difference * difference / mixture.variances[component, column]
        }
      }
      // Among equals the first image.
      return Array(distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(count))
    }
  }
}
