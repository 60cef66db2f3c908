import CKernels
import COpenBLAS

/// Products of matrices on one thread: parallelism is over pieces that follow from shapes.
///
/// Where the columns allow it our own kernel multiplies, which packs nothing and so is up to twice as fast on the
/// engine's sizes; OpenBLAS does the rest.
enum MatrixKernel {
  private static let prepared: Void = openblas_set_num_threads(1)

  /// OpenBLAS's version and the kernels that it uses on this processor, then ours.
  static var summary: String {
    _ = prepared
    let version = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
    let core = String(cString: openblas_get_corename())
    return "\(version) (\(core)), kernels \(InstructionSet.best.name)"
  }

  /// Whether our kernel makes rows of this many columns, if the second factor is not transposed.
  static func isOwn(columns: Int) -> Bool { columns % 16 == 0 }

  /// C = A·B, or C += A·B, for row-major A (m×k), B (k×n), C (m×n); a transposed factor is stored the other way round.
  static func multiply(
    _ a: UnsafePointer<Float>, firstTransposed: Bool = false, _ b: UnsafePointer<Float>,
    secondTransposed: Bool = false, into c: UnsafeMutablePointer<Float>, rows m: Int, columns n: Int,
    depth k: Int, aStride: Int? = nil, accumulates: Bool = false
  ) {
    let aStride = aStride ?? (firstTransposed ? m : k)
    if isOwn(columns: n) && !secondTransposed {
      ck_product(
        InstructionSet.best.number, a, firstTransposed ? 1 : aStride, firstTransposed ? aStride : 1, b, c, m, n, k,
        accumulates ? 1 : 0)
      return
    }
    _ = prepared
    cblas_sgemm(
      CblasRowMajor, firstTransposed ? CblasTrans : CblasNoTrans, secondTransposed ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), 1, a, blasint(aStride), b, blasint(secondTransposed ? k : n),
      accumulates ? 1 : 0, c, blasint(n))
  }
}

/// A description of the linear algebra underneath, for session headers: numbers may differ where it does.
public var linearAlgebraSummary: String { MatrixKernel.summary }

/// Rows of the result that one piece computes: enough for about a quarter of a million multiplications, so that small
/// products are not cut to shreds.
private func pieceRows(columns: Int, depth: Int) -> Int {
  max(24, (1 << 18) / max(1, columns * depth))
}

/// A·B, Aᵀ·B or A·Bᵀ, cut by rows of the result.
private func product(_ a: Tensor, transposed aT: Bool, _ b: Tensor, transposed bT: Bool) -> Tensor {
  let (m, k) = aT ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
  let n = bT ? b.shape[0] : b.shape[1]
  if bT && MatrixKernel.isOwn(columns: n) {
    return product(a, transposed: aT, b.transposed, transposed: false)
  }
  return reading(a, b) { pa, pb in
    Tensor(shape: [m, n]) { out in
      Parallel.forEachRange(of: m, size: pieceRows(columns: n, depth: k)) { rows in
        MatrixKernel.multiply(
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

  /// The transpose of a matrix; records no derivative.
  var transposed: Tensor {
    let (rows, columns) = (shape[0], shape[1])
    let strip = 64
    return reading(self) { px in
      Tensor(shape: [columns, rows]) { out in
        Parallel.forEachRange(of: columns, size: strip) { some in
          ck_transpose(
            px + some.lowerBound, columns, out + some.lowerBound * rows, rows, some.count)
        }
      }
    }
  }
}
