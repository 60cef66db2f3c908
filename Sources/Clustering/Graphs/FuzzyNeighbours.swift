import ElementaryFunctions
import Interruptions
import TensorEngine

/// How strongly UMAP takes each point's neighbours to be its own: exp(−(d − ρ)/σ), at most 1, where ρ is the distance of
/// the nearest one and σ such that the strengths have a given sum.
///
/// McInnes, Healy and Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction"
/// (arXiv 1802.03426), section 3.1 and algorithms 2 and 3, with umap-learn's constants.
enum FuzzyNeighbours {
  private static let tolerance = 1e-5
  /// σ is at least this share of the mean distance.
  private static let leastScale = 1e-3

  /// The strength of each neighbour in `neighbours`.
  static func strengths(of neighbours: NearestNeighbours) throws(Interrupted) -> [Double] {
    let k = neighbours.count
    let n = neighbours.indices.count / k
    let distances = neighbours.squaredDistances.map { $0.squareRoot() }
    // Over the point itself too, as umap-learn has it among its neighbours.
    let meanOfAll = distances.reduce(0, +) / Double(n * (k + 1))
    let blocks = try PointKernels.mapBlocks(of: n) { range in
      range.flatMap { row -> [Double] in
        let own = distances[row * k..<(row + 1) * k]
        // Copies of a point are as near as can be, whatever comes after them.
        let nearest = own.first { $0 > 0 } ?? 0
        let mean = nearest > 0 ? own.reduce(0, +) / Double(k + 1) : meanOfAll
        return strengths(
          of: own.map { $0 - nearest }, target: log(Double(k + 1)) / log(2), least: leastScale * mean)
      }
    }
    return blocks.flatMap { $0 }
  }

  /// The strengths of points near one that was not among those of the graph: the same without ρ, so that a nearer one
  /// always counts for more.
  static func strengths(ofSquaredDistances squared: ArraySlice<Double>) -> [Double] {
    let distances = squared.map { $0.squareRoot() }
    let mean = distances.reduce(0, +) / Double(max(distances.count, 1))
    return strengths(
      of: distances, target: log(Double(distances.count)) / log(2), least: leastScale * mean)
  }

  /// exp(−d/σ) of each distance, 1 where it is not positive, with σ by bisection such that their sum is `target`.
  private static func strengths(of distances: [Double], target: Double, least: Double) -> [Double] {
    var low = 0.0
    var high = Double.infinity
    var sigma = 1.0
    for _ in 0..<64 {
      let sum = distances.reduce(0) { $0 + ($1 > 0 ? exp(-$1 / sigma) : 1) }
      if abs(sum - target) < tolerance { break }
      if sum > target {
        high = sigma
        sigma = (low + high) / 2
      } else {
        low = sigma
        sigma = high.isInfinite ? sigma * 2 : (low + high) / 2
      }
    }
    sigma = max(sigma, least)
    return distances.map { $0 > 0 && sigma > 0 ? exp(-$0 / sigma) : 1 }
  }
}

extension SymmetricGraph {
  /// UMAP's graph: the probability that at least one of two points has the other for a neighbour, a + b − a·b.
  package init(fuzzy neighbours: NearestNeighbours) throws(Interrupted) {
    try self.init(neighbours, strengths: FuzzyNeighbours.strengths(of: neighbours)) { $0 + $1 - $0 * $1 }
  }
}
