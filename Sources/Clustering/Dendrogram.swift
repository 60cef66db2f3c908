import ElementaryFunctions
import Interruptions

/// A tree of things that join two at a time, the nearest first: agglomerative clustering with average linkage (UPGMA;
/// Sokal and Michener 1958).
public struct Dendrogram: Sendable, Equatable {
  /// Two branches that join.
  public struct Join: Sendable, Equatable {
    /// Below the number of things, one of them; from there on, what an earlier join made. `first` is the smaller.
    public let first: Int
    public let second: Int
    /// The mean distance between the things of the one and those of the other.
    public let height: Double
  }

  /// One fewer than things, by rising height.
  public let joins: [Join]

  /// - Parameter distances: symmetric, finite, `[things, things]`.
  public init(averageLinkageOf distances: Matrix) throws(Interrupted) {
    precondition(
      distances.rows == distances.columns, "\(distances.rows)×\(distances.columns) are no distances between things")
    let count = distances.rows
    var between = distances
    var names = Array(0..<count)
    var sizes = [Double](repeating: 1, count: count)
    var alive = Array(0..<count)
    var joins: [Join] = []
    while alive.count > 1 {
      try Interruption.check()
      var best = (a: alive[0], b: alive[1])
      for (place, a) in alive.enumerated() {
        for b in alive[(place + 1)...] where between[a, b] < between[best.a, best.b] { best = (a, b) }
      }
      let (a, b) = best
      let (first, second) = (min(names[a], names[b]), max(names[a], names[b]))
      joins.append(Join(first: first, second: second, height: between[a, b]))
      for other in alive where other != a && other != b {
        let mean = (sizes[a] * between[a, other] + sizes[b] * between[b, other]) / (sizes[a] + sizes[b])
        (between[a, other], between[other, a]) = (mean, mean)
      }
      names[a] = count + joins.count - 1
      sizes[a] += sizes[b]
      alive.removeAll { $0 == b }
    }
    self.joins = joins
  }
}

extension GaussianMixture {
  /// The Bhattacharyya distance of each pair of components: −ln ∫ √(p·q) of their densities, weights left out,
  /// Σ_j [(μ_aj − μ_bj)²/(4(v_aj + v_bj)) + ½ ln((v_aj + v_bj)/(2√(v_aj·v_bj)))]. 0 for equal ones; an overlap of
  /// e^−distance.
  public func bhattacharyyaDistances() throws(Interrupted) -> Matrix {
    var distances = Matrix(rows: componentCount, columns: componentCount)
    for a in 0..<componentCount {
      try Interruption.check()
      for b in 0..<a {
        var sum = 0.0
        for j in 0..<dimension {
          let difference = means[a, j] - means[b, j]
          let (first, second) = (variances[a, j], variances[b, j])
          sum += difference * difference / (4 * (first + second))
          sum += log((first + second) / 2) / 2 - (log(first) + log(second)) / 4
        }
        distances[a, b] = max(sum, 0)
        distances[b, a] = distances[a, b]
      }
    }
    return distances
  }
}
