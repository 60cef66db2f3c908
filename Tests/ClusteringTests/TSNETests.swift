import Clustering
import Foundation
import TensorEngine
import TestSupport
import Testing

@Suite struct TSNETests {
  func row(_ index: Int, of affinities: TSNEAffinities) -> [Double] {
    var dense = [Double](repeating: 0, count: affinities.pointCount)
    for entry in Int(affinities.rowStarts[index])..<Int(affinities.rowStarts[index + 1]) {
      dense[Int(affinities.columns[entry])] = affinities.values[entry]
    }
    return dense
  }

  @Test func affinitiesAgreeWithTheReference() throws {
    let golden = try EmbeddingGolden.load()
    let affinities = try TSNEAffinities(of: golden.pointMatrix, perplexity: 12)
    for (index, expected) in zip(golden.affinityRowIndices, golden.affinityRows) {
      for (found, expected) in zip(row(index, of: affinities), expected) {
        #expect(abs(found - expected) < 1e-10)
      }
    }
    #expect(affinities.values.count == golden.nonzero)
    #expect(abs(affinities.values.reduce(0) { $0 + $1 * $1 } / golden.squareSum - 1) < 1e-8)
    #expect(abs(affinities.values.reduce(0, +) - 1) < 1e-12)
    for i in 0..<affinities.pointCount {
      let columns = affinities.columns[Int(affinities.rowStarts[i])..<Int(affinities.rowStarts[i + 1])]
      #expect(zip(columns, columns.dropFirst()).allSatisfy { $0 < $1 } && !columns.contains(Int32(i)))
    }
    let dense = (0..<affinities.pointCount).map { row($0, of: affinities) }
    for i in dense.indices { for j in 0..<i { #expect(dense[i][j] == dense[j][i]) } }
  }

  @Test func divergenceOfAGivenEmbedding() throws {
    let golden = try EmbeddingGolden.load()
    let affinities = try TSNEAffinities(of: golden.pointMatrix, perplexity: 12)
    let still = try TSNE(
      affinities: affinities, start: golden.embeddingMatrix, options: .init(earlyIterations: 0, iterations: 0))
    #expect(abs(still.klDivergence / golden.klDivergence - 1) < 1e-6)
    #expect(still.embedding == golden.embeddingMatrix)
  }

  /// KL(P‖Q) by its definition, in double precision; positions are x of every point, then y.
  func divergence(_ p: [[Double]], at positions: [Double]) -> Double {
    let n = p.count
    func q(_ i: Int, _ j: Int) -> Double {
      let dx = positions[i] - positions[j]
      let dy = positions[n + i] - positions[n + j]
      return 1 / (1 + dx * dx + dy * dy)
    }
    var normaliser = 0.0
    for i in 0..<n { for j in 0..<n where i != j { normaliser += q(i, j) } }
    var sum = 0.0
    for i in 0..<n { for j in 0..<n where p[i][j] > 0 { sum += p[i][j] * log(p[i][j] * normaliser / q(i, j)) } }
    return sum
  }

  @Test(arguments: TSNERepulsion.all)
  func gradientAgreesWithDifferencesOfTheDivergence(repulsion: TSNERepulsion) throws {
    let (points, _) = blobs(about: [[0, 0, 0], [3, 0, 1]], count: 11, spread: 1)
    let affinities = try TSNEAffinities(of: points, perplexity: 5)
    let p = (0..<points.rows).map { row($0, of: affinities) }
    let positions = RandomSource(seed: 8).normals(count: 2 * points.rows).map(Double.init)
    let forces = TSNEForces(affinities, repulsion: repulsion)
    let (quarter, _) = forces.gradient(at: positions, exaggeration: 1)
    // The grid is right to a percent or so of so few points' forces.
    let tolerance = repulsion == .exact ? 1e-6 : 0.02 * quarter.reduce(0) { max($0, abs($1)) }
    for i in positions.indices {
      var moved = positions
      let h = 1e-5
      moved[i] = positions[i] + h
      let above = divergence(p, at: moved)
      moved[i] = positions[i] - h
      let below = divergence(p, at: moved)
      #expect(abs(4 * quarter[i] - (above - below) / (2 * h)) < 4 * tolerance)
    }
    // Exaggeration multiplies P alone: the difference of two gradients is the attraction.
    let (strong, _) = forces.gradient(at: positions, exaggeration: 3)
    let (stronger, _) = forces.gradient(at: positions, exaggeration: 5)
    for i in positions.indices {
      #expect(abs((stronger[i] - strong[i]) - (strong[i] - quarter[i])) < 1e-7)
    }
  }

  @Test(arguments: TSNERepulsion.all) func reachesTheDivergenceOfScikitLearn(repulsion: TSNERepulsion) throws {
    let golden = try EmbeddingGolden.load()
    let found = try TSNE(of: golden.pointMatrix, options: .init(perplexity: 12, repulsion: repulsion))
    #expect(found.klDivergence < golden.referenceKL * 1.05)
    #expect(try trustworthiness(of: found.embedding, for: golden.pointMatrix) > 0.95)
    #expect(found.embedding.columnMeans.allSatisfy { abs($0) < 1e-9 })
  }

  @Test func separatedBlobsStaySeparated() throws {
    let (points, truth) = blobs(about: scatteredCentres(5, columns: 20, scale: 5, seed: 2), count: 80, spread: 1)
    var history: [TSNE.Progress] = []
    let found = try TSNE(of: points) { history.append($0) }
    let neighbours = try NearestNeighbours(within: found.embedding, count: 10)
    for i in truth.indices {
      #expect(neighbours.indices(ofRow: i).allSatisfy { truth[Int($0)] == truth[i] })
    }
    #expect(history.count == 75 && history.last!.iteration == 740 && history.last!.iterationCount == 750)
    let late = history.suffix(20).map(\.klDivergence) + [found.klDivergence]
    for (before, after) in zip(late, late.dropFirst()) { #expect(after < before + 1e-4) }
    #expect(late.last! < late.first!)
  }

  @Test(arguments: TSNERepulsion.all) func sameForAnyThreadCount(repulsion: TSNERepulsion) throws {
    let (points, _) = blobs(about: scatteredCentres(4, columns: 5, scale: 2, seed: 2), count: 77, spread: 1)
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let runs = try [1, 2, 3].map { threads in
      Parallel.threadCount = threads
      return try TSNE(of: points, options: .init(earlyIterations: 50, iterations: 50, repulsion: repulsion))
    }
    #expect(runs[0] == runs[1] && runs[1] == runs[2])
  }

  @Test func everyOptionReachesTheRun() throws {
    let (points, _) = blobs(about: scatteredCentres(3, columns: 4, scale: 2, seed: 2), count: 40, spread: 1)
    let base = TSNE.Options(perplexity: 10, earlyExaggeration: 12, earlyIterations: 30, iterations: 30)
    let reference = try TSNE(of: points, options: base)
    for change in [
      { (options: inout TSNE.Options) in options.perplexity = 20 }, { $0.earlyExaggeration = 4 },
      { $0.earlyIterations = 40 }, { $0.iterations = 40 },
    ] {
      var options = base
      change(&options)
      #expect(try TSNE(of: points, options: options).embedding != reference.embedding)
    }
  }

  @Test(arguments: TSNERepulsion.all) func survivesDegeneratePoints(repulsion: TSNERepulsion) throws {
    let short = TSNE.Options(earlyIterations: 60, iterations: 60, repulsion: repulsion)
    for points in [
      Matrix(rows: 50, columns: 3, repeating: 1), Matrix(rows: 40, columns: 1, elements: (0..<40).map(Double.init)),
      Matrix(rows: 4, columns: 2, elements: [0, 0, 1e9, 0, 0, 1e9, 0, 1e-9]),
    ] {
      let found = try TSNE(of: points, options: short)
      #expect(found.embedding.elements.allSatisfy { $0.isFinite } && found.klDivergence.isFinite)
    }
    #expect(throws: ClusteringError.self) { try TSNE(of: Matrix(rows: 3, columns: 2)) }
    #expect(throws: ClusteringError.notFinite(row: 2, column: 0)) {
      try TSNE(of: Matrix(rows: 5, columns: 1, elements: [0, 1, .nan, 2, 3]))
    }
    #expect(throws: ClusteringError.self) {
      try TSNE(of: Matrix(rows: 5, columns: 1), options: .init(perplexity: 0))
    }
  }

  @Test func lowersThePerplexityForFewPoints() throws {
    let (points, _) = blobs(about: [[0, 0]], count: 31, spread: 1)
    #expect(try TSNE(of: points, options: .init(earlyIterations: 1, iterations: 1)).perplexity == 10)
  }

  @Test func progressStopsTheRun() throws {
    struct Stop: Error {}
    let (points, _) = blobs(about: [[0, 0]], count: 40, spread: 1)
    var calls = 0
    #expect(throws: Stop.self) {
      try TSNE(of: points) { _ in
        calls += 1
        if calls == 3 { throw Stop() }
      }
    }
    #expect(calls == 3)
  }
}
