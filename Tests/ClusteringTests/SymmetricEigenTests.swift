import Clustering
import TensorEngine
import TestSupport
import Testing

@Suite struct SymmetricEigenTests {
  /// A symmetric matrix of normals.
  private func symmetric(_ n: Int) -> Matrix {
    let normals = fixedNormals([n, n], "symmetric").scalars.map(Double.init)
    return Matrix(rows: n, columns: n, elements: (0..<n * n).map { normals[$0] + normals[$0 % n * n + $0 / n] })
  }

  /// V·diag(values)·Vᵀ with V from the eigenvectors of another matrix.
  private func matrix(withValues values: [Double]) -> Matrix {
    let n = values.count
    let vectors = SymmetricEigen(of: symmetric(n)).vectors
    return Matrix(
      rows: n, columns: n,
      elements: (0..<n * n).map { index in
        (0..<n).reduce(0) { $0 + values[$1] * vectors[$1][index / n] * vectors[$1][index % n] }
      })
  }

  private func check(_ matrix: Matrix, _ eigen: SymmetricEigen) {
    let n = matrix.rows
    let scale = max(1e-300, matrix.elements.map(abs).max()! * Double(n))
    #expect(eigen.values.count == n && eigen.vectors.count == n)
    #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 >= $1 })
    for (k, vector) in eigen.vectors.enumerated() {
      for i in 0..<n {
        let image = (0..<n).reduce(0) { $0 + matrix[i, $1] * vector[$1] }
        #expect(abs(image - eigen.values[k] * vector[i]) < 1e-14 * scale)
      }
      for other in 0...k {
        let product = zip(vector, eigen.vectors[other]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (other == k ? 1 : 0)) < 1e-13)
      }
      #expect(vector.max { abs($0) < abs($1) }! > 0)
    }
  }

  @Test(arguments: [1, 2, 3, 10, 40, 100]) func vectorsAreTurnedIntoTheirMultiples(n: Int) {
    let matrix = symmetric(n)
    check(matrix, SymmetricEigen(of: matrix))
  }

  /// Where values coincide any basis of their space would do, and kernel sets give different ones.
  @Test(
    arguments: [
      [0, 0, 0, 0], [1, 1, 1, 1, 1], [5, 5, 2, 2, 2, 0], [1, 1 + 1e-9, 1 - 1e-9, 0.5], [3, 2, 0, 0, 0, 0, 0],
      [2, -2, 1, -1, 0], [1e200, 1e200, 1], [1e-200, 1e-200],
    ] as [[Double]]) func equalValues(values: [Double])
  {
    let matrix = matrix(withValues: values)
    let eigen = SymmetricEigen(of: matrix)
    check(matrix, eigen)
    let scale = values.map(abs).max()!
    for (found, wanted) in zip(eigen.values, values.sorted(by: >)) { #expect(abs(found - wanted) <= 1e-12 * scale) }
  }

  /// Of a matrix that is diagonal already, whose eigenvectors are the axes.
  @Test func axes() {
    let values = [3.0, -1, 7, 0.5]
    var matrix = Matrix(rows: 4, columns: 4)
    for (i, value) in values.enumerated() { matrix[i, i] = value }
    let eigen = SymmetricEigen(of: matrix)
    for (found, wanted) in zip(eigen.values, [7, 3, 0.5, -1]) { #expect(abs(found - wanted) < 1e-14) }
    for (vector, axis) in zip(eigen.vectors, [2, 0, 3, 1]) { #expect(abs(vector[axis] - 1) < 1e-14) }
  }

  /// The same on every machine, for any of OpenBLAS's kernel sets: CI runs this under several.
  @Test func bits() {
    let eigen = SymmetricEigen(of: symmetric(40))
    let equal = SymmetricEigen(of: matrix(withValues: [2, 2, 2, 1, 1, 0]))
    #expect(checksum(eigen.values + eigen.vectors.joined()) == 15_514_909_194_773_169_375)
    #expect(checksum(equal.values + equal.vectors.joined()) == 8_091_192_883_322_273_328)
  }
}
