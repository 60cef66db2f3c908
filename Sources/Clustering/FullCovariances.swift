import CKernels
import ElementaryFunctions
import Interruptions
import TensorEngine

extension GaussianMixture {
  /// What the covariance matrices of a mixture's components may be.
  public enum Covariance: String, CaseIterable, Sendable {
    /// Each coordinate has a variance of its own in each component, and they do not vary together.
    case diagonal
    /// Any symmetric positive definite matrix.
    case full

    /// What the free numbers of each component's covariances are called, and how many there are.
    public func parameters(dimension: Int) -> (name: String, count: Int) {
      switch self {
      case .diagonal: ("variances", dimension)
      case .full: ("covariances", dimension * (dimension + 1) / 2)
      }
    }

    /// Throws `ClusteringError.tooManyCovariances` if the matrices of so many components are more than memory can be
    /// asked for.
    public func requireRoom(componentCount: Int, dimension: Int) throws {
      guard self == .full else { return }
      let (size, overflows) = (componentCount * dimension).multipliedReportingOverflow(by: dimension)
      if overflows || size > FullCovariances.mostElements {
        throw ClusteringError.tooManyCovariances(
          componentCount: componentCount, dimension: dimension, limit: FullCovariances.mostElements)
      }
    }
  }
}

/// The covariance matrices Σ_c of a mixture's components, with what their densities need: of each Cholesky factor L_c,
/// LLᵀ = Σ, the inverse, so that the Mahalanobis distance is |L⁻¹(z − μ)|, and the log-determinant.
public struct FullCovariances: Sendable, Equatable {
  /// Σ_c, one below the other: componentCount·dimension rows.
  public let matrices: Matrix
  /// The inverse factors, packed as the kernel reads them, one after the other.
  private let factors: [Double]
  /// log det Σ_c.
  let logDeterminants: [Double]

  public var dimension: Int { matrices.columns }
  private var packedSize: Int { ck_packed_factor_size(dimension) }
  public var componentCount: Int { logDeterminants.count }

  /// Thrown for a matrix that is none of covariances.
  public struct NotPositiveDefinite: Error, Equatable {
    public let component: Int

    public init(component: Int) { self.component = component }
  }

  /// All matrices of a mixture together hold at most so many numbers: 1 GiB of them.
  static let mostElements = 1 << 27

  /// The lower triangles of `matrices` (componentCount·dimension rows, dimension columns) are read.
  ///
  /// Throws `NotPositiveDefinite`, and `Interrupted`. Takes about dimension³/3 operations a component.
  public init(_ matrices: Matrix) throws {
    let dimension = matrices.columns
    precondition(
      dimension > 0 && matrices.rows % dimension == 0 && matrices.rows > 0,
      "\(matrices.rows)×\(dimension) numbers are no square matrices")
    let count = matrices.rows / dimension
    var symmetric = matrices
    for row in 0..<matrices.rows {
      let i = row % dimension
      for j in 0..<i { symmetric[row - i + j, i] = matrices[row, j] }
    }
    self.matrices = symmetric
    (factors, logDeterminants) = try PointKernels.inverseFactors(symmetric, count: count)
  }

  private init(_ matrices: Matrix, factors: [Double], logDeterminants: [Double]) {
    (self.matrices, self.factors, self.logDeterminants) = (matrices, factors, logDeterminants)
  }

  public static func == (a: FullCovariances, b: FullCovariances) -> Bool { a.matrices == b.matrices }

  /// Σ_c's diagonals, a component a row.
  var variances: Matrix {
    var variances = Matrix(rows: componentCount, columns: dimension)
    for c in 0..<componentCount {
      for j in 0..<dimension { variances[c, j] = matrices[c * dimension + j, j] }
    }
    return variances
  }

  /// Those of some components, in the order given.
  func selecting(_ components: [Int]) -> FullCovariances {
    FullCovariances(
      matrices.selecting(components.flatMap { $0 * dimension..<($0 + 1) * dimension }),
      factors: components.flatMap { factors[$0 * packedSize..<($0 + 1) * packedSize] },
      logDeterminants: components.map { logDeterminants[$0] })
  }

