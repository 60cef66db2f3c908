import Clustering
import Interruptions
import TensorEngine
import TestSupport
import Testing

/// t-SNE of many points: forces from a grid, against sums over all pairs.
@Suite struct InterpolationTests {
  /// Points in round heaps over a square of side `span`: x of every point, then y.
  private func heaps(_ count: Int, span: Double, seed: UInt64) -> [Double] {
    let centres = RandomSource(seed: seed).derived("centres").uniforms(count: 60)
    let noise = RandomSource(seed: seed).derived("noise").normals(count: 2 * count)
    return (0..<2 * count).map { i in
      let centre = Double(centres[2 * (i % count % 30) + i / count]) - 0.5
      return span * (centre + 0.04 * Double(noise[i]))
    }
  }

  private func norm(_ values: some Sequence<Double>) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// Spans from that of the start to that of an embedding of many points, and few points that see each other.
  @Test(arguments: zip([1e-4, 0.3, 5, 40, 200, 1e-4, 1, 10], [3000, 3000, 3000, 3000, 3000, 4, 4, 20]))
  func repulsionIsThatOfAllPairs(span: Double, count: Int) throws {
    let points = heaps(count, span: span, seed: 7)
    let (data, _) = blobs(about: [[0, 0, 0]], count: count, spread: 1)
    let affinities = try TSNEAffinities(of: data, perplexity: 5)
    let exact = TSNEForces(affinities, repulsion: .exact).gradient(at: points, exaggeration: 0)
    let near = TSNEForces(affinities, repulsion: .interpolated).gradient(at: points, exaggeration: 0)
    // Few points hold each other where a single pair's error shows.
    let bound = count < 100 ? 0.03 : 0.01
    let error = norm(zip(exact.gradient, near.gradient).map { $0 - $1 }) / norm(exact.gradient)
    #expect(error < bound, "\(error)")
    #expect(abs(near.normaliser / exact.normaliser - 1) < (count < 100 ? 0.02 : 0.003))
  }

  /// In the midst of a run, where attraction and repulsion almost cancel: below one percent of either.
  @Test(arguments: [60, 200, 400]) func gradientIsThatOfAllPairs(iterations: Int) throws {
    let (points, _) = blobs(about: scatteredCentres(8, columns: 6, scale: 3, seed: 2), count: 250, spread: 1)
    let affinities = try TSNEAffinities(of: points, perplexity: 20)
    let embedding = try TSNE(
      affinities: affinities, start: Matrix(rows: points.rows, columns: 2, elements: heaps(2000, span: 1e-4, seed: 1)),
      options: .init(earlyIterations: 50, iterations: iterations, repulsion: .exact)
    ).embedding
    let positions = (0..<2).flatMap { axis in (0..<points.rows).map { embedding[$0, axis] } }
    let exact = TSNEForces(affinities, repulsion: .exact).gradient(at: positions, exaggeration: 1).gradient
    let near = TSNEForces(affinities, repulsion: .interpolated).gradient(at: positions, exaggeration: 1).gradient
    let repulsion = TSNEForces(affinities, repulsion: .exact).gradient(at: positions, exaggeration: 0).gradient
    #expect(norm(zip(exact, near).map { $0 - $1 }) < 0.01 * norm(repulsion))
  }

  private struct Golden: Decodable {
    let klDivergence: Double
  }

