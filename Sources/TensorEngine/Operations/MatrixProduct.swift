import CKernels

/// Rows of the result that one piece computes: enough for about a quarter of a million multiplications, so that small
/// products are not cut to shreds.
private func pieceRows(columns: Int, depth: Int) -> Int {
  max(24, (1 << 18) / max(1, columns * depth))
}

/// A·B or Aᵀ·B, cut by rows of the result.
private func product(_ a: Tensor, transposed: Bool = false, _ b: Tensor) -> Tensor {
  let (m, k) = transposed ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
  let n = b.shape[1]
  let (rowStep, depthStep) = transposed ? (1, m) : (k, 1)
  return reading(a, b) { pa, pb in
    Tensor(shape: [m, n]) { out in
      Parallel.forEachRange(of: m, size: pieceRows(columns: n, depth: k)) { rows in
        ck_product(
          pa + rows.lowerBound * rowStep, rowStep, depthStep, pb, out + rows.lowerBound * n, rows.count, n, k, 0)
      }
    }
  }
}

extension Tensor {
  /// The matrix product of `[m, k]` and `[k, n]`; each element's terms are added in the order of k.
  public func matrixProduct(_ other: Tensor) -> Tensor {
    precondition(
      rank == 2 && other.rank == 2 && shape[1] == other.shape[0],
      "matrices of shape \(shape) and \(other.shape) cannot be multiplied")
    let (a, b) = (self, other)
    return product(a, b).derived(from: [a, b]) { dy in
      [a.isTraced ? product(dy, b.transposed) : nil, b.isTraced ? product(a, transposed: true, dy) : nil]
    }
  }

  /// The product of this matrix's transpose and another; records no derivative.
  func transposedProduct(_ other: Tensor) -> Tensor { product(self, transposed: true, other) }

  /// The transpose of a matrix; records no derivative.
  var transposed: Tensor {
    let (rows, columns) = (shape[0], shape[1])
    let strip = 64
    return ParameterForms.form(.transposed, shape, of: self) {
      reading(self) { px in
        Tensor(shape: [columns, rows]) { out in
          Parallel.forEachRange(of: columns, size: strip) { some in
            ck_transpose(
              px + some.lowerBound, columns, out + some.lowerBound * rows, rows, some.count)
          }
        }
      }
    }
  }
}
