import Clustering
import ElementaryFunctions
import Interruptions
import TensorEngine
import TestSupport
import Testing

private let always: @Sendable () -> Bool = { true }

/// What `make_graphs.py` computed.
private struct GraphGolden: Decodable {
  let points: [Double]
  let columns: Int
  let labels, chosen, spectralClusters: [Int]
  let rowProducts, fuzzyRows, curves: [[Double]]
  let spectralInformation, fuzzySum: Double
  let fuzzyCount: Int
  let umapTrustworthiness, umapInformation: [Double]

  static func load() throws -> GraphGolden { try golden("graphs", as: GraphGolden.self) }

  var pointMatrix: Matrix { Matrix(rows: points.count / columns, columns: columns, elements: points) }
}

/// The mutual information of two partitions by the mean of their entropies, as scikit-learn has it.
private func sharedInformation(_ a: [Int], _ b: [Int]) -> Double {
  func entropy(_ parts: [Int]) -> Double {
    let count = Double(parts.count)
    return Set(parts).sorted().reduce(0) { sum, part in
      let share = Double(parts.count { $0 == part }) / count
      return sum - share * log(share)
    }
  }
  let joint = zip(a, b).map { $0 * 1000 + $1 }
  return 2 * (entropy(a) + entropy(b) - entropy(joint)) / max(entropy(a) + entropy(b), 1e-12)
}

/// Points of a circle, each with its two neighbours at the same distance: a cycle.
private func circle(_ count: Int) -> Matrix {
  Matrix(
    rows: count, columns: 2,
    elements: (0..<count).flatMap { point -> [Double] in
      let angle = 2 * Double.pi * Double(point) / Double(count)
      return [cos(angle), sin(angle)]
    })
}

@Suite struct SpectralEmbeddingTests {
  @Test func rowsAreScikitLearns() throws {
    let golden = try GraphGolden.load()
    let embedding = try SpectralEmbedding(of: golden.pointMatrix, neighbourCount: 9, count: 6)
    #expect(embedding.partCount == 1)
    #expect(abs(embedding.values[0] - 1) < 1e-9 && embedding.values == embedding.values.sorted(by: >))
    for (number, row) in golden.chosen.enumerated() {
      for other in 0..<embedding.coordinates.rows {
        let product = zip(embedding.coordinates.row(row), embedding.coordinates.row(other)).reduce(0) {
          $0 + $1.0 * $1.1
        }
        #expect(abs(product - golden.rowProducts[number][other]) < 1e-4, "\(row), \(other)")
      }
    }
  }

  @Test func clustersAreAsGoodAsScikitLearns() throws {
    let golden = try GraphGolden.load()
    let embedding = try SpectralEmbedding(of: golden.pointMatrix, neighbourCount: 9, count: 6)
    let clusters = try KMeans.fit(
      embedding.coordinates, clusterCount: 6, options: .init(restarts: 20), random: RandomSource(seed: 0)
    ).assignments
    #expect(sharedInformation(clusters, golden.spectralClusters) > 0.9)
    #expect(sharedInformation(clusters, golden.labels) > golden.spectralInformation - 0.02)
    let truth = embedding.normalisedCut(golden.labels, count: 6)
    let chance = embedding.normalisedCut(golden.labels.indices.map { $0 % 6 }, count: 6)
    let own = embedding.normalisedCut(clusters, count: 6)
    #expect(own < truth + 0.1 && own < 1 && chance > 4.5, "\(own), \(truth), \(chance)")
  }

