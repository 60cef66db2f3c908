import Clustering
import ElementaryFunctions
import TensorEngine
import TestSupport
import Testing

/// A symmetric matrix of edges between `size` components, drawn by `seed`; denser within blocks of `block`.
private func edges(_ size: Int, block: Int, seed: UInt64) -> PairSums {
  let draws = RandomSource(seed: seed).uniforms(count: size * size)
  var pairs = Matrix(rows: size, columns: size)
  for a in 0..<size {
    for b in 0...a {
      let value = (a / block == b / block ? 40 : 2) * Double(draws[a * size + b]).rounded(.up) + Double(a == b ? 90 : 0)
      pairs[a, b] = value
      pairs[b, a] = value
    }
  }
  return PairSums(pairs: pairs, masses: (0..<size).map { 10 + Double($0 % 3) })
}

/// The edges between groups of components.
private func between(_ sums: PairSums, _ groups: [Int], count: Int) -> Matrix {
  var matrix = Matrix(rows: count, columns: count)
  for a in groups.indices {
    for b in groups.indices { matrix[groups[a], groups[b]] += sums.pairs[a, b] }
  }
  return matrix
}

@Suite("Neighbours' information") struct NeighbourInformationTests {
  @Test func knownValues() {
    // Four parts of equal size that no edge joins: log 4; one that says nothing: 0.
    let apart = Matrix(rows: 4, columns: 4, elements: (0..<16).map { $0 % 5 == 0 ? 8.0 : 0 })
    #expect(abs(NeighbourInformation(apart).value - 1.386294361119891) < 1e-12)
    #expect(abs(NeighbourInformation(Matrix(rows: 3, columns: 3, repeating: 7)).value) < 1e-12)
  }

  /// A component's move, worked out from its own edges, is what counting anew gives.
  @Test(arguments: 0..<8) func movesAreCounted(seed: Int) {
    let sums = edges(12, block: 4, seed: UInt64(seed))
    var groups = (0..<12).map { $0 * 7 % 3 }
    let component = seed
    var links = [Double](repeating: 0, count: 3)
    for other in 0..<12 { links[groups[other]] += sums.pairs[component, other] }
    let target = (groups[component] + 1) % 3
    let moved = NeighbourInformation(between(sums, groups, count: 3))
      .moving(links, own: sums.pairs[component, component], from: groups[component], to: target)
    groups[component] = target
    #expect(largestDifference(moved.edges.elements, between(sums, groups, count: 3).elements) < 1e-9)
  }

  @Test(arguments: 0..<6) func refiningRaisesItWithinCapacity(seed: Int) {
    let sums = edges(18, block: 6, seed: UInt64(seed))
    let start = (0..<18).map { ($0 * 5 + seed) % 3 }
    let before = NeighbourInformation(between(sums, start, count: 3)).value
    for capacity in [nil, 90.0] {
      let refined = sums.refined(start, count: 3, capacity: capacity, sweeps: 5)
      #expect(NeighbourInformation(between(sums, refined, count: 3)).value >= before)
      #expect(Set(refined) == [0, 1, 2])
      if let capacity {
        for part in 0..<3 {
          let mass = refined.indices.filter { refined[$0] == part }.reduce(0) { $0 + sums.masses[$1] }
          #expect(mass <= capacity)
        }
      }
    }
    // The blocks are where it is largest, whatever the start.
    let free = sums.refined(start, count: 3, capacity: nil, sweeps: 20)
    #expect(samePartition(free, (0..<18).map { $0 / 6 }))
  }
}

@Suite("Linkage of components") struct CapacityLinkageTests {
  /// Three components in a row: a big one, a small one, a small one.
  private let row = PairSums(
    pairs: Matrix(rows: 3, columns: 3, elements: [500, 60, 0, 60, 20, 10, 0, 10, 20]), masses: [100, 10, 10])

  @Test func linkagesDiffer() throws {
    // 60/1000 against 10/100 by density; 60/√1000 against 10/√100 by proportion.
    #expect(try row.joined(to: 2, by: .density, capacity: nil) == [0, 1, 1])
    #expect(try row.joined(to: 2, by: .proportion, capacity: nil) == [0, 0, 1])
  }

  @Test func capacityForbidsWhatIsTooLarge() throws {
    #expect(try row.joined(to: 2, by: .proportion, capacity: 105) == [0, 1, 1])
    // Where nothing fits the two smallest join.
    #expect(try row.joined(to: 2, by: .proportion, capacity: 5) == [0, 1, 1])
    #expect(try row.joined(to: 1, by: .density, capacity: 5) == [0, 0, 0])
  }