  /// These, then others of the same dimension.
  func appending(_ others: FullCovariances) -> FullCovariances {
    FullCovariances(
      Matrix(
        rows: matrices.rows + others.matrices.rows, columns: dimension,
        elements: matrices.elements + others.matrices.elements),
      factors: factors + others.factors, logDeterminants: logDeterminants + others.logDeterminants)
  }

  /// L_c·n: what makes of independent unit normals n coordinates that vary as Σ_c says.
  func coloured(_ normals: ArraySlice<Double>, by component: Int) -> [Double] {
    // Row i of the packed L⁻¹ lies across a panel; L·n solves L⁻¹·x = n.
    let panel = Int(CK_FACTOR_PANEL)
    var solved: [Double] = []
    var start = component * packedSize
    for (i, normal) in normals.enumerated() {
      if i > 0 && i % panel == 0 { start += panel * min(dimension, i) }
      let lane = start + i % panel
      let rest = solved.indices.reduce(normal) { $0 - factors[lane + $1 * panel] * solved[$1] }
      solved.append(rest / factors[lane + i * panel])
    }
    return solved
  }

  /// Squared Mahalanobis distances of the points in `range` to each component's mean: range.count by components.
  func squaredDistances(_ points: Matrix, _ range: Range<Int>, to means: Matrix) -> [Double] {
    PointKernels.whitenedSquares(points, range, to: means, factors: factors)
  }
}

extension PointKernels {
  /// Points whose distances by full matrices are worked out together: each component's factor passes once for all.
  static let fullBlockSize = 96

  /// |L_c⁻¹(x − μ_c)|² of the points in `range` and all components, given the packed factors.
  static func whitenedSquares(
    _ points: Matrix, _ range: Range<Int>, to means: Matrix, factors: [Double]
  ) -> [Double] {
    let packedSize = ck_packed_factor_size(points.columns)
    precondition(
      factors.count == means.rows * packedSize, "\(factors.count) numbers are not \(means.rows) packed factors")
    precondition(points.columns == means.columns, "points have \(points.columns) columns, means \(means.columns)")
    precondition(range.upperBound <= points.rows, "there are \(points.rows) points, not \(range.upperBound)")
    var squares = [Double](repeating: 0, count: range.count * means.rows)
    guard points.columns > 0 else { return squares }
    var scratch = [Double](
      repeating: 0, count: min(range.count, fullBlockSize) * (points.columns + Int(CK_FACTOR_PANEL)))
    points.elements.withUnsafeBufferPointer { x in
      means.elements.withUnsafeBufferPointer { m in
        factors.withUnsafeBufferPointer { factors in
          squares.withUnsafeMutableBufferPointer { squares in
            for start in stride(from: 0, to: range.count, by: fullBlockSize) {
              for c in 0..<means.rows {
                ck_whitened_squares(
                  x.baseAddress! + (range.lowerBound + start) * points.columns, min(fullBlockSize, range.count - start),
                  points.columns, m.baseAddress! + c * points.columns, factors.baseAddress! + c * packedSize, &scratch,
                  squares.baseAddress! + start * means.rows + c, means.rows)
              }
            }
          }
        }
      }
    }
    return squares
  }

  /// Rows of a scatter matrix that are summed together.
  private static let scatterRows = 96

