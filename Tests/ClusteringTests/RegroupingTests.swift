import Clustering
import TensorEngine
import TestSupport
import Testing

@Suite("Clusters joined and split one by one") struct RegroupingTests {
  @Test func numbersCloseUp() {
    #expect(clusterNumbers(joining: [3, 7], of: 10) == [0, 1, 2, 3, 4, 5, 6, 3, 7, 8])
    #expect(clusterNumbers(joining: [7, 3], of: 10) == clusterNumbers(joining: [3, 7], of: 10))
    #expect(clusterNumbers(joining: [5, 0, 2], of: 6) == [0, 1, 0, 2, 3, 0])
    #expect(clusterNumbers(joining: [0, 1], of: 2) == [0, 0])
  }

  /// Four blobs on a line, the last two near each other; of unlike sizes where they are halves of one another.
  private static let centres = [[0.0, 0], [20, 0], [40, 0], [46, 0]]
  private static let (points, truth) = blobs(about: centres, count: 50, spread: 1)

  private static func clusters(_ clusterOfComponent: [Int]) throws -> ComponentClusters {
    let mixture = try GaussianMixture.fitted(to: points, assignments: truth, componentCount: 4)
    return ComponentClusters(mixture, clusterOfComponent: clusterOfComponent)
  }

  @Test func joiningComponents() throws {
    var clusters = try Self.clusters([0, 1, 2, 3])
    let before = clusters.mixture
    clusters.join([3, 1])
    #expect(clusters.clusterOfComponent == [0, 1, 2, 1] && clusters.clusterCount == 3)
    #expect(clusters.mixture == before)
    #expect(try clusters.assignments(of: Self.points) == Self.truth.map { [0, 1, 2, 1][$0] })
    let probabilities = try clusters.probabilities(of: Self.points)
    #expect(probabilities.columns == 3)
    #expect((0..<200).allSatisfy { abs(probabilities.row($0).reduce(0, +) - 1) < 1e-12 })
    clusters.join([0, 1, 2])
    #expect(clusters.clusterCount == 1 && clusters.clusterOfComponent == [0, 0, 0, 0])
  }

  /// Components go by how alike they are: the two near ones stay together, and are more.
  @Test func splittingBetweenComponents() throws {
    var clusters = try Self.clusters([1, 0, 1, 1])
    let before = clusters.mixture
    try clusters.split(1, points: Self.points, options: .init(), random: RandomSource(seed: 0))
    #expect(clusters.clusterOfComponent == [2, 0, 1, 1] && clusters.clusterCount == 3)
    #expect(clusters.mixture == before)
    // Joined again it is what it was.
    clusters.join([1, 2])
    #expect(clusters.clusterOfComponent == [1, 0, 1, 1])
  }

  @Test func splittingOneComponent() throws {
    let groups = Self.truth.map { min($0, 2) }
    var points = Self.points
    // More on the right: that half keeps the number.
    for row in 100..<115 { points[row, 0] += 6 }
    let mixture = try GaussianMixture.fitted(to: points, assignments: groups, componentCount: 3)
    var clusters = ComponentClusters(mixture, clusterOfComponent: [1, 0, 2])
    try clusters.split(2, points: points, options: .init(), random: RandomSource(seed: 0))
    #expect(clusters.clusterOfComponent == [1, 0, 2, 3] && clusters.mixture.componentCount == 4)
    #expect(abs(clusters.mixture.mixingWeights.reduce(0, +) - 1) < 1e-12)
    let found = try clusters.assignments(of: points)
    #expect(found.prefix(100) == Self.truth.prefix(100).map { 1 - $0 }[...])
    #expect(found[100..<115].allSatisfy { $0 == 2 } && found[115..<150].allSatisfy { $0 == 3 })
    #expect(found[150...].allSatisfy { $0 == 2 })
  }

