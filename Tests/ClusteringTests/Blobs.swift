import Clustering
import TensorEngine

/// Round clusters of equal size: `count` points about each row of `centres`, the first cluster first.
func blobs(about centres: [[Double]], count: Int, spread: Double, seed: UInt64 = 0) -> (points: Matrix, truth: [Int]) {
  let columns = centres[0].count
  let noise = RandomSource(seed: seed).derived("blobs").normals(count: centres.count * count * columns)
  var points = Matrix(rows: centres.count * count, columns: columns)
  for row in 0..<points.rows {
    for column in 0..<columns {
      points[row, column] = centres[row / count][column] + spread * Double(noise[row * columns + column])
    }
  }
  return (points, (0..<points.rows).map { $0 / count })
}

/// Centres drawn from N(0, scale²).
func scatteredCentres(_ count: Int, columns: Int, scale: Double, seed: UInt64) -> [[Double]] {
  let normals = RandomSource(seed: seed).derived("centres").normals(count: count * columns)
  return (0..<count).map { c in (0..<columns).map { scale * Double(normals[c * columns + $0]) } }
}

/// Whether two partitions are the same up to the clusters' names.
func samePartition(_ a: [Int], _ b: [Int]) -> Bool {
  var forward: [Int: Int] = [:]
  var backward: [Int: Int] = [:]
  for (x, y) in zip(a, b) {
    if forward.updateValue(y, forKey: x) ?? y != y || backward.updateValue(x, forKey: y) ?? x != x { return false }
  }
  return a.count == b.count
}