  @Test(arguments: EdgeLinkage.allCases) func blocksAreFound(linkage: EdgeLinkage) throws {
    let sums = edges(20, block: 5, seed: 3)
    #expect(try sums.joined(to: 4, by: linkage, capacity: nil) == (0..<20).map { $0 / 5 })
  }

  @Test func spectralGroupsAreBlocks() throws {
    let groups = try edges(20, block: 5, seed: 3).spectralGroups(count: 4, random: RandomSource(seed: 0))
    #expect(samePartition(groups, (0..<20).map { $0 / 5 }))
  }
}

@Suite("Leading eigenvectors") struct LeadingEigenvectorsTests {
  @Test func areThoseOfTheWholeDecomposition() throws {
    let draws = RandomSource(seed: 5).normals(count: 40 * 12).map(Double.init)
    var matrix = Matrix(rows: 40, columns: 40)
    for a in 0..<40 {
      for b in 0..<40 { matrix[a, b] = (0..<12).reduce(0) { $0 + draws[a * 12 + $1] * draws[b * 12 + $1] } }
    }
    let whole = SymmetricEigen(of: matrix)
    let leading = try LeadingEigenvectors(of: matrix, count: 5)
    for k in 0..<5 {
      #expect(abs(leading.values[k] / whole.values[k] - 1) < 1e-9)
      let overlap = zip(leading.vectors[k], whole.vectors[k]).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(abs(overlap) - 1) < 1e-9)
    }
  }
}

@Suite("Consensus of partitions") struct PartitionConsensusTests {
  @Test func whatMostSayIsFound() throws {
    let truth = (0..<900).map { $0 % 4 }
    // Each partition has names of its own, and a tenth of its points at random.
    let partitions = (0..<9).map { number in
      var stream = RandomSource(seed: 7).derived(number).makeStream()
      let names = stream.permutation(of: 4)
      return truth.map { stream.uniform() < 0.1 ? stream.integer(below: 4) : names[$0] }
    }
    let consensus = try PartitionConsensus(of: partitions, count: 4, random: RandomSource(seed: 1))
    #expect(samePartition(consensus.assignments, truth))
    let mean = consensus.agreement.reduce(0, +) / 900
    #expect(mean > 0.88 && mean < 0.97)
  }

  @Test func oneIsItsOwnConsensus() throws {
    let only = (0..<60).map { $0 % 3 }
    let consensus = try PartitionConsensus(of: [only], count: 3, random: RandomSource(seed: 1))
    #expect(samePartition(consensus.assignments, only) && consensus.agreement.allSatisfy { $0 == 1 })
  }
}

@Suite("Grouping by the graph") struct GraphGroupingTests {
  /// Two rings around one another, and a disc inside: no mixture of three Gaussians divides them.
  private static let rings: (points: Matrix, truth: [Int]) = {
    let source = RandomSource(seed: 11)
    let angles = source.derived("angles").uniforms(count: 1500)
    let noise = source.derived("noise").normals(count: 3000)
    var elements: [Double] = []
    for point in 0..<1500 {
      let radius = [1.0, 4, 8][point % 3]
      let angle = 2 * Double.pi * Double(angles[point])
      elements += [
        radius * cos(angle) + 0.15 * Double(noise[2 * point]),
        radius * sin(angle) + 0.15 * Double(noise[2 * point + 1]),
      ]
    }
    return (Matrix(rows: 1500, columns: 2, elements: elements), (0..<1500).map { $0 % 3 })
  }()

  @Test func shapesThatNoGaussianHas() throws {
    let (points, truth) = Self.rings
    var options = GraphGrouping.Options()
    options.partitionCount = 12
    let found = try GraphGrouping(of: points, clusterCount: 3, options: options, random: RandomSource(seed: 0))
    #expect(samePartition(found.assignments, truth))
    #expect(found.confidence.allSatisfy { (0...1).contains($0) })
    #expect(found.information > 1.08 && found.information < 1.0987)
    let means = try KMeans.fit(points, clusterCount: 3, random: RandomSource(seed: 0))
    #expect(!samePartition(means.assignments, truth))
  }