  /// Two points, and a hundred at two places: both halves hold some.
  @Test(arguments: [2, 3, 100]) func splittingTheSmallest(count: Int) throws {
    let points = Matrix(rows: count, columns: 2, elements: (0..<count).flatMap { [Double($0 == 0 ? 1 : 0), 0] })
    let mixture = try GaussianMixture.fitted(
      to: points, assignments: Array(repeating: 0, count: count), componentCount: 1)
    var clusters = ComponentClusters(mixture, clusterOfComponent: [0])
    try clusters.split(0, points: points, options: .init(), random: RandomSource(seed: 0))
    let found = try clusters.assignments(of: points)
    #expect(Set(found) == [0, 1] && found.count { $0 == found[1] } == count - 1)
    if count > 2 { #expect(found[0] == 1) }
  }

  /// Components that are hardly there do not make a half.
  @Test func emptyComponentsMakeNoHalf() throws {
    var clusters = try Self.clusters([0, 1, 2, 3])
    let mixture = clusters.mixture
    let far = GaussianMixture(
      mixingWeights: mixture.mixingWeights + [1e-9],
      means: Matrix(rows: 5, columns: 2, elements: mixture.means.elements + [900, 900]),
      variances: Matrix(rows: 5, columns: 2, elements: mixture.variances.elements + [1, 1]))
    clusters = ComponentClusters(far, clusterOfComponent: [0, 1, 2, 2, 0])
    try clusters.split(0, points: Self.points, options: .init(), random: RandomSource(seed: 0))
    #expect(clusters.clusterOfComponent == [0, 1, 2, 2, 0, 3])
    let found = try clusters.assignments(of: Self.points)
    #expect((0..<50).allSatisfy { found[$0] == 0 || found[$0] == 3 } && found.count { $0 == 3 } > 0)
  }

  // MARK: - By the graph of neighbours

  private static func graph(clusterCount: Int) throws -> NeighbourClusters {
    let grouping = try GraphGrouping(
      of: points, clusterCount: clusterCount, options: GraphGrouping.Options(), random: RandomSource(seed: 0))
    return NeighbourClusters(grouping, of: points, clusterCount: clusterCount)
  }

  @Test func joiningAndSplittingImages() throws {
    let four = try Self.graph(clusterCount: 4)
    #expect(samePartition(four.clusters, Self.truth))
    let right = (four.clusters[100], four.clusters[150])
    let joined = try four.joining([right.0, right.1])
    #expect(joined.clusterCount == 3 && samePartition(joined.clusters, Self.truth.map { min($0, 2) }))
    #expect(joined.clusters == four.clusters.map { clusterNumbers(joining: [right.0, right.1], of: 4)[$0] })
    #expect(joined.confidence.indices.allSatisfy { joined.confidence[$0] >= four.confidence[$0] })

    let (parted, halves) = try joined.splitting(joined.clusters[150], random: RandomSource(seed: 1))
    #expect(parted.clusterCount == 4 && samePartition(parted.clusters, Self.truth))
    #expect(halves.members == Array(100..<200) && Set(halves.halves) == [0, 1])
    let divided = joined.clusters[150]
    #expect(zip(halves.members, halves.halves).allSatisfy { parted.clusters[$0] == ($1 == 0 ? divided : 3) })
    // Others, and new points, are as they were.
    #expect((0..<100).allSatisfy { parted.clusters[$0] == joined.clusters[$0] })
    #expect((0..<100).allSatisfy { parted.confidence[$0] == joined.confidence[$0] })
    #expect(try parted.assignments(of: Self.points) == parted.clusters)
    let probabilities = try parted.probabilities(of: Self.points)
    #expect((0..<200).allSatisfy { probabilities[$0, parted.clusters[$0]] == probabilities.row($0).max() })
    let others = try parted.assignments(of: Matrix(rows: 2, columns: 2, elements: [40.3, 0.2, 46.1, -0.1]))
    #expect(others == [parted.clusters[100], parted.clusters[150]])
  }

  /// A component goes with its points, and neither half is without one.
  @Test func componentsFollowImages() throws {
    let four = try Self.graph(clusterCount: 4)
    let three = try four.joining([four.clusters[100], four.clusters[150]])
    let (_, halves) = try three.splitting(three.clusters[150], random: RandomSource(seed: 1))
    let members = halves.members
    for count in [4, 1] {
      let partition = count == 1 ? Array(repeating: 0, count: 200) : Self.truth
      let mixture = try GaussianMixture.fitted(to: Self.points, assignments: partition, componentCount: count)
      var clusters = ComponentClusters(mixture, clusterOfComponent: Array(repeating: 0, count: count))
      try clusters.split(0, along: halves, points: Self.points, regularisation: 1e-6)
      #expect(clusters.clusterCount == 2 && Set(clusters.clusterOfComponent) == [0, 1])
      let found = try clusters.assignments(of: Self.points)
      #expect(zip(members, halves.halves).allSatisfy { found[$0] == $1 })
    }
  }

  @Test func threadsDoNotChangeABit() throws {
    let three = try Self.graph(clusterCount: 3)
    let results = try resultsAcrossThreadCounts {
      var clusters = try Self.clusters([0, 0, 1, 1])
      try clusters.split(1, points: Self.points, options: .init(), random: RandomSource(seed: 3))
      return (clusters, try three.splitting(0, random: RandomSource(seed: 3)).clusters)
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
