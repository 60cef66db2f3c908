import CKernels
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
  /// Subspace iteration with Rayleigh-Ritz projection (Saad, "Numerical Methods for Large Eigenvalue Problems"),
  /// which never forms the covariance matrix: images of any size will do. Throws `ClusteringError` if there are
  /// fewer than two points or a coordinate is not finite.
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
    // More directions than asked for: convergence then depends on a far smaller variance.
    let width = min(count + 8, points.columns)
    var basis = (0..<width).map { Self.randomDirection($0, columns: points.columns) }
    Self.orthonormalise(&basis)
    var values: [Double] = []
    for _ in 0..<Self.maximumIterations {
      var images = Self.scatterProduct(points, mean: mean, directions: basis)
      let projected = (0..<width).map { i in (0..<width).map { dot(basis[i], images[$0]) } }
      let (eigenvalues, rotation) = symmetricEigen(projected)
      basis = Self.rotated(basis, by: rotation)
      images = Self.rotated(images, by: rotation)
      values = eigenvalues
      var residual = 0.0
      for k in 0..<count {
        for j in 0..<points.columns {
          let error = images[k][j] - eigenvalues[k] * basis[k][j]
          residual += error * error
        }
      }
      if residual.squareRoot() <= Self.tolerance * max(eigenvalues[0], 0) { break }
      basis = images
      Self.orthonormalise(&basis)
    }
    self.mean = mean
    self.variances = values.prefix(count).map { max(0, $0) / Double(points.rows - 1) }
    self.directions = Matrix(
      rows: count, columns: points.columns,
      elements: basis.prefix(count).flatMap { direction -> [Double] in
        let leading = direction.indices.max { abs(direction[$0]) < abs(direction[$1]) }!
        return direction[leading] < 0 ? direction.map { -$0 } : direction
      })
  }

  /// The coordinates of `points` along the directions, about the mean.
  public func projections(of points: Matrix) -> Matrix {
    precondition(points.columns == mean.count, "\(points.columns) columns against \(mean.count)")
    let parts = PointKernels.mapBlocks(of: points.rows) { range in
      range.flatMap { row in
        let centred = zip(points.row(row), mean).map { $0 - $1 }
        return (0..<directions.rows).map { k in
          zip(centred, directions.row(k)).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
    }
    return Matrix(rows: points.rows, columns: directions.rows, elements: parts.flatMap { $0 })
  }

  private static let maximumIterations = 300
  private static let tolerance = 1e-9

  private static func randomDirection(_ index: Int, columns: Int) -> [Double] {
    RandomSource(seed: 0).derived("principal components").derived(index).normals(count: columns).map(Double.init)
  }

  /// Gram-Schmidt, twice over; a direction that the ones before it span is replaced by a random one.
  private static func orthonormalise(_ basis: inout [[Double]]) {
    for k in basis.indices {
      var attempt = 0
      while true {
        let before = dot(basis[k], basis[k]).squareRoot()
        for _ in 0..<2 {
          for earlier in 0..<k {
            let overlap = dot(basis[k], basis[earlier])
            for j in basis[k].indices { basis[k][j] -= overlap * basis[earlier][j] }
          }
        }
        let length = dot(basis[k], basis[k]).squareRoot()
        if length > 1e-10 * before {
          for j in basis[k].indices { basis[k][j] /= length }
          break
        }
        attempt += 1
        basis[k] = randomDirection(basis.count * attempt + k, columns: basis[k].count)
      }
    }
  }

  private static func rotated(_ rows: [[Double]], by rotation: [[Double]]) -> [[Double]] {
    rotation.map { weights in
      var sum = [Double](repeating: 0, count: rows[0].count)
      for (weight, row) in zip(weights, rows) {
        for j in sum.indices { sum[j] += weight * row[j] }
      }
      return sum
    }
  }

  private static func scatterProduct(_ points: Matrix, mean: [Double], directions: [[Double]]) -> [[Double]] {
    let flat = directions.flatMap { $0 }
    let parts = PointKernels.mapBlocks(of: points.rows) { range in
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

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

/// Eigenvalues, falling, and unit eigenvectors (rows) of a small symmetric matrix, by cyclic Jacobi rotations.
func symmetricEigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
  let n = matrix.count
  var a = matrix
  var vectors = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0.0 } }
  for _ in 0..<60 {
    var off = 0.0
    var diagonal = 0.0
    for i in 0..<n {
      diagonal += a[i][i] * a[i][i]
      for j in 0..<i { off += a[i][j] * a[i][j] }
    }
    if off <= 1e-30 * diagonal { break }
    for p in 0..<n {
      for q in p + 1..<max(n, p + 1) where a[p][q] != 0 {
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
        let cosine = 1 / (t * t + 1).squareRoot()
        let sine = t * cosine
        for k in 0..<n {
          (a[k][p], a[k][q]) = (cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q])
        }
        for k in 0..<n {
          (a[p][k], a[q][k]) = (cosine * a[p][k] - sine * a[q][k], sine * a[p][k] + cosine * a[q][k])
          (vectors[p][k], vectors[q][k]) = (
            cosine * vectors[p][k] - sine * vectors[q][k], sine * vectors[p][k] + cosine * vectors[q][k]
          )
        }
      }
    }
  }
  let order = (0..<n).sorted { (a[$1][$1], $0) < (a[$0][$0], $1) }
  return (order.map { a[$0][$0] }, order.map { vectors[$0] })
}
