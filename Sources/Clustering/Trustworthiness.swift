import TensorEngine

/// How far the neighbours seen in an embedding are neighbours in the original space: 1 if all are, about 0.5 for a
/// random embedding.
///
/// 1 − 2/(n·k·(2n − 3k − 1)) Σ_i Σ_{j among i's k nearest in the embedding} max(0, rank of j in the original − k);
/// Venna and Kaski, "Neighborhood preservation in nonlinear projection methods" (2001), as in scikit-learn. Takes
/// n²·columns operations. Throws `ClusteringError.tooFewPoints` unless there are more than twice as many points as
/// neighbours, and `notFinite` if a coordinate is not finite.
public func trustworthiness(of embedding: Matrix, for points: Matrix, neighbourCount: Int = 12) throws -> Double {
  precondition(embedding.rows == points.rows, "\(embedding.rows) embedded points for \(points.rows) points")
  guard neighbourCount >= 1 else {
    throw ClusteringError.invalidOption(name: "neighbourCount", found: "\(neighbourCount)", expected: "at least 1")
  }
  let n = points.rows
  let k = neighbourCount
  guard n > 2 * k else {
    throw ClusteringError.tooFewPoints(
      found: n, needed: 2 * k + 1, purpose: "trustworthiness over \(k) neighbours")
  }
  try points.requireFinite()
  try embedding.requireFinite()
  let neighbours = try NearestNeighbours(within: embedding, count: k)
  // Whole numbers, so the sum does not depend on its order.
  let excesses = try PointKernels.mapBlocks(of: n, size: 64) { range -> Int in
    let distances = PointKernels.squaredDistances(points, range, to: points)
    var excess = 0
    for (position, row) in range.enumerated() {
      let own = distances[position * n..<(position + 1) * n]
      let seen = neighbours.indices(ofRow: row).map { (distance: own[own.startIndex + Int($0)], index: Int($0)) }
        .sorted { $0 < $1 }
      // How many points come before each seen neighbour, but after the one before it.
      var between = [Int](repeating: 0, count: k + 1)
      var index = 0
      for distance in own {
        if index != row && distance <= seen[k - 1].distance {
          between[seen.firstIndex { (distance, index) <= $0 } ?? k] += 1
        }
        index += 1
      }
      var rank = 0
      for place in 0..<k {
        rank += between[place]
        excess += max(0, rank - k)
      }
    }
    return excess
  }
  let scale = 2 / (Double(n) * Double(k) * Double(2 * n - 3 * k - 1))
  return 1 - scale * Double(excesses.reduce(0, +))
}