  /// The points of `make_tsne.py`.
  private func goldenPoints() -> Matrix {
    var state: UInt64 = 1
    func draw() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 0x1p53
    }
    let centres = (0..<50).map { _ in 8 * draw() }
    return Matrix(
      rows: 2000, columns: 5,
      elements: (0..<10_000).map { index in
        let noise = [draw(), draw(), draw()]
        return centres[index / 5 % 10 * 5 + index % 5] + 2 * ((noise[0] + noise[1]) + noise[2])
      })
  }

  @Test(arguments: TSNERepulsion.all) func reachesTheDivergenceOfScikitLearnsExactMethod(repulsion: TSNERepulsion)
    throws
  {
    let expected = try golden("tsne", as: Golden.self).klDivergence
    let points = goldenPoints()
    let found = try TSNE(of: points, options: .init(repulsion: repulsion))
    // Judged alike, by exact sums.
    let judged = try TSNE(
      affinities: TSNEAffinities(of: points, perplexity: 30), start: found.embedding,
      options: .init(earlyIterations: 0, iterations: 0, repulsion: .exact))
    #expect(judged.klDivergence < expected * 1.01, "\(judged.klDivergence) against \(expected)")
    #expect(abs(found.klDivergence / judged.klDivergence - 1) < 0.002)
  }

  @Test func manyPointsAreInterpolated() throws {
    #expect(TSNERepulsion.suited(to: 5000) == .exact && TSNERepulsion.suited(to: 5001) == .interpolated)
    let (points, _) = blobs(about: scatteredCentres(5, columns: 3, scale: 4, seed: 2), count: 1001, spread: 1)
    let short = TSNE.Options(perplexity: 10, earlyIterations: 8, iterations: 4)
    var interpolated = short
    interpolated.repulsion = .interpolated
    #expect(try TSNE(of: points, options: short) == TSNE(of: points, options: interpolated))
  }

  /// The bits of a short run, which any machine must come to; they change with `arithmeticVersion` alone.
  @Test func theSameOnEveryMachine() throws {
    let (points, _) = blobs(about: scatteredCentres(4, columns: 5, scale: 2, seed: 2), count: 77, spread: 1)
    let start = RandomSource(seed: 3).normals(count: 2 * points.rows)
    func hash(_ values: [Double]) -> UInt64 {
      values.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1.bitPattern) &* 0x100_0000_01B3 }
    }
    let found = try TSNE(
      affinities: TSNEAffinities(of: points, perplexity: 30),
      start: Matrix(rows: points.rows, columns: 2, elements: start),
      options: .init(earlyIterations: 40, iterations: 40, repulsion: .interpolated)
    ).embedding.elements
    #expect(hash(found) == 5_266_544_391_621_009_125)
    let embedding = Matrix(rows: points.rows, columns: 2, elements: found)
    let placed = try TSNE.placed(points, among: points, at: embedding, iterations: 20)
    #expect(hash(placed.elements) == 10_190_020_813_283_299_768)
  }

  // MARK: - Runs that end early, and starts

  @Test func anInterruptedRunIsThatOfItsIterations() throws {
    let (points, _) = blobs(about: scatteredCentres(3, columns: 4, scale: 2, seed: 2), count: 40, spread: 1)
    for (calls, phases) in [(3, (20, 1)), (2, (11, 0)), (1, (1, 0))] {
      var options = TSNE.Options(perplexity: 10, earlyIterations: 20, iterations: 30, keepsInterrupted: true)
      final class Wish: @unchecked Sendable { var isThere = false }
      let wish = Wish()
      var seen = 0
      let isWanted: @Sendable () -> Bool = { wish.isThere }
      let found = try Interruption.heeding(isWanted) {
        try TSNE(of: points, options: options) { _ in
          seen += 1
          wish.isThere = seen == calls
        }
      }
      #expect((found.earlyIterations, found.iterations) == phases)
      options = TSNE.Options(perplexity: 10, earlyIterations: phases.0, iterations: phases.1)
      #expect(try TSNE(of: points, options: options) == found)
    }
    let always: @Sendable () -> Bool = { true }
    #expect(throws: Interrupted.self) {
      try Interruption.heeding(always) { try TSNE(of: points, options: .init(keepsInterrupted: true)) }
    }
  }

  /// From an embedding of the same points, what was left stays left, and what was above stays above.
  @Test func linesUpWithWhereItStarts() throws {
    let (points, truth) = blobs(about: scatteredCentres(6, columns: 5, scale: 4, seed: 3), count: 40, spread: 1)
    let first = try TSNE(of: points)
    let mirrored = Matrix(
      rows: points.rows, columns: 2, elements: first.embedding.elements.enumerated().map { $0 % 2 == 0 ? -$1 : $1 })
    for start in [first.embedding, mirrored] {
      let found = try TSNE(of: points, from: start)
      for axis in 0..<2 {
        func means(_ matrix: Matrix) -> [Double] {
          (0..<6).map { cluster in
            truth.indices.filter { truth[$0] == cluster }.reduce(0) { $0 + matrix[$1, axis] } / 40
          }
        }
        let (a, b) = (means(start), means(found.embedding))
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(product > 0.8 * norm(a) * norm(b))
      }
    }
  }

  // MARK: - Placing

  @Test func newPointsArePlacedAmongTheirLike() throws {
    let (points, truth) = blobs(about: scatteredCentres(6, columns: 10, scale: 3, seed: 3), count: 100, spread: 1)
    let known = Array(stride(from: 0, to: 600, by: 2))
    let new = Array(stride(from: 1, to: 600, by: 2))
    let embedding = try TSNE(of: points.selecting(known)).embedding
    let placed = try TSNE.placed(points.selecting(new), among: points.selecting(known), at: embedding)
    let nearest = try NearestNeighbours(of: placed, among: embedding, count: 5)
    let right = new.indices.count { row in
      nearest.indices(ofRow: row).allSatisfy { truth[known[Int($0)]] == truth[new[row]] }
    }
    #expect(right >= 290, "\(right) of 300")
    // Each by itself: others beside it change nothing.
    let alone = try TSNE.placed(points.selecting(new.prefix(7)), among: points.selecting(known), at: embedding)
    for row in 0..<7 { for axis in 0..<2 { #expect(alone[row, axis] == placed[row, axis]) } }
    // Better than where they start, by the neighbours that they keep.
    let start = try TSNE.placed(
      points.selecting(new), among: points.selecting(known), at: embedding, iterations: 0)
    #expect(start != placed && start.rows == 300)
  }

  @Test func whatCannotBePlaced() throws {
    let (points, _) = blobs(about: [[0, 0]], count: 20, spread: 1)
    let embedding = Matrix(rows: 20, columns: 2, elements: points.elements)
    #expect(try TSNE.placed(Matrix(rows: 0, columns: 2), among: points, at: embedding).rows == 0)
    #expect(throws: ClusteringError.notFinite(row: 0, column: 1)) {
      try TSNE.placed(Matrix(rows: 1, columns: 2, elements: [0, .nan]), among: points, at: embedding)
    }
    #expect(throws: ClusteringError.dimensionMismatch(found: 3, expected: 2)) {
      try TSNE.placed(Matrix(rows: 1, columns: 3), among: points, at: embedding)
    }
    // Far from all, and upon one of them.
    for point in [[1e6, -1e6], Array(points.row(3))] {
      let placed = try TSNE.placed(Matrix(rows: 1, columns: 2, elements: point), among: points, at: embedding)
      #expect(placed.elements.allSatisfy { $0.isFinite && abs($0) < 100 })
    }
  }

  // MARK: - Quality

  @Test func neighboursKept() throws {
    let (points, _) = blobs(about: [[0, 0, 0]], count: 60, spread: 1)
    let noise = Matrix(rows: 60, columns: 2, elements: RandomSource(seed: 4).normals(count: 120))
    #expect(try neighbourPreservation(of: points, for: points) == 1)
    func nearest(_ matrix: Matrix, _ row: Int) -> Set<Int> {
      let others = (0..<60).filter { $0 != row }.map { other in
        (zip(matrix.row(row), matrix.row(other)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }, other)
      }
      return Set(others.sorted { $0 < $1 }.prefix(10).map(\.1))
    }
    let rows = Array(0..<60)
    for sample in [rows, [3, 17, 44]] {
      let kept = sample.reduce(0) { $0 + nearest(points, $1).intersection(nearest(noise, $1)).count }
      let found = try neighbourPreservation(of: noise, for: points, rows: sample)
      #expect(found == Double(kept) / Double(10 * sample.count))
    }
    #expect(throws: ClusteringError.self) { try neighbourPreservation(of: noise, for: points, neighbourCount: 60) }
  }
}