  /// Σ_i r_ic (x_i − m_c)(x_i − m_c)ᵀ of each component, one below the other; only lower triangles are filled. Every number
  /// is summed over the points in order.
  static func scatter(_ points: Matrix, weights: Matrix, about centres: Matrix) throws(Interrupted) -> Matrix {
    precondition(
      weights.rows == points.rows && weights.columns == centres.rows,
      "\(weights.rows)×\(weights.columns) weights for \(points.rows) points and \(centres.rows) components")
    let dimension = points.columns
    let stripes = (dimension + scatterRows - 1) / scatterRows
    var matrices = Matrix(rows: centres.rows * dimension, columns: dimension)
    guard points.rows > 0 else { return matrices }
    // A component at a time, so that what the stripes become is not there twice.
    for component in 0..<centres.rows {
      // In parts, each a moment's work, and the sums go on from one to the next.
      let partSize = max(1024, (1 << 28) / (scatterRows * dimension))
      var sums = (0..<stripes).map { stripe in
        let first = stripe * scatterRows
        let count = min(scatterRows, dimension - first)
        return [Double](repeating: 0, count: count * ck_scatter_columns(first, count))
      }
      for start in stride(from: 0, to: points.rows, by: partSize) {
        let before = sums
        sums = try Parallel.interruptibleMap(stripes) { stripe in
          let first = stripe * scatterRows
          let count = min(scatterRows, dimension - first)
          var sums = before[stripe]
          var scratch = [Double](
            repeating: 0, count: Int(CK_SCATTER_POINTS) * (ck_scatter_columns(first, count) + count))
          points.elements.withUnsafeBufferPointer { x in
            weights.elements.withUnsafeBufferPointer { w in
              centres.elements.withUnsafeBufferPointer { m in
                ck_weighted_scatter(
                  x.baseAddress! + start * dimension, min(partSize, points.rows - start), dimension,
                  w.baseAddress! + start * centres.rows + component, centres.rows,
                  m.baseAddress! + component * dimension, first, count, &scratch, &sums)
              }
            }
          }
          return sums
        }
      }
      for (stripe, sums) in sums.enumerated() {
        let first = stripe * scatterRows
        let count = min(scatterRows, dimension - first)
        let columns = ck_scatter_columns(first, count)
        for row in 0..<count {
          for column in 0...first + row {
            matrices[component * dimension + first + row, column] = sums[row * columns + column]
          }
        }
      }
    }
    return matrices
  }

  /// The inverses of the Cholesky factors of `count` matrices, packed, and the logarithms of the matrices' determinants.
  ///
  /// Throws `FullCovariances.NotPositiveDefinite` of the first component whose matrix is not, and `Interrupted`.
  static func inverseFactors(
    _ matrices: Matrix, count: Int
  ) throws -> (factors: [Double], logDeterminants: [Double]) {
    let dimension = matrices.columns
    let packedSize = ck_packed_factor_size(dimension)
    var work = matrices.elements
    // So many rows are a moment's work.
    let rows = max(1, (1 << 27) / max(1, dimension * dimension))
    let size = dimension * dimension
    try work.withUnsafeMutableBufferPointer { work in
      nonisolated(unsafe) let start = work.baseAddress!
      for first in stride(from: 0, to: dimension, by: rows) {
        let end = min(first + rows, dimension)
        let reached = try Parallel.interruptibleMap(count) { component in
          ck_cholesky_rows(start + component * size, dimension, first, end)
        }
        if let component = reached.firstIndex(where: { $0 < end }) {
          throw FullCovariances.NotPositiveDefinite(component: component)
        }
      }
      for first in stride(from: 0, to: dimension, by: rows) {
        _ = try Parallel.interruptibleMap(count) { component in
          var scratch = [Double](repeating: 0, count: dimension)
          ck_invert_rows(start + component * size, dimension, first, min(first + rows, dimension), &scratch)
          return true
        }
      }
    }
    let logDeterminants = (0..<count).map { component in
      (0..<dimension).reduce(0.0) { $0 - 2 * log(work[component * size + $1 * (dimension + 1)]) }
    }
    let factors = [Double](unsafeUninitializedCapacity: count * packedSize) { packed, initialised in
      work.withUnsafeBufferPointer { work in
        for component in 0..<count {
          ck_pack_factor(work.baseAddress! + component * size, dimension, packed.baseAddress! + component * packedSize)
        }
      }
      initialised = count * packedSize
    }
    return (factors, logDeterminants)
  }
}