  /// A cycle's eigenvalues are cos(2πk/n): of 600 points, so close that only a filter tells them apart.
  @Test func eigenvaluesOfACycle() throws {
    let count = 600
    let embedding = try SpectralEmbedding(of: circle(count), neighbourCount: 2, count: 7)
    let expected = [0, 1, 1, 2, 2, 3, 3].map { cos(2 * Double.pi * Double($0) / Double(count)) }
    for (value, expected) in zip(embedding.values, expected) { #expect(abs(value - expected) < 1e-9) }
  }

  @Test func partsAreClusters() throws {
    let (points, truth) = blobs(about: [[0, 0], [50, 0], [0, 80]], count: 40, spread: 1)
    let embedding = try SpectralEmbedding(of: points, neighbourCount: 5, count: 3)
    #expect(embedding.partCount >= 3 && embedding.values.prefix(3).allSatisfy { abs($0 - 1) < 1e-9 })
    let clusters = try KMeans.fit(embedding.coordinates, clusterCount: 3, random: RandomSource(seed: 0)).assignments
    #expect(samePartition(clusters, truth))
    #expect(embedding.normalisedCut(truth, count: 3) == 0)
  }

  /// More parts than clusters: those that lie nearest to each other stay together.
  @Test func partsAreJoined() throws {
    let (points, truth) = blobs(about: [[0, 0], [20, 0], [0, 80], [20, 80]], count: 40, spread: 1)
    let embedding = try SpectralEmbedding(of: points, neighbourCount: 8, count: 2)
    #expect(embedding.partCount == 4 && embedding.graph.parts.count == 1)
    let clusters = try KMeans.fit(embedding.coordinates, clusterCount: 2, random: RandomSource(seed: 0)).assignments
    #expect(samePartition(clusters, truth.map { $0 / 2 }))
  }

  @Test func copiesOfPoints() throws {
    let same = Matrix(rows: 40, columns: 3, repeating: 0.5)
    let embedding = try SpectralEmbedding(of: same, neighbourCount: 4, count: 3)
    #expect(embedding.coordinates.elements.allSatisfy { $0.isFinite })
    // Twenty copies each of six points: parts of their own.
    let points = circle(6).selecting((0..<120).map { $0 % 6 })
    let apart = try SpectralEmbedding(of: points, neighbourCount: 10, count: 6)
    let clusters = try KMeans.fit(apart.coordinates, clusterCount: 6, random: RandomSource(seed: 0)).assignments
    #expect(samePartition(clusters, (0..<120).map { $0 % 6 }))
  }

  @Test func fewPoints() throws {
    let points = circle(5)
    #expect(
      throws: ClusteringError.tooFewPoints(
        found: 5, needed: 6, purpose: "spectral clustering with 6 clusters")
    ) { try SpectralEmbedding(of: points, neighbourCount: 2, count: 6) }
    #expect(throws: ClusteringError.tooFewPoints(found: 1, needed: 2, purpose: "a graph of neighbours")) {
      try SpectralEmbedding(of: points.selecting([0]), neighbourCount: 2, count: 1)
    }
    // As many clusters as points, and more neighbours than there are.
    let all = try SpectralEmbedding(of: points, neighbourCount: 20, count: 5)
    #expect(all.coordinates.rows == 5 && all.coordinates.elements.allSatisfy { $0.isFinite })
    var damaged = points
    damaged[3, 1] = .nan
    #expect(throws: ClusteringError.notFinite(row: 3, column: 1)) {
      try SpectralEmbedding(of: damaged, neighbourCount: 2, count: 2)
    }
  }

  @Test func sameBitsEverywhere() throws {
    let points = try GraphGolden.load().pointMatrix
    let run = { try SpectralEmbedding(of: points, neighbourCount: 9, count: 6) }
    let results = try resultsAcrossThreadCounts(run) + resultsAcrossInstructionSets(run)
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func canBeInterrupted() throws {
    let points = try GraphGolden.load().pointMatrix
    #expect(throws: Interrupted.self) {
      try Interruption.heeding(always) { try SpectralEmbedding(of: points, neighbourCount: 9, count: 6) }
    }
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try SpectralEmbedding(of: points, neighbourCount: 9, count: 6) { if $0.contains("eigenvectors") { throw Stop() } }
    }
  }
}

@Suite struct UMAPTests {
  private func placed(
    _ points: Matrix, seed: UInt64 = 0, neighbours: Int = 14, dimension: Int = 4, epochs: Int = 500, rounds: Int = 1
  ) throws -> UMAP {
    let random = RandomSource(seed: seed)
    let options = UMAP.Options(neighbourCount: neighbours, dimension: dimension, minimumDistance: 0)
    var layout = try UMAP(of: points, options: options, epochCount: epochs, random: random)
    for round in 0..<rounds { layout.layOut(epochCount: epochs, random: random.derived(round)) { _ in true } }
    return layout
  }

