import CKernels
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
  /// below 1, and what the peers throw, which search for some of the points' neighbours each.
  public init(of points: Matrix, perplexity: Double, peers: any Peers = OnePeer()) throws {
    guard points.rows >= 4 else {
      throw ClusteringError.tooFewPoints(found: points.rows, needed: 4, purpose: "t-SNE")
    }
    guard perplexity >= 1 && perplexity.isFinite else {
      throw ClusteringError.invalidOption(name: "perplexity", found: "\(perplexity)", expected: "1 or more")
    }
    try points.requireFinite()
    let used = min(perplexity, Double(points.rows - 1) / 3)
    let neighbours = try NearestNeighbours(
      within: points, count: min(points.rows - 1, Int(3 * used)), peers: peers)
    try self.init(neighbours: neighbours, pointCount: points.rows, perplexity: used)
  }

  private init(neighbours: NearestNeighbours, pointCount n: Int, perplexity: Double) throws(Interrupted) {
    let k = neighbours.count
    let conditional = try PointKernels.mapBlocks(of: n, size: 64) { range in
      range.flatMap { row in
        Self.conditionalProbabilities(
          squaredDistances: neighbours.squaredDistances[row * k..<(row + 1) * k], perplexity: perplexity)
      }
    }.flatMap { $0 }
    let given = SparseRows(
      starts: (0...n).map { Int64($0 * k) }, columns: neighbours.indices, values: conditional)
    // Each transposed row has its columns ascending, so that twice transposed is sorted.
    let received = given.transposed()
    let own = received.transposed()
    try Interruption.check()
    // Each p_j|i sums to 1 over j, so P + Pᵀ sums to 2n.
    let sum = try own.added(to: received, scale: 1 / Double(2 * n))
    (rowStarts, columns, values) = (sum.starts, sum.columns, sum.values)
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
      var weighted = 0.0
      sum = ck_tsne_weights(distances, distances.count, beta, &weights, &weighted)
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
}

/// A square sparse matrix, a row after the other.
private struct SparseRows: Sendable {
  var starts: [Int64]
  var columns: [Int32]
  var values: [Double]

  private var rowCount: Int { starts.count - 1 }

  private func entries(of row: Int) -> Range<Int> { Int(starts[row])..<Int(starts[row + 1]) }

  /// Its columns as rows, their columns ascending.
  func transposed() -> SparseRows {
    var starts = [Int64](repeating: 0, count: rowCount + 1)
    for column in columns { starts[Int(column) + 1] += 1 }
    for row in 0..<rowCount { starts[row + 1] += starts[row] }
    var next = starts
    var transposed = SparseRows(
      starts: starts, columns: Array(repeating: 0, count: columns.count),
      values: Array(repeating: 0, count: values.count))
    for row in 0..<rowCount {
      for entry in entries(of: row) {
        let column = Int(columns[entry])
        let place = Int(next[column])
        transposed.columns[place] = Int32(row)
        transposed.values[place] = values[entry]
        next[column] += 1
      }
    }
    return transposed
  }

  /// The sum of two matrices whose rows have ascending columns, times `scale`.
  func added(to other: SparseRows, scale: Double) throws(Interrupted) -> SparseRows {
    let blocks = try PointKernels.mapBlocks(of: rowCount) { rows in
      var sum = SparseRows(starts: [], columns: [], values: [])
      let capacity = (rows.isEmpty ? 0 : Int(starts[rows.upperBound] - starts[rows.lowerBound])) * 2
      sum.columns.reserveCapacity(capacity)
      sum.values.reserveCapacity(capacity)
      for row in rows {
        var (i, j) = (entries(of: row), other.entries(of: row))
        while !i.isEmpty || !j.isEmpty {
          let a = i.isEmpty ? Int32.max : columns[i.lowerBound]
          let b = j.isEmpty ? Int32.max : other.columns[j.lowerBound]
          var value = 0.0
          if a <= b {
            value += values[i.lowerBound]
            i = i.dropFirst()
          }
          if b <= a {
            value += other.values[j.lowerBound]
            j = j.dropFirst()
          }
          sum.columns.append(min(a, b))
          sum.values.append(value * scale)
        }
        sum.starts.append(Int64(sum.columns.count))
      }
      return sum
    }
    var sum = SparseRows(starts: [0], columns: [], values: [])
    let count = blocks.reduce(0) { $0 + $1.columns.count }
    sum.columns.reserveCapacity(count)
    sum.values.reserveCapacity(count)
    for block in blocks {
      let before = Int64(sum.columns.count)
      sum.starts += block.starts.map { before + $0 }
      sum.columns += block.columns
      sum.values += block.values
    }
    return sum
  }
}
