import Interruptions
import TensorEngine

/// The eigenvectors of largest eigenvalue of a symmetric matrix without negative ones, of which only products are asked:
/// subspace iteration with Rayleigh-Ritz projection (Saad, "Numerical Methods for Large Eigenvalue Problems").
package struct LeadingEigenvectors {
  /// Falling; a few more than asked for, the last of them less exact. Empty without iterations.
  package let values: [Double]
  /// Orthogonal vectors, one a row, in the order of the values.
  package let vectors: [[Double]]

  /// - Parameters:
  ///   - dimension: the matrix's rows.
  ///   - count: eigenvectors that must be exact, at most `dimension`.
  ///   - product: the matrix times each of some vectors.
  ///
  /// Throws `Interrupted` once there is a wish to end.
  init(dimension: Int, count: Int, product: ([[Double]]) throws(Interrupted) -> [[Double]]) throws(Interrupted) {
    // More directions than asked for: convergence then depends on a far smaller eigenvalue.
    let width = min(count + 8, dimension)
    var basis = (0..<width).map { fixedDirection($0, count: dimension) }
    orthonormalise(&basis)
    var values: [Double] = []
    for _ in 0..<Self.maximumIterations {
      var images = try product(basis)
      let projected = (0..<width).map { i in (0..<width).map { dot(basis[i], images[$0]) } }
      let (eigenvalues, rotation) = jacobiEigen(projected)
      basis = rotated(basis, by: rotation)
      images = rotated(images, by: rotation)
      values = eigenvalues
      var residual = 0.0
      for k in 0..<count {
        for j in 0..<dimension {
          let error = images[k][j] - eigenvalues[k] * basis[k][j]
          residual += error * error
        }
      }
      if residual.squareRoot() <= Self.tolerance * max(eigenvalues[0], 0) { break }
      basis = images
      orthonormalise(&basis)
    }
    self.values = values
    vectors = basis
  }

  /// Of a matrix that is there whole.
  package init(of matrix: Matrix, count: Int) throws(Interrupted) {
    precondition(matrix.rows == matrix.columns, "a matrix of \(matrix.rows)×\(matrix.columns) is not symmetric")
    let rows = (0..<matrix.rows).map { Array(matrix.row($0)) }
    try self.init(dimension: matrix.rows, count: count) { vectors throws(Interrupted) in
      try Interruption.check()
      let products = Parallel.map(rows.count) { row in vectors.map { dot(rows[row], $0) } }
      return vectors.indices.map { vector in products.map { $0[vector] } }
    }
  }

  private static let maximumIterations = 300
  private static let tolerance = 1e-9
}
