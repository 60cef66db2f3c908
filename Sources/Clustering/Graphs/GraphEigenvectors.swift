import ElementaryFunctions
import Interruptions
import TensorEngine

/// The eigenvectors of largest eigenvalue of a graph's normalised adjacency D^-½ W D^-½, which are those of smallest
/// eigenvalue of its normalised Laplacian: subspace iteration filtered by Chebyshev polynomials, which grow fast above
/// the interval that they are told to damp (Zhou, Saad, Tiago and Chelikowsky, "Self-consistent-field calculations using
/// Chebyshev-filtered subspace iteration", 2006).
///
/// Eigenvalues of a graph of neighbours crowd below 1; a filter of degree 60 does in one step what plain subspace
/// iteration does in hundreds.
package struct GraphEigenvectors: Sendable {
  /// Falling from 1, as many as were asked for.
  package let values: [Double]
  /// Unit vectors: point i's entries are row i, a column a vector, in the order of the values.
  package let vectors: Matrix
  /// The largest ‖A·v − λ·v‖ of them.
  package let residual: Double

  /// - Parameters:
  ///   - count: vectors, at most the points.
  ///   - tolerance: the residual at which the iteration ends; it also ends after 100 steps.
  ///   - progress: is told steps done and the residual; what it throws ends the work.
  ///
  /// Throws `Interrupted` once there is a wish to end.
  package init(
    of graph: SymmetricGraph, count: Int, tolerance: Double,
    progress: (_ steps: Int, _ residual: Double) throws -> Void = { _, _ in }
  ) throws {
    let n = graph.pointCount
    precondition(count >= 1 && count <= n, "\(count) eigenvectors of a graph of \(n) points")
    // More directions than asked for: convergence then depends on a far smaller eigenvalue.
    let width = min(count + 8, n)
    let adjacency = NormalisedAdjacency(graph)
    let noise = RandomSource(seed: 0).derived("graph eigenvectors").normals(count: n * width)
    var basis = Matrix(rows: n, columns: width, elements: noise)
    // What is to be damped lies below this; better known after each step.
    var bound = 0.5
    var values = [Double](repeating: 0, count: width)
    var residual = Double.infinity
    for step in 1...Self.maximumSteps {
      basis = try adjacency.filtered(basis, dampingBelow: bound)
      // Twice, for the first time leaves what rounding makes of nearly parallel vectors.
      for _ in 0..<2 { basis = try Self.orthonormal(basis) }
      let images = try adjacency.product(with: basis)
      let projected = try Self.innerProducts(basis, images)
      let rotation: [[Double]]
      (values, rotation) = Self.eigen(projected)
      basis = try Self.combined(basis, rotation)
      residual = try Self.largestResidual(of: Self.combined(images, rotation), basis, values, count: count)
      try progress(step, residual)
      if residual <= tolerance { break }
      bound = min(max(values[width - 1], 0), 1 - 1e-7)
    }
    self.values = Array(values.prefix(count))
    self.residual = residual
    let all = basis
    vectors = Matrix(
      rows: n, columns: count, elements: (0..<n).flatMap { all.row($0).prefix(count) })
  }

  private static let maximumSteps = 100

  // MARK: - Tall blocks: a vector a column

  /// aᵀ·b, summed by blocks of rows in their order.
  private static func innerProducts(_ a: Matrix, _ b: Matrix) throws(Interrupted) -> [[Double]] {
    let width = a.columns
    let parts = try PointKernels.mapBlocks(of: a.rows) { range in
      var sum = [Double](repeating: 0, count: width * width)
      a.elements.withUnsafeBufferPointer { a in
        b.elements.withUnsafeBufferPointer { b in
          sum.withUnsafeMutableBufferPointer { sum in
            for row in range {
              for i in 0..<width {
                let left = a[row * width + i]
                for j in 0..<width { sum[i * width + j] += left * b[row * width + j] }
              }
            }
          }
        }
      }
      return sum
    }
    var sum = [Double](repeating: 0, count: width * width)
    for part in parts {
      for i in sum.indices { sum[i] += part[i] }
    }
    return (0..<width).map { Array(sum[$0 * width..<($0 + 1) * width]) }
  }

  /// Columns as each row of `weights` combines those of `block`.
  private static func combined(_ block: Matrix, _ weights: [[Double]]) throws(Interrupted) -> Matrix {
    let width = block.columns
    let count = weights.count
    // By column, so that what is added to lies side by side.
    let transposed = (0..<width).flatMap { i in weights.map { $0[i] } }
    let parts = try PointKernels.mapBlocks(of: block.rows) { range in
      var out = [Double](repeating: 0, count: range.count * count)
      block.elements.withUnsafeBufferPointer { block in
        transposed.withUnsafeBufferPointer { weights in
          out.withUnsafeMutableBufferPointer { out in
            for (number, row) in range.enumerated() {
              for i in 0..<width {
                let value = block[row * width + i]
                for j in 0..<count { out[number * count + j] += value * weights[i * count + j] }
              }
            }
          }
        }
      }
      return out
    }
    return Matrix(rows: block.rows, columns: count, elements: parts.flatMap { $0 })
  }

  /// Orthonormal columns of the same span, by the eigenvectors of the columns' inner products (Stathopoulos and Wu, "A
  /// block orthogonalization procedure with constant synchronization requirements", 2002).
  private static func orthonormal(_ block: Matrix) throws(Interrupted) -> Matrix {
    var products = try innerProducts(block, block)
    let scales = products.indices.map { products[$0][$0] > 0 ? 1 / products[$0][$0].squareRoot() : 0 }
    for i in products.indices {
      for j in products.indices { products[i][j] *= scales[i] * scales[j] }
    }
    let (values, vectors) = eigen(products)
    let least = values[0] * 1e-15
    return try combined(
      block,
      zip(values, vectors).map { value, vector in
        zip(vector, scales).map { $0 * $1 / max(value, least).squareRoot() }
      })
  }

  private static func eigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
    if matrix.count <= 64 { return jacobiEigen(matrix) }
    let found = SymmetricEigen(
      of: Matrix(rows: matrix.count, columns: matrix.count, elements: matrix.flatMap { $0 }))
    return (found.values, found.vectors)
  }

  private static func largestResidual(
    of images: Matrix, _ basis: Matrix, _ values: [Double], count: Int
  ) throws(Interrupted) -> Double {
    let width = basis.columns
    let parts = try PointKernels.mapBlocks(of: basis.rows) { range in
      var sum = [Double](repeating: 0, count: count)
      for row in range {
        for k in 0..<count {
          let error = images.elements[row * width + k] - values[k] * basis.elements[row * width + k]
          sum[k] += error * error
        }
      }
      return sum
    }
    return (0..<count).map { k in parts.reduce(0) { $0 + $1[k] }.squareRoot() }.max()!
  }
}

