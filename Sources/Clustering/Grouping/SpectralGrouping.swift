import TensorEngine

extension PairSums {
  /// Groups of components by spectral clustering of the edges between them: k-means on the rows of the leading
  /// eigenvectors of D^-½ S D^-½, each scaled to length 1 (Ng, Jordan and Weiss, "On spectral clustering", 2001).
  package func spectralGroups(count: Int, random: RandomSource) throws -> [Int] {
    let size = masses.count
    let scales = (0..<size).map { 1 / max(pairs.row($0).reduce(0, +), 1).squareRoot() }
    var matrix = Matrix(rows: size, columns: size)
    for a in 0..<size {
      // Half of it and of the identity: the same vectors, and no negative eigenvalue.
      for b in 0..<size { matrix[a, b] = (pairs[a, b] * scales[a] * scales[b] + (a == b ? 1 : 0)) / 2 }
    }
    let leading = try LeadingEigenvectors(of: matrix, count: count)
    let rows = (0..<size).flatMap { row in unit((0..<count).map { leading.vectors[$0][row] }) }
    return try KMeans.fit(
      Matrix(rows: size, columns: count, elements: rows), clusterCount: count,
      options: KMeans.Options(restarts: 20), random: random
    ).assignments
  }
}

/// `row` scaled to length 1, or as it is where it has none.
func unit(_ row: [Double]) -> [Double] {
  let length = dot(row, row).squareRoot()
  return length > 0 ? row.map { $0 / length } : row
}
