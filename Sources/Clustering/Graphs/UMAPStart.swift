import TensorEngine

/// Where UMAP's layout begins: every connected part of the graph as the eigenvectors of its normalised Laplacian place it,
/// the parts beside each other, with a little noise, each coordinate from 0 to 10.
///
/// As in umap-learn, but for the places of many parts: they lie by the principal components of their mean points.
enum UMAPStart {
  /// What the eigenvectors are exact to: they are a start only.
  private static let tolerance = 1e-4

  static func positions(
    of graph: SymmetricGraph, points: Matrix, dimension: Int, random: RandomSource,
    progress: (_ steps: Int) throws -> Void
  ) throws -> Matrix {
    let n = graph.pointCount
    let (partOfPoint, partCount) = graph.parts
    var positions: Matrix
    if partCount == 1 {
      positions = try placed(graph, dimension: dimension, reach: 1, random: random.derived("part"), progress: progress)
    } else {
      positions = Matrix(rows: n, columns: dimension)
      var members = [[Int]](repeating: [], count: partCount)
      for (point, part) in partOfPoint.enumerated() { members[part].append(point) }
      let centres = try centres(of: members, points: points, dimension: dimension)
      for (part, own) in members.enumerated() {
        let around = try placed(
          graph.selecting(own), dimension: dimension, reach: reach(of: part, among: centres),
          random: random.derived("part").derived(part), progress: progress)
        for (number, point) in own.enumerated() {
          for axis in 0..<dimension { positions[point, axis] = centres[part, axis] + around[number, axis] }
        }
      }
    }
    let largest = positions.elements.reduce(0) { max($0, abs($1)) }
    let noise = random.derived("noise").normals(count: n * dimension)
    for row in 0..<n {
      for axis in 0..<dimension {
        positions[row, axis] =
          positions[row, axis] * (largest > 0 ? 10 / largest : 0) + 1e-4 * Double(noise[row * dimension + axis])
      }
    }
    for axis in 0..<dimension {
      let values = (0..<n).map { positions[$0, axis] }
      let (low, high) = (values.min()!, values.max()!)
      for row in 0..<n { positions[row, axis] = high > low ? 10 * (positions[row, axis] - low) / (high - low) : 0 }
    }
    return positions
  }

  /// A connected graph about 0, no coordinate beyond `reach`: by its eigenvectors after the first, at random where there
  /// are not enough points for them.
  private static func placed(
    _ graph: SymmetricGraph, dimension: Int, reach: Double, random: RandomSource, progress: (Int) throws -> Void
  ) throws -> Matrix {
    let n = graph.pointCount
    guard n >= 2 * dimension && n > dimension + 1 else {
      var stream = random.makeStream()
      return Matrix(
        rows: n, columns: dimension,
        elements: (0..<n * dimension).map { _ in stream.uniform(in: -reach...reach) })
    }
    let leading = try GraphEigenvectors(of: graph, count: dimension + 1, tolerance: tolerance) { steps, _ in
      try progress(steps)
    }
    let elements = (0..<n).flatMap { leading.vectors.row($0).dropFirst() }
    let largest = elements.reduce(0) { max($0, abs($1)) }
    return Matrix(
      rows: n, columns: dimension, elements: elements.map { largest > 0 ? $0 * reach / largest : 0 })
  }

  /// Places of the parts: on the axes, to both sides, while there are enough; else where their mean points lie.
  private static func centres(of members: [[Int]], points: Matrix, dimension: Int) throws -> Matrix {
    var centres = Matrix(rows: members.count, columns: dimension)
    if members.count <= 2 * dimension {
      let half = (members.count + 1) / 2
      for part in members.indices { centres[part, part % half] = part < half ? 1 : -1 }
      return centres
    }
    let means = Matrix(
      rows: members.count, columns: points.columns,
      elements: members.flatMap { points.selecting($0).columnMeans })
    let components = try PrincipalComponents(of: means, count: min(dimension, points.columns))
    let projected = try components.projections(of: means)
    let largest = projected.elements.reduce(0) { max($0, abs($1)) }
    for part in members.indices where largest > 0 {
      for axis in 0..<projected.columns { centres[part, axis] = projected[part, axis] / largest }
    }
    return centres
  }

  /// Half the way to the nearest other centre.
  private static func reach(of part: Int, among centres: Matrix) -> Double {
    var least = Double.infinity
    for other in 0..<centres.rows where other != part {
      let square = zip(centres.row(part), centres.row(other)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      if square > 0 { least = min(least, square) }
    }
    return least.isFinite ? least.squareRoot() / 2 : 1
  }
}
