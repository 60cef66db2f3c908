import COpenBLAS
import TensorEngine

/// All eigenvalues and eigenvectors of a symmetric matrix: the same bits whichever of its kernel sets OpenBLAS uses.
///
/// LAPACK's eigenvectors are a start only. They differ between kernel sets by rounding, and freely in sign and within
/// the space of equal eigenvalues; so each such space gets the basis that fixed directions have in it, its coordinates
/// are rounded to thousandths, which swallows what is left of the difference, and Jacobi's rotations, in an order of
/// our own, take the nearly diagonal matrix the rest of the way to full precision.
package struct SymmetricEigen {
  /// Falling.
  package let values: [Double]
  /// Unit vectors, one a row, in the order of the values; each one's entry of largest magnitude is positive.
  package let vectors: [[Double]]

  /// Decomposes `matrix`, of which the lower triangle is read; takes about 10·n³ operations.
  package init(of matrix: Matrix) {
    precondition(matrix.rows == matrix.columns, "a matrix of \(matrix.rows)×\(matrix.columns) is not symmetric")
    // In units of a power of two, which rounds nothing, so that no square overflows or vanishes.
    let largest = matrix.elements.reduce(0) { max($0, abs($1)) }
    let unit = largest > 0 ? Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
    let matrix = Matrix(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { $0 / unit })
    let start = Self.start(matrix)
    // The matrix in that basis, B·A·Bᵀ.
    let rows = (0..<matrix.rows).map { i in (0..<matrix.rows).map { matrix[max(i, $0), min(i, $0)] } }
    let images = start.map { vector in rows.map { dot($0, vector) } }
    let projected = start.map { vector in images.map { dot(vector, $0) } }
    let (values, rotation) = jacobiEigen(projected)
    self.values = values.map { $0 * unit }
    vectors = rotated(start, by: rotation).map(withLeadingEntryPositive)
  }

  /// Orthonormal vectors close to the eigenvectors, in no order that counts, the same bits for every kernel set.
  private static func start(_ matrix: Matrix) -> [[Double]] {
    let n = matrix.rows
    var basis: [[Double]] = []
    if let (values, vectors) = lapackEigen(matrix) {
      let scale = max(abs(values.first ?? 0), abs(values.last ?? 0))
      var first = 0
      while first < n {
        var last = first
        while last + 1 < n && values[last + 1] - values[last] <= 1e-7 * scale { last += 1 }
        basis += canonicalBasis(of: Array(vectors[first...last]))
        first = last + 1
      }
    } else {
      basis = (0..<n).map { i in (0..<n).map { $0 == i ? 1 : 0 } }
    }
    var rounded = basis.map { $0.map { ($0 * 1024).rounded() / 1024 } }
    orthonormalise(&rounded)
    return rounded
  }

  /// A basis of the space that `vectors` span which depends on the space alone: fixed directions projected on it.
  private static func canonicalBasis(of vectors: [[Double]]) -> [[Double]] {
    var basis = vectors.indices.map { k in
      let direction = fixedDirection(k, count: vectors[0].count)
      return rotated(vectors, by: [vectors.map { dot($0, direction) }])[0]
    }
    orthonormalise(&basis)
    return basis
  }

  /// LAPACK's eigenvalues, rising, and eigenvectors, a row each; nil if it does not converge.
  private static func lapackEigen(_ matrix: Matrix) -> (values: [Double], vectors: [[Double]])? {
    let n = matrix.rows
    // More threads would cut the work elsewhere.
    openblas_set_num_threads(1)
    // By columns, as Fortran reads it, our lower triangle is its upper one.
    var elements = matrix.elements
    var values = [Double](repeating: 0, count: n)
    var order = blasint(n)
    var workSize = blasint(1 + 6 * n + 2 * n * n)
    var integerSize = blasint(3 + 5 * n)
    var work = [Double](repeating: 0, count: Int(workSize))
    var integers = [blasint](repeating: 0, count: Int(integerSize))
    var status: blasint = 0
    dsyevd_(
      "V", "U", &order, &elements, &order, &values, &work, &workSize, &integers, &integerSize, &status, 1, 1)
    guard status == 0 else { return nil }
    return (values, (0..<n).map { Array(elements[$0 * n..<($0 + 1) * n]) })
  }
}

// MARK: - Small dense algebra, in an order of its own

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

/// Each row of `rotation` as weights of `rows`.
func rotated(_ rows: [[Double]], by rotation: [[Double]]) -> [[Double]] {
  rotation.map { weights in
    var sum = [Double](repeating: 0, count: rows[0].count)
    for (weight, row) in zip(weights, rows) {
      for j in sum.indices { sum[j] += weight * row[j] }
    }
    return sum
  }
}

/// A direction that is the same in every run, `count` normals.
func fixedDirection(_ index: Int, count: Int) -> [Double] {
  RandomSource(seed: 0).derived("principal components").derived(index).normals(count: count).map(Double.init)
}

/// Gram-Schmidt, twice over; a direction that the ones before it span is replaced by a fixed one.
func orthonormalise(_ basis: inout [[Double]]) {
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
      basis[k] = fixedDirection(basis.count * attempt + k, count: basis[k].count)
    }
  }
}

/// `vector` or its negative, whichever has a positive entry of largest magnitude.
func withLeadingEntryPositive(_ vector: [Double]) -> [Double] {
  let leading = vector.indices.max { abs(vector[$0]) < abs(vector[$1]) }!
  return vector[leading] < 0 ? vector.map { -$0 } : vector
}

/// Eigenvalues, falling, and unit eigenvectors (rows) of a symmetric matrix by cyclic Jacobi rotations (Golub and Van
/// Loan, "Matrix Computations", section 8.5): for matrices that are small or nearly diagonal.
func jacobiEigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
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
