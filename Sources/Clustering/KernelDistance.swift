import Interruptions
import TensorEngine

/// How far apart two distributions are, of each of which there are samples: the squared maximum mean discrepancy by the
/// kernel k(x, y) = (x·y/d + 1)³ in d dimensions, estimated without bias, so that it may fall below 0.
///
/// Bińkowski, Sutherland, Arbel and Gretton, "Demystifying MMD GANs" (2018), who call it the kernel inception distance
/// where x and y are features of the Inception network.
public struct KernelDistance: Sendable, Equatable {
  /// Σ_{i≠j} k(x_i, x_j)/(m(m − 1)) + Σ_{i≠j} k(y_i, y_j)/(n(n − 1)) − 2 Σ k(x_i, y_j)/(mn).
  public let estimate: Double
  /// By how much that is off, by the jackknife: from the estimates without each tenth of the samples.
  public let standardError: Double

  /// Takes (x + y)²·columns operations. Throws `ClusteringError` if there are fewer than twenty of either, the columns
  /// differ or a coordinate is not finite, and `Interrupted`.
  public init(of x: Matrix, and y: Matrix) throws {
    guard x.columns == y.columns else {
      throw ClusteringError.dimensionMismatch(found: x.columns, expected: y.columns)
    }
    for points in [x, y] {
      guard points.rows >= 2 * Self.partCount else {
        throw ClusteringError.tooFewPoints(
          found: points.rows, needed: 2 * Self.partCount, purpose: "a kernel distance")
      }
      try points.requireFinite()
    }
    let sums = (within: try Self.sums(x), between: try Self.sums(x, y), others: try Self.sums(y))
    let sizes = (x: Self.partSizes(of: x.rows), y: Self.partSizes(of: y.rows))
    /// Without the samples of a part, if one is named.
    func estimate(without left: Int?) -> Double {
      let kept = (0..<Self.partCount).filter { $0 != left }
      func total(_ sums: Matrix) -> Double { kept.reduce(0) { a, p in a + kept.reduce(0) { $0 + sums[p, $1] } } }
      let m = Double(kept.reduce(0) { $0 + sizes.x[$1] })
      let n = Double(kept.reduce(0) { $0 + sizes.y[$1] })
      return total(sums.within) / (m * (m - 1)) + total(sums.others) / (n * (n - 1)) - 2 * total(sums.between) / (m * n)
    }
    self.estimate = estimate(without: nil)
    let others = (0..<Self.partCount).map { estimate(without: $0) }
    let count = Double(Self.partCount)
    let mean = others.reduce(0, +) / count
    standardError = (others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * (count - 1) / count).squareRoot()
  }

  /// Parts of the samples, of which each is left out once: every tenth, for samples come in the order of their clusters.
  private static let partCount = 10

  private static func partSizes(of count: Int) -> [Int] {
    (0..<partCount).map { (count - $0 + partCount - 1) / partCount }
  }

  /// Σ k(x_i, y_j) over the i of a part (rows) and the j of a part (columns); without other points Σ_{i≠j} k(x_i, x_j).
  private static func sums(_ x: Matrix, _ others: Matrix? = nil) throws(Interrupted) -> Matrix {
    let y = others ?? x
    let isSame = others == nil
    let scale = 1 / Double(max(1, x.columns))
    let origin = Matrix(rows: 1, columns: x.columns)
    let lengths = PointKernels.squaredDistances(y, 0..<y.rows, to: origin)
    let parts = try PointKernels.mapBlocks(of: x.rows, size: 32) { range in
      let own = PointKernels.squaredDistances(x, range, to: origin)
      let squares = PointKernels.squaredDistances(x, range, to: y)
      var sums = [Double](repeating: 0, count: partCount * partCount)
      for (place, i) in range.enumerated() {
        let row = i % partCount * partCount
        for j in 0..<y.rows where !(isSame && i == j) {
          let product = (own[place] + lengths[j] - squares[place * y.rows + j]) / 2
          let base = product * scale + 1
          sums[row + j % partCount] += base * base * base
        }
      }
      return sums
    }
    var total = Matrix(rows: partCount, columns: partCount)
    for part in parts {
      for p in 0..<partCount {
        for q in 0..<partCount { total[p, q] += part[p * partCount + q] }
      }
    }
    return total
  }
}