/// D^-½ W D^-½ of a graph, of which only products are asked.
private struct NormalisedAdjacency: Sendable {
  private let graph: SymmetricGraph
  private let values: [Double]

  init(_ graph: SymmetricGraph) {
    let scales = graph.degrees.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    self.graph = graph
    values = (0..<graph.pointCount).flatMap { row in
      graph.edges(of: row).map { $1 * scales[row] * scales[Int($0)] }
    }
  }

  func product(with block: Matrix) throws(Interrupted) -> Matrix {
    try product(with: block, scale: 1, shift: 0, previous: block, previousScale: 0)
  }

  /// T_m((2A − a − b)/(b − a)) times `block`, scaled so that what belongs to the eigenvalue 1 keeps its length: [a, b] from
  /// −1 to `bound` is damped, what lies above grows beside it.
  func filtered(_ block: Matrix, dampingBelow bound: Double) throws(Interrupted) -> Matrix {
    let centre = (bound - 1) / 2
    let halfWidth = (bound + 1) / 2
    let edge = (1 - centre) / halfWidth
    // T_m(edge) ≈ exp(m·acosh(edge))/2: not past 1e7, or the vector of eigenvalue 1 would swamp the others.
    let degree = max(4, min(60, Int(16 / log(edge + (edge * edge - 1).squareRoot()))))
    var sigma = halfWidth / (1 - centre)
    let tau = 2 / sigma
    var before = block
    var current = try product(
      with: block, scale: sigma / halfWidth, shift: centre, previous: block, previousScale: 0)
    for _ in 1..<degree {
      let next = 1 / (tau - sigma)
      let advanced = try product(
        with: current, scale: 2 * next / halfWidth, shift: centre, previous: before, previousScale: sigma * next)
      (before, current, sigma) = (current, advanced, next)
    }
    return current
  }

  /// scale·(A·block − shift·block) − previousScale·previous.
  private func product(
    with block: Matrix, scale: Double, shift: Double, previous: Matrix, previousScale: Double
  ) throws(Interrupted) -> Matrix {
    let width = block.columns
    let parts = try PointKernels.mapBlocks(of: block.rows) { range in
      var out = [Double](repeating: 0, count: range.count * width)
      block.elements.withUnsafeBufferPointer { block in
        previous.elements.withUnsafeBufferPointer { previous in
          values.withUnsafeBufferPointer { values in
            graph.columns.withUnsafeBufferPointer { columns in
              out.withUnsafeMutableBufferPointer { out in
                for (number, row) in range.enumerated() {
                  let target = number * width
                  for edge in graph.rowStarts[row]..<graph.rowStarts[row + 1] {
                    let value = values[edge]
                    let source = Int(columns[edge]) * width
                    for j in 0..<width { out[target + j] += value * block[source + j] }
                  }
                  let own = row * width
                  for j in 0..<width {
                    out[target + j] =
                      scale * (out[target + j] - shift * block[own + j]) - previousScale * previous[own + j]
                  }
                }
              }
            }
          }
        }
      }
      return out
    }
    return Matrix(rows: block.rows, columns: width, elements: parts.flatMap { $0 })
  }
}
