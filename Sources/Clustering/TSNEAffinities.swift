import ElementaryFunctions
import Interruptions
import TensorEngine

/// The joint probabilities P that t-SNE embeds: a sparse symmetric matrix, rows compressed, columns ascending.
///
/// van der Maaten and Hinton, "Visualizing Data using t-SNE" (2008), section 3, over the 3·perplexity nearest
/// neighbours as in van der Maaten, "Accelerating t-SNE using Tree-Based Algorithms" (2014).
public struct TSNEAffinities: Sendable, Equatable {
  /// Row i's entries are rowStarts[i]..<rowStarts[i + 1].
  public let rowStarts: [Int64]
  public let columns: [Int32]
  /// p_ij, summing to 1 over the whole matrix.
  public let values: [Double]
  /// The perplexity in use: lower than asked for when there are too few points for it.
  public let perplexity: Double

  public var pointCount: Int { rowStarts.count - 1 }

  /// Affinities of `points` at a perplexity, the effective number of neighbours, of at most (n − 1)/3.
  ///
  /// Throws `ClusteringError` if there are fewer than 4 points, a coordinate is not finite or the perplexity is
  /// below 1.
  public init(of points: Matrix, perplexity: Double) throws {
    guard points.rows >= 4 else {
      throw ClusteringError.tooFewPoints(found: points.rows, needed: 4, purpose: "t-SNE")
    }
    guard perplexity >= 1 && perplexity.isFinite else {
      throw ClusteringError.invalidOption(name: "perplexity", found: "\(perplexity)", expected: "1 or more")
    }
    try points.requireFinite()
    let used = min(perplexity, Double(points.rows - 1) / 3)
    let neighbours = try NearestNeighbours(within: points, count: min(points.rows - 1, Int(3 * used)))
    try self.init(neighbours: neighbours, pointCount: points.rows, perplexity: used)
  }

  private init(neighbours: NearestNeighbours, pointCount n: Int, perplexity: Double) throws(Interrupted) {
    let k = neighbours.count
    let conditional = try Parallel.interruptibleMap(n) { row in
      Self.conditionalProbabilities(
        squaredDistances: neighbours.squaredDistances[row * k..<(row + 1) * k], perplexity: perplexity)
    }
    // The transpose by counting: visiting rows in order leaves each transposed row's columns ascending.
    var incoming = [[(column: Int32, value: Double)]](repeating: [], count: n)
    for row in 0..<n {
      for (neighbour, value) in zip(neighbours.indices(ofRow: row), conditional[row]) {
        incoming[Int(neighbour)].append((Int32(row), value))
      }
    }
    let received = incoming
    let rows = try Parallel.interruptibleMap(n) { row in
      let own = zip(neighbours.indices(ofRow: row), conditional[row]).map { (column: $0, value: $1) }
        .sorted { $0.column < $1.column }
      return Self.merged(own, received[row])
    }
    // Each p_j|i sums to 1 over j, so P + Pᵀ sums to 2n.
    let scale = 1 / Double(2 * n)
    var starts: [Int64] = [0]
    for row in rows { starts.append(starts.last! + Int64(row.count)) }
    self.rowStarts = starts
    self.columns = rows.flatMap { $0.map(\.column) }
    self.values = rows.flatMap { $0.map { $0.value * scale } }
    self.perplexity = perplexity
  }

  /// p_j|i ∝ exp(−β d²), β found by bisection such that the entropy is log(perplexity).
  static func conditionalProbabilities(squaredDistances: ArraySlice<Double>, perplexity: Double) -> [Double] {
    let target = log(perplexity)
    // Relative to the nearest, so that the largest term is 1; in units of the mean, so that β is of order 1.
    let nearest = squaredDistances.min() ?? 0
    let excess = squaredDistances.map { $0 - nearest }
    let mean = excess.reduce(0, +) / Double(excess.count)
    guard mean > 0 else { return excess.map { _ in 1 / Double(excess.count) } }
    let distances = excess.map { $0 / mean }
    var beta = 1.0
    var low = 0.0
    var high = Double.infinity
    var weights = distances
    var sum = 1.0
    for _ in 0..<100 {
      sum = 0
      var weighted = 0.0
      for (index, distance) in distances.enumerated() {
        let weight = exp(-beta * distance)
        weights[index] = weight
        sum += weight
        weighted += weight * distance
      }
      let entropy = log(sum) + beta * weighted / sum
      if abs(entropy - target) < 1e-9 { break }
      if entropy > target {
        low = beta
        beta = high.isInfinite ? beta * 2 : (low + high) / 2
      } else {
        high = beta
        beta = (low + high) / 2
      }
    }
    return weights.map { $0 / sum }
  }

  /// The sum of two rows with ascending columns.
  private static func merged(
    _ a: [(column: Int32, value: Double)], _ b: [(column: Int32, value: Double)]
  ) -> [(column: Int32, value: Double)] {
    var sum: [(column: Int32, value: Double)] = []
    sum.reserveCapacity(a.count + b.count)
    var i = 0
    var j = 0
    while i < a.count || j < b.count {
      if j == b.count || (i < a.count && a[i].column < b[j].column) {
        sum.append(a[i])
        i += 1
      } else if i == a.count || b[j].column < a[i].column {
        sum.append(b[j])
        j += 1
      } else {
        sum.append((a[i].column, a[i].value + b[j].value))
        i += 1
        j += 1
      }
    }
    return sum
  }
}
