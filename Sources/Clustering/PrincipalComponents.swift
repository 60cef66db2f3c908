import CKernels
import Interruptions
import TensorEngine

/// The directions in which points vary most.
///
/// Each direction's sign is such that its entry of largest magnitude is positive.
public struct PrincipalComponents: Sendable, Equatable {
  public let mean: [Double]
  /// Unit directions, one a row, by falling variance.
  public let directions: Matrix
  /// The variance along each direction (the sum of squares over n − 1).
  public let variances: [Double]

  /// The first `count` components of `points`, at most as many as there are columns.
  ///
  /// Throws `ClusteringError` if there are fewer than two points or a coordinate is not finite.
  public init(of points: Matrix, count: Int) throws {
    guard points.rows >= 2 else {
      throw ClusteringError.tooFewPoints(found: points.rows, needed: 2, purpose: "principal component analysis")
    }
    guard count >= 1 && count <= points.columns else {
      throw ClusteringError.invalidOption(
        name: "count", found: "\(count)", expected: "between 1 and the \(points.columns) columns")
    }
    try points.requireFinite()
    let mean = points.columnMeans
    let (values, directions) =
      points.columns <= Self.largestScatterMatrix
      ? try Self.decomposed(points, mean: mean) : try Self.iterated(points, mean: mean, count: count)
    self.mean = mean
    self.variances = values.prefix(count).map { max(0, $0) / Double(points.rows - 1) }
    self.directions = Matrix(
      rows: count, columns: points.columns, elements: directions.prefix(count).flatMap(withLeadingEntryPositive))
  }

  /// Columns up to which the scatter matrix is formed and decomposed whole.
  private static let largestScatterMatrix = 128

  private static func decomposed(_ points: Matrix, mean: [Double]) throws(Interrupted) -> ([Double], [[Double]]) {
    let unit = (0..<points.columns).map { i in (0..<points.columns).map { $0 == i ? 1.0 : 0 } }
    let scatter = try scatterProduct(points, mean: mean, directions: unit)
    let eigen = SymmetricEigen(
      of: Matrix(rows: points.columns, columns: points.columns, elements: scatter.flatMap { $0 }))
    return (eigen.values, eigen.vectors)
  }

  /// By products alone, which never form the scatter matrix: images of any size will do.
  private static func iterated(_ points: Matrix, mean: [Double], count: Int) throws(Interrupted) -> (
    [Double], [[Double]]
  ) {
    let leading = try LeadingEigenvectors(dimension: points.columns, count: count) { directions throws(Interrupted) in
      try scatterProduct(points, mean: mean, directions: directions)
    }
    return (leading.values, leading.vectors)
  }

  /// The coordinates of `points` along the directions, about the mean.
  public func projections(of points: Matrix) throws(Interrupted) -> Matrix {
    precondition(points.columns == mean.count, "\(points.columns) columns against \(mean.count)")
    let parts = try PointKernels.mapBlocks(of: points.rows) { range in
      range.flatMap { row in
        let centred = zip(points.row(row), mean).map { $0 - $1 }
        return (0..<directions.rows).map { k in
          zip(centred, directions.row(k)).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
    }
    return Matrix(rows: points.rows, columns: directions.rows, elements: parts.flatMap { $0 })
  }

  /// Σ_i ⟨x_i − mean, v⟩ (x_i − mean) for each direction v.
  static func scatterProduct(_ points: Matrix, mean: [Double], directions: [[Double]]) throws(Interrupted)
    -> [[Double]]
  {
    let flat = directions.flatMap { $0 }
    let parts = try PointKernels.mapBlocks(of: points.rows) { range in
      var product = [Double](repeating: 0, count: flat.count)
      var centred = [Double](repeating: 0, count: points.columns)
      points.elements.withUnsafeBufferPointer { x in
        ck_scatter_product(
          x.baseAddress.map { $0 + range.lowerBound * points.columns }, range.count, points.columns, mean, flat,
          directions.count, &centred, &product)
      }
      return product
    }
    var sum = [Double](repeating: 0, count: flat.count)
    for part in parts {
      for i in sum.indices { sum[i] += part[i] }
    }
    return directions.indices.map { Array(sum[$0 * points.columns..<($0 + 1) * points.columns]) }
  }
}
