import Interruptions
import TensorEngine

extension TSNE {
  /// Where new points belong in an embedding whose points stay where they are (n rows, 2 columns).
  ///
  /// Each starts at the median of its 25 nearest embedded neighbours and moves by the gradient of its own KL(p_i‖q_i), of
  /// affinities to the embedded points alone at a perplexity of 5, attraction times 1.5: Poličar, Stražar and Zupan,
  /// "Embedding to reference t-SNE space addresses batch effects in single-cell classification" (2023), with openTSNE's
  /// constants. The embedded points' repulsion comes from one grid, so that time grows with the points.
  ///
  /// - Parameters:
  ///   - points: the new points, with the columns of `known`.
  ///   - known: the embedded points as they were before.
  ///   - embedding: theirs, a row each.
  ///   - progress: told the iterations done and their number, every 10; what it throws stops the run.
  /// - Throws: `ClusteringError` if a coordinate is not finite or the columns differ; `Interrupted`.
  public static func placed(
    _ points: Matrix, among known: Matrix, at embedding: Matrix, iterations: Int = 250,
    progress: (_ done: Int, _ count: Int) throws -> Void = { _, _ in }
  ) throws -> Matrix {
    precondition(
      embedding.rows == known.rows && embedding.columns == 2,
      "an embedding of \(embedding.rows)×\(embedding.columns) for \(known.rows) points")
    guard points.columns == known.columns else {
      throw ClusteringError.dimensionMismatch(found: points.columns, expected: known.columns)
    }
    guard points.rows > 0 else { return Matrix(rows: 0, columns: 2) }
    guard known.rows >= 4 else {
      throw ClusteringError.tooFewPoints(found: known.rows, needed: 4, purpose: "an embedding to place points in")
    }
    try points.requireFinite()
    try known.requireFinite()
    let count = min(startNeighbours, known.rows)
    let neighbours = try NearestNeighbours(of: points, among: known, count: count)
    let perplexity = min(placingPerplexity, Double(known.rows) / 3)
    let near = max(1, min(count, Int(3 * perplexity)))
    let affinities = try PointKernels.mapBlocks(of: points.rows, size: 64) { range in
      range.flatMap { row in
        TSNEAffinities.conditionalProbabilities(
          squaredDistances: neighbours.squaredDistances[row * count..<row * count + near], perplexity: perplexity)
      }
    }.flatMap { $0 }

    let n = points.rows
    let known = (0..<2).flatMap { axis in (0..<embedding.rows).map { embedding[$0, axis] } }
    let start = (0..<2).flatMap { axis in
      (0..<n).map { row in median(neighbours.indices(ofRow: row).map { embedding[Int($0), axis] }) }
    }
    let potential = PlanarPotential()
    potential.place(over: known, margin: 1)
    var descent = TSNEDescent(positions: start, bounds: .added)
    for iteration in 0..<iterations {
      try Interruption.check()
      if iteration % 10 == 0 { try progress(iteration, iterations) }
      let positions = descent.positions
      let (_, masses, slopes) = potential.values(at: positions)
      let gradient = Parallel.map((n + 255) / 256) { block in
        (block * 256..<min(n, (block + 1) * 256)).map { i in
          var (x, y) = (0.0, 0.0)
          for place in 0..<near {
            let other = Int(neighbours.indices[i * count + place])
            let dx = positions[i] - embedding[other, 0]
            let dy = positions[n + i] - embedding[other, 1]
            let weight = affinities[i * near + place] / (1 + dx * dx + dy * dy)
            x += weight * dx
            y += weight * dy
          }
          // r_i is −½ of the potential's slope.
          let scale = 0.5 / max(masses[i], Double.leastNormalMagnitude)
          return (placingExaggeration * x + scale * slopes[i], placingExaggeration * y + scale * slopes[n + i])
        }
      }.flatMap { $0 }
      descent.step(along: gradient.map(\.0) + gradient.map(\.1), learningRate: 0.1)
    }
    let positions = descent.positions
    return Matrix(rows: n, columns: 2, elements: (0..<n).flatMap { [positions[$0], positions[n + $0]] })
  }

  private static let startNeighbours = 25
  private static let placingPerplexity = 5.0
  private static let placingExaggeration = 1.5

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let half = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }
}