  /// Four islands for two clusters: nothing says which belong together but partitions of an earlier time.
  @Test func earlierPartitionsHaveTheirSay() throws {
    let (points, islands) = blobs(about: [[0, 0], [30, 0], [0, 30], [30, 30]], count: 60, spread: 1)
    var options = GraphGrouping.Options()
    options.capacity = nil
    options.partitionCount = 3
    for pairs in [[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] {
      let earlier = islands.map { pairs[$0] }
      let found = try GraphGrouping(
        of: points, clusterCount: 2, options: options, random: RandomSource(seed: 1),
        earlier: [[Int]](repeating: earlier, count: 20))
      #expect(samePartition(found.assignments, earlier), "\(pairs)")
      #expect(found.partitions.count == 3 && found.partitions.allSatisfy { Set($0) == [0, 1] })
    }
  }

  @Test func threadsDoNotChangeABit() throws {
    let (points, _) = blobs(about: scatteredCentres(5, columns: 4, scale: 3, seed: 2), count: 120, spread: 1)
    var options = GraphGrouping.Options()
    options.partitionCount = 6
    let results = try resultsAcrossThreadCounts {
      try GraphGrouping(of: points, clusterCount: 5, options: options, random: RandomSource(seed: 3))
    }
    #expect(results.allSatisfy { $0 == results[0] })
    let other = try GraphGrouping(of: points, clusterCount: 5, options: options, random: RandomSource(seed: 4))
    #expect(other.graph == results[0].graph && other.confidence != results[0].confidence)
  }

  @Test func neighboursVote() throws {
    let (points, truth) = blobs(about: [[0, 0], [9, 9]], count: 60, spread: 1)
    let graph = try NeighbourGraph(of: points, neighbourCount: 8)
    var partition = truth
    for point in [3, 40, 77] { partition[point] = 1 - partition[point] }
    #expect(graph.voted(partition, count: 2, sweeps: 3) == truth)
    #expect(graph.voted(partition, count: 2, sweeps: 0) == partition)
    let votes = graph.votes(for: truth, count: 2)
    #expect(votes.reduce(0, +) == Int32(2 * 8 * 120))
    #expect(graph.information(of: truth, count: 2) > graph.information(of: partition, count: 2))
  }

  @Test func progressCanEndIt() throws {
    struct Stop: Error {}
    let (points, _) = blobs(about: [[0, 0], [9, 9]], count: 60, spread: 1)
    var calls = 0
    #expect(throws: Stop.self) {
      try GraphGrouping(
        of: points, clusterCount: 2, options: .init(), random: RandomSource(seed: 0)
      ) { done, count in
        #expect(done == calls && count == 48)
        calls += 1
        if done == 4 { throw Stop() }
      }
    }
    #expect(calls == 5)
  }

  @Test func tooFewPoints() {
    let one = Matrix(rows: 1, columns: 2, repeating: 0)
    #expect(throws: ClusteringError.self) { try NeighbourGraph(of: one, neighbourCount: 3) }
    #expect(throws: ClusteringError.self) {
      try GraphGrouping(
        of: one, clusterCount: 1, options: .init(), random: RandomSource(seed: 0))
    }
  }
}

@Suite("Agreement of partitions") struct PartitionTablesTests {
  /// Values of scikit-learn's adjusted_rand_score.
  @Test func adjustedRandIndex() {
    let partitions = [[0, 0, 1, 1, 2, 2], [1, 1, 2, 2, 0, 0], [0, 0, 1, 2, 2, 2], [0, 1, 2, 0, 1, 2]]
    let indices = PartitionTables(of: partitions, count: 3).adjustedRandIndices()
    let expected: [[Double]] = [
      [1, 1, 0.4444444444444444, -0.25], [1, 1, 0.4444444444444444, -0.25],
      [0.4444444444444444, 0.4444444444444444, 1, -0.2962962962962963], [-0.25, -0.25, -0.2962962962962963, 1],
    ]
    for row in 0..<4 {
      for column in 0..<4 { #expect(abs(indices[row, column] - expected[row][column]) < 1e-12) }
    }
  }

  @Test func thoseUnlikeTheOthersGoFirst() throws {
    let truth = (0..<600).map { $0 % 4 }
    // Seven that hold the truth but for noise, and five of chance alone.
    let partitions = (0..<12).map { number in
      var stream = RandomSource(seed: 3).derived(number).makeStream()
      return truth.map {
        stream.uniform() < (number % 2 == 0 || number == 1 ? 0.05 : 1) ? stream.integer(below: 4) : $0
      }
    }
    let tables = PartitionTables(of: partitions, count: 4)
    #expect(tables.mostAgreeing(7) == [0, 1, 2, 4, 6, 8, 10])
    #expect(tables.mostAgreeing(0).count == 1 && tables.mostAgreeing(99) == Array(0..<12))
    let consensus = try PartitionConsensus(of: partitions, count: 4, kept: 0.5, random: RandomSource(seed: 1))
    #expect(samePartition(consensus.assignments, truth))
    // How sure a point is still counts them all.
    #expect(consensus.agreement.reduce(0, +) / 600 < 0.75)
  }
}
