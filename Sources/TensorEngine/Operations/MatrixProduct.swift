import COpenBLAS

/// OpenBLAS, one thread a call: parallelism is ours, over pieces that follow from shapes.
enum BLAS {
  private static let prepared: Void = openblas_set_num_threads(1)

  /// The name of the kernels that OpenBLAS uses on this processor, with its version.
  static var summary: String {
    _ = prepared
    let version = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
    return "\(version) (\(String(cString: openblas_get_corename())))"
  }

  /// C = A·B + beta·C for row-major A (m×k), B (k×n), C (m×n); a transposed factor is stored the other way round.
  static func multiply(
    _ a: UnsafePointer<Float>, firstTransposed: Bool = false, _ b: UnsafePointer<Float>,
    secondTransposed: Bool = false, into c: UnsafeMutablePointer<Float>, rows m: Int, columns n: Int,
    depth k: Int, aStride: Int? = nil, beta: Float = 0
  ) {
    _ = prepared
    cblas_sgemm(
      CblasRowMajor, firstTransposed ? CblasTrans : CblasNoTrans, secondTransposed ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), 1, a, blasint(aStride ?? (firstTransposed ? m : k)), b,
      blasint(secondTransposed ? k : n), beta, c, blasint(n))
  }
}

/// A description of the linear algebra underneath, for session headers: numbers may differ where it does.
public var linearAlgebraSummary: String { BLAS.summary }

/// Rows of the result that one piece computes: enough for about a million multiplications, so that small products
/// are not cut to shreds.
private func pieceRows(columns: Int, depth: Int) -> Int {
  max(32, (1 << 20) / max(1, columns * depth))
}

/// A·B, Aᵀ·B or A·Bᵀ, cut by rows of the result.
private func product(_ a: Tensor, transposed aT: Bool, _ b: Tensor, transposed bT: Bool) -> Tensor {
  let (m, k) = aT ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
  let n = bT ? b.shape[0] : b.shape[1]
  return reading(a, b) { pa, pb in
    Tensor(shape: [m, n]) { out in
      Parallel.forEachRange(of: m, size: pieceRows(columns: n, depth: k)) { rows in
        BLAS.multiply(
          aT ? pa + rows.lowerBound : pa + rows.lowerBound * k, firstTransposed: aT, pb, secondTransposed: bT,
          into: out + rows.lowerBound * n, rows: rows.count, columns: n, depth: k, aStride: aT ? m : k)
      }
    }
  }
}

extension Tensor {
  /// The matrix product of `[m, k]` and `[k, n]`.
  public func matrixProduct(_ other: Tensor) -> Tensor {
    precondition(
      rank == 2 && other.rank == 2 && shape[1] == other.shape[0],
      "matrices of shape \(shape) and \(other.shape) cannot be multiplied")
    let (a, b) = (self, other)
    return product(a, transposed: false, b, transposed: false).derived(from: [a, b]) { dy in
      [
        a.isTraced ? product(dy, transposed: false, b, transposed: true) : nil,
        b.isTraced ? product(a, transposed: true, dy, transposed: false) : nil,
      ]
    }
  }
}
