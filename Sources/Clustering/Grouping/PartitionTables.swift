import TensorEngine

/// What every two of several partitions of the same points share: their contingency tables.
package struct PartitionTables {
  /// Parts of each partition.
  let count: Int
  let partitionCount: Int
  /// Points in part a of partition i and in part b of partition j, at row i·count + a and column j·count + b.
  private let shared: [Double]

  private var side: Int { partitionCount * count }

  /// - Parameter partitions: at least one, each a part of every point, 0..<count.
  package init(of partitions: [[Int]], count: Int) {
    (self.count, partitionCount) = (count, partitions.count)
    let side = partitions.count * count
    // A partition's rows at a time, and of them the tables with later ones: those with earlier ones are there, turned.
    var shared = Parallel.map(partitions.count) { first in
      var rows = [Double](repeating: 0, count: count * side)
      for second in first..<partitions.count {
        let column = second * count
        for (a, b) in zip(partitions[first], partitions[second]) { rows[a * side + column + b] += 1 }
      }
      return rows
    }.flatMap { $0 }
    for row in 0..<side {
      for column in 0..<row / count * count { shared[row * side + column] = shared[column * side + row] }
    }
    self.shared = shared
  }

  subscript(row: Int, column: Int) -> Double { shared[row * side + column] }

  /// The adjusted Rand index of every two partitions, `[partitions, partitions]`: 1 for the same, 0 for what chance gives
  /// (Hubert and Arabie, "Comparing partitions", 1985).
  package func adjustedRandIndices() -> Matrix {
    func pairs(_ number: Double) -> Double { number * (number - 1) / 2 }
    let pointCount = (0..<count).reduce(0.0) { $0 + self[$1, $1] }
    let within = (0..<partitionCount).map { number in
      (0..<count).reduce(0.0) { $0 + pairs(self[number * count + $1, number * count + $1]) }
    }
    var indices = Matrix(rows: partitionCount, columns: partitionCount)
    for i in 0..<partitionCount {
      for j in i..<partitionCount {
        var together = 0.0
        for a in 0..<count {
          for b in 0..<count { together += pairs(self[i * count + a, j * count + b]) }
        }
        indices[i, j] = adjustedRandIndex(together: together, within[i], within[j], points: pointCount)
        indices[j, i] = indices[i, j]
      }
    }
    return indices
  }

  /// The `number` partitions that are left when, one after the other, the one that agrees least with those left has gone,
  /// the last of equal ones; in order.
  package func mostAgreeing(_ number: Int) -> [Int] {
    let indices = adjustedRandIndices()
    var left = Array(0..<partitionCount)
    while left.count > max(number, 1) {
      let sums = left.map { i in left.reduce(0.0) { $0 + indices[i, $1] } }
      let worst = left.indices.min { (sums[$0], -$0) < (sums[$1], -$1) }!
      left.remove(at: worst)
    }
    return left
  }
}