  @Test func weightsAreUMAPLearns() throws {
    let golden = try GraphGolden.load()
    let neighbours = try NearestNeighbours(within: golden.pointMatrix, count: 14)
    let graph = try SymmetricGraph(fuzzy: neighbours)
    #expect(graph.weights.count == golden.fuzzyCount)
    #expect(abs(graph.weights.reduce(0, +) - golden.fuzzySum) < 1e-4 * golden.fuzzySum)
    for (number, row) in golden.chosen.enumerated() {
      var weights = [Double](repeating: 0, count: graph.pointCount)
      for edge in graph.rowStarts[row]..<graph.rowStarts[row + 1] {
        weights[Int(graph.columns[edge])] = graph.weights[edge]
      }
      for (weight, expected) in zip(weights, golden.fuzzyRows[number]) { #expect(abs(weight - expected) < 1e-4) }
    }
  }

  @Test func theGraphIsSymmetric() throws {
    let graph = try SymmetricGraph(fuzzy: NearestNeighbours(within: GraphGolden.load().pointMatrix, count: 14))
    var weights: [[Int]: Double] = [:]
    for row in 0..<graph.pointCount {
      let edges = graph.rowStarts[row]..<graph.rowStarts[row + 1]
      #expect(graph.columns[edges].elementsEqual(graph.columns[edges].sorted()))
      for edge in edges { weights[[row, Int(graph.columns[edge])]] = graph.weights[edge] }
    }
    for (ends, weight) in weights { #expect(weights[ends.reversed()] == weight && weight > 0 && weight <= 1) }
  }

  @Test func curvesAreUMAPLearns() throws {
    for values in try GraphGolden.load().curves {
      let curve = UMAPCurve(minimumDistance: values[0], spread: values[1])
      #expect(abs(curve.a / values[2] - 1) < 1e-4 && abs(curve.b / values[3] - 1) < 1e-4, "\(values): \(curve)")
    }
  }

  /// Meetings of blocks instead of threads that overwrite each other cost no quality.
  @Test func embeddingsAreAsGoodAsUMAPLearns() throws {
    let golden = try GraphGolden.load()
    let points = golden.pointMatrix
    var trust: [Double] = []
    var information: [Double] = []
    for seed in 0..<3 {
      let positions = try placed(points, seed: UInt64(seed)).positions
      trust.append(try trustworthiness(of: positions, for: points))
      let mixture = try GaussianMixture.fit(
        positions, componentCount: 6, options: .init(restarts: 10), random: RandomSource(seed: UInt64(seed))
      ).mixture
      information.append(sharedInformation(try mixture.assignments(of: positions), golden.labels))
    }
    #expect(trust.min()! > golden.umapTrustworthiness.min()! - 0.003, "\(trust)")
    #expect(information.min()! > golden.umapInformation.min()! - 0.02, "\(information)")
  }

  @Test func theCrossEntropyFalls() throws {
    let random = RandomSource(seed: 0)
    var layout = try UMAP(
      of: GraphGolden.load().pointMatrix, options: .init(), epochCount: 200, random: random)
    var values: [Double] = []
    layout.layOut(epochCount: 200, random: random) {
      values.append($0.crossEntropy)
      return true
    }
    let (first, last) = (values.prefix(20).reduce(0, +), values.suffix(20).reduce(0, +))
    #expect(last < 0.7 * first, "\(values)")
  }

  /// Three parts and more than twice as many as dimensions: all of them apart, nothing beyond reach.
  @Test(arguments: [3, 9]) func partsStayApart(count: Int) throws {
    let centres = scatteredCentres(count, columns: 12, scale: 30, seed: 1)
    let (points, truth) = blobs(about: centres, count: 40, spread: 1)
    let layout = try placed(points, neighbours: 8, dimension: 3, epochs: 200)
    #expect(layout.partCount >= count)
    let positions = layout.positions
    let nearest = try NearestNeighbours(within: positions, count: 5)
    let strangers = (0..<points.rows).reduce(0) { sum, row in
      sum + nearest.indices(ofRow: row).count { truth[Int($0)] != truth[row] }
    }
    #expect(strangers <= points.rows / 20, "\(strangers)")
    #expect(positions.elements.allSatisfy { abs($0) < 100 })
  }

  @Test func copiesOfPoints() throws {
    for points in [Matrix(rows: 60, columns: 3, repeating: 0.5), circle(6).selecting((0..<120).map { $0 % 6 })] {
      let positions = try placed(points, dimension: 2, epochs: 50).positions
      #expect(positions.elements.allSatisfy { $0.isFinite && abs($0) < 1000 })
    }
  }

  @Test func fewPoints() throws {
    #expect(throws: ClusteringError.tooFewPoints(found: 1, needed: 2, purpose: "a graph of neighbours")) {
      try placed(circle(1))
    }
    for count in [2, 3, 7] {
      let positions = try placed(circle(count), dimension: 4, epochs: 20).positions
      #expect(positions.rows == count && positions.elements.allSatisfy { $0.isFinite })
    }
    #expect(throws: ClusteringError.self) {
      try UMAP(of: circle(20), options: .init(minimumDistance: 2), epochCount: 5, random: RandomSource(seed: 0))
    }
  }

  @Test func sameBitsEverywhere() throws {
    let points = try GraphGolden.load().pointMatrix
    let run = { try placed(points, epochs: 30, rounds: 2).positions }
    let results = try resultsAcrossThreadCounts(run) + resultsAcrossInstructionSets(run)
    #expect(results.allSatisfy { $0 == results[0] })
    #expect(try placed(points, seed: 1, epochs: 30, rounds: 2).positions != results[0])
  }

  @Test func canBeStopped() throws {
    let points = try GraphGolden.load().pointMatrix
    #expect(throws: Interrupted.self) { try Interruption.heeding(always) { try placed(points) } }
    let random = RandomSource(seed: 0)
    var layout = try UMAP(of: points, options: .init(), epochCount: 50, random: random)
    var epochs: [Int] = []
    layout.layOut(epochCount: 50, random: random) {
      epochs.append($0.epoch)
      return $0.epoch < 7
    }
    #expect(epochs == Array(1...7))
  }

  /// The nearer count for more, and the sum is what the search for σ asks for.
  @Test func sharesOfNeighbours() {
    let shares = UMAP.shares(ofSquaredDistances: [1, 4, 9, 16, 25, 36, 49, 64])
    #expect(shares == shares.sorted(by: >) && abs(shares.reduce(0, +) - 3) < 1e-4)
    #expect(UMAP.shares(ofSquaredDistances: [0, 0, 0]) == [1, 1, 1])
  }
}
