import Clustering
import Synchronization
import TensorEngine
import TestSupport
import Testing

@Suite struct NeighbourTests {
  /// The nearest by looking at all pairs: rows and squared distances, summed in order by fused multiply-adds.
  private static func allPairs(
    of query: ArraySlice<Double>, among points: Matrix, count: Int, excluding: Int? = nil
  ) -> [(distance: Double, index: Int32)] {
    let all = (0..<points.rows).filter { $0 != excluding }.map { other in
      let distance = zip(query, points.row(other)).reduce(0.0) { sum, pair in
        sum.addingProduct(pair.0 - pair.1, pair.0 - pair.1)
      }
      return (distance: distance, index: Int32(other))
    }
    return Array(all.sorted { $0 < $1 }.prefix(count))
  }

  /// Points of every kind that a filter in single precision could lose neighbours of.
  enum Cloud: CaseIterable {
    case uniform, clustered, duplicates, grid, farAway, twoFarAway, tiny, huge, mixedScales, allTheSame

    func points(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
      let uniforms = RandomSource(seed: seed).uniforms(count: 2 * rows * columns).map(Double.init)
      return Matrix(
        rows: rows, columns: columns,
        elements: (0..<rows * columns).map { index in
          let (row, column) = (index / columns, index % columns)
          let (x, fine) = (uniforms[2 * index], uniforms[2 * index + 1])
          return switch self {
          case .uniform: x + fine * 0x1p-24
          case .clustered: Double((row * 7 + column) % 5 * (row % 3)) + 0.05 * x
          case .duplicates: (Double((row % 7) * 31 + column * 17) * 0.1).truncatingRemainder(dividingBy: 3)
          case .grid: (x * 4).rounded(.down)
          case .farAway: 1e6 + 1e-3 * (2 * x - 1) + 1e-12 * fine
          case .twoFarAway: (row % 2 == 0 ? 1e6 : -1e6) + 1e-3 * (2 * x - 1)
          case .tiny: (x - 0.5) * 1e-160
          case .huge: (x - 0.5) * 1e150
          case .mixedScales: column % 2 == 0 ? 1e4 * x : 1e-4 * fine
          case .allTheSame: 0.1
          }
        })
    }
  }

  /// Neighbours and distances to the last bit, of queries among points and of points among themselves.
  private func expectExact(_ base: Matrix, _ queries: Matrix, count: Int, everyWithin step: Int) throws {
    let found = try NearestNeighbours(of: queries, among: base, count: min(base.rows, count))
    for query in 0..<queries.rows {
      let expected = Self.allPairs(of: queries.row(query), among: base, count: found.count)
      #expect(Array(found.indices(ofRow: query)) == expected.map(\.index), "query \(query)")
      let distances = found.squaredDistances[query * found.count..<(query + 1) * found.count]
      #expect(Array(distances) == expected.map(\.distance), "query \(query)")
    }
    let counts = Set([1, 2, count / 2, count, base.rows / 2, base.rows].filter { (1...base.rows).contains($0) })
      .sorted()
    let rings = try NeighbourRings.map(of: queries, among: base, counts: counts) { $0 }
    #expect(rings.count == queries.rows)
    for query in 0..<queries.rows {
      let expected = Self.allPairs(of: queries.row(query), among: base, count: base.rows).map(\.index)
      for k in counts { #expect(Set(rings[query].prefix(k)) == Set(expected.prefix(k)), "query \(query), k \(k)") }
      #expect(rings[query].count == counts.last)
    }
    guard base.rows > 1 else { return }
    let within = try NearestNeighbours(within: base, count: min(base.rows - 1, count))
    for query in stride(from: 0, to: base.rows, by: step) {
      let expected = Self.allPairs(of: base.row(query), among: base, count: within.count, excluding: query)
      #expect(Array(within.indices(ofRow: query)) == expected.map(\.index), "point \(query)")
      let distances = within.squaredDistances[query * within.count..<(query + 1) * within.count]
      #expect(Array(distances) == expected.map(\.distance), "point \(query)")
    }
  }

  @Test(arguments: Cloud.allCases) func equalsLookingAtAllPairs(cloud: Cloud) throws {
    for (number, (rows, columns, count)) in [
      (1, 3, 1), (2, 1, 1), (129, 1, 7), (300, 10, 15), (777, 2, 40), (260, 37, 3),
    ].enumerated() {
      let base = cloud.points(rows, columns, seed: UInt64(number))
      try expectExact(base, cloud.points(33, columns, seed: 99), count: count, everyWithin: 5)
    }
  }

  /// Widths around those at which the kernel cuts its products.
  @Test(arguments: [254, 255, 256, 257, 511, 512, 784, 800]) func wideOnes(columns: Int) throws {
    for cloud in [Cloud.uniform, .farAway, .grid] {
      try expectExact(cloud.points(161, columns, seed: 3), cloud.points(9, columns, seed: 4), count: 5, everyWithin: 20)
    }
  }

  /// Leading coordinates, which tell far pairs apart first, change nothing.
  @Test(arguments: Cloud.allCases) func sameByLeadingCoordinates(cloud: Cloud) throws {
    for (rows, columns, leading) in [(700, 40, 16), (500, 300, 64), (300, 256, 128), (130, 16, 16)] {
      // Not so small or large that squares say nothing: leading coordinates are then not looked at.
      let factor = cloud == .tiny ? 1e30 : cloud == .huge ? 1e-30 : 1
      func points(_ rows: Int, seed: UInt64) -> Matrix {
        Matrix(
          rows: rows, columns: columns, elements: cloud.points(rows, columns, seed: seed).elements.map { $0 * factor })
      }
      let (base, queries) = (points(rows, seed: 13), points(150, seed: 14))
      #expect(
        try NearestNeighbours(of: queries, among: base, count: 4, leadingCount: leading)
          == NearestNeighbours(of: queries, among: base, count: 4, leadingCount: 0), "\(rows)×\(columns)")
      #expect(
        try NearestNeighbours(within: base, count: 7, leadingCount: leading)
          == NearestNeighbours(within: base, count: 7, leadingCount: 0), "\(rows)×\(columns)")
    }
  }

  /// Points of which most of the variance is in few directions, so that leading coordinates leave few pairs.
  private static func sheet(_ rows: Int, _ columns: Int) -> Matrix {
    let shapes = Cloud.uniform.points(9, columns, seed: 15)
    let weights = Cloud.uniform.points(rows, 9, seed: 16)
    let noise = RandomSource(seed: 17).uniforms(count: rows * columns)
    return Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { index in
        let (row, column) = (index / columns, index % columns)
        return (0..<9).reduce(0.01 * Double(noise[index])) { $0 + weights[row, $1] * shapes[$1, column] }
      })
  }

  @Test func sameByLeadingCoordinatesWhereTheyTell() throws {
    var base = Self.sheet(900, 300)
    let expected = try NearestNeighbours(within: base, count: 12, leadingCount: 0)
    let seen =
      try resultsAcrossInstructionSets { try NearestNeighbours(within: base, count: 12, leadingCount: 32) }
      + resultsAcrossThreadCounts { try NearestNeighbours(within: base, count: 12, leadingCount: 32) }
    #expect(seen.allSatisfy { $0 == expected })
    // What is not a number is nobody's neighbour, and has the first ones.
    base[70, 111] = .nan
    let found = try NearestNeighbours(within: base, count: 5, leadingCount: 32)
    let others = base.selecting((0..<900).filter { $0 != 70 })
    let clean = try NearestNeighbours(within: others, count: 5, leadingCount: 0)
    for row in 0..<899 {
      let place = row < 70 ? row : row + 1
      #expect(Array(found.indices(ofRow: place)) == clean.indices(ofRow: row).map { $0 < 70 ? $0 : $0 + 1 })
    }
    #expect(Array(found.indices(ofRow: 70)) == [0, 1, 2, 3, 4])
  }

  /// However many share the search, with fewer points than they are as well.
  @Test(arguments: [1, 2, 3, 8], [5, 700]) func peersSearchTogether(peers: Int, rows: Int) throws {
    var base = Cloud.clustered.points(rows, 20, seed: 41)
    base[3, 2] = .nan
    let expected = try NearestNeighbours(within: base, count: 4)
    let found = try ThreadPeers.run(peers) { try NearestNeighbours(within: base, count: 4, peers: $0) }
    #expect(found == Array(repeating: expected, count: peers))
  }

  /// However long a search takes, a peer in it soon hears who asks.
  @Test func aSearchingPeerAttends() throws {
    struct Heedful: Peers {
      let peers: any Peers
      let heeds: @Sendable () -> Void
      var count: Int { peers.count }
      var rank: Int { peers.rank }
      func gathered(_ own: [Float], lengths: [Int]) throws -> [Float] { try peers.gathered(own, lengths: lengths) }
      func exchanged(_ own: [Float], given: [Int], taken: [Int]) throws -> [Float] {
        try peers.exchanged(own, given: given, taken: taken)
      }
      func attend() { heeds() }
    }
    let base = Cloud.clustered.points(10_000, 3, seed: 43)
    let expected = try NearestNeighbours(within: base, count: 2)
    let times = try ThreadPeers.run(2) { peers in
      let times = Atomic(0)
      let heedful = Heedful(peers: peers) { times.add(1, ordering: .relaxed) }
      let found = try NearestNeighbours(within: base, count: 2, peers: heedful)
      #expect(found == expected)
      return times.load(ordering: .relaxed)
    }
    // 5000 of 10,000 points each, of which 4096 are a stretch; the first's are cut at 4096, the second's at 8192.
    #expect(times == [2, 2])
  }

  /// Squares so small that they vanish: whoever is nearest, the lower row counts.
  @Test func whereSquaresVanish() throws {
    let base = Matrix(
      rows: 600, columns: 256, elements: (0..<600 * 256).map { $0 / 256 % 2 == 0 ? 0 : 1.5e-162 })
    let found = try NearestNeighbours(within: base, count: 3, leadingCount: 64)
    #expect(Array(found.indices(ofRow: 501)) == [0, 1, 2] && found.squaredDistances.allSatisfy { $0 == 0 })
  }

  /// Rows that are not numbers, wherever they lie, hide no block of others.
  @Test(arguments: [0, 16]) func notANumberInManyBlocks(leading: Int) throws {
    var base = Cloud.clustered.points(1500, 20, seed: 31)
    let odd = [0, 3, 128, 700, 1499]
    for row in odd { base[row, row % 20] = row == 3 ? .infinity : .nan }
    let kept = (0..<1500).filter { !odd.contains($0) }
    let found = try NearestNeighbours(within: base, count: 4, leadingCount: leading)
    let clean = try NearestNeighbours(within: base.selecting(kept), count: 4, leadingCount: 0)
    for (place, row) in kept.enumerated() {
      #expect(
        Array(found.indices(ofRow: row)) == clean.indices(ofRow: place).map { Int32(kept[Int($0)]) }, "row \(row)")
    }
    var queries = Cloud.clustered.points(300, 20, seed: 32)
    let points = base.selecting(kept)
    queries[17, 4] = .nan
    #expect(
      try NearestNeighbours(of: queries, among: points, count: 4, leadingCount: leading).indices
        == NearestNeighbours(of: queries, among: points, count: 4, leadingCount: 0).indices)
  }

  /// So many that leading coordinates are taken unasked.
  @Test func manyWideOnes() throws {
    let base = Self.sheet(11_000, 256)
    let found = try NearestNeighbours(within: base, count: 4)
    for query in stride(from: 0, to: base.rows, by: 1500) {
      let expected = Self.allPairs(of: base.row(query), among: base, count: 4, excluding: query)
      #expect(Array(found.indices(ofRow: query)) == expected.map(\.index), "row \(query)")
    }
  }

  @Test func anyNumberOfNeighbours() throws {
    let base = Cloud.uniform.points(150, 4, seed: 5)
    for count in [1, 2, 127, 128, 129, 149] {
      try expectExact(base, Cloud.uniform.points(3, 4, seed: 6), count: count, everyWithin: 30)
    }
  }

  /// Queries far from all points, and beyond what squares can be.
  @Test func queriesFromElsewhere() throws {
    let base = Cloud.uniform.points(200, 5, seed: 7)
    for offset in [-3.0, 1e8, 1e200] {
      let queries = Matrix(
        rows: 20, columns: 5, elements: Cloud.uniform.points(20, 5, seed: 8).elements.map { $0 + offset })
      try expectExact(base, queries, count: 6, everyWithin: 100)
    }
  }

  /// What is not a number has no nearest; it neither ends the search nor hides others' neighbours.
  @Test func whatIsNotANumberIsFarthest() throws {
    var base = Cloud.uniform.points(140, 3, seed: 9)
    base[70, 1] = .nan
    let found = try NearestNeighbours(within: base, count: 139)
    let clean = base.selecting((0..<140).filter { $0 != 70 })
    let others = try NearestNeighbours(within: clean, count: 5)
    for (place, row) in (0..<140).filter({ $0 != 70 }).enumerated() {
      let expected = others.indices(ofRow: place).map { $0 < 70 ? $0 : $0 + 1 }
      #expect(Array(found.indices(ofRow: row).prefix(5)) == expected)
      #expect(found.indices(ofRow: row).last == 70)
    }
    #expect(Array(found.indices(ofRow: 70)) == (0..<140).filter { $0 != 70 })
  }

  @Test func sameBytesWithAnyInstructionsAndThreads() throws {
    for (cloud, columns) in [(Cloud.clustered, 10), (.uniform, 300), (.farAway, 3), (.grid, 6)] {
      let base = cloud.points(600, columns, seed: 11)
      let seen =
        try resultsAcrossInstructionSets { try NearestNeighbours(within: base, count: 15) }
        + resultsAcrossThreadCounts { try NearestNeighbours(within: base, count: 15) }
      #expect(seen.allSatisfy { $0 == seen[0] }, "\(cloud)")
      let expected = Self.allPairs(of: base.row(599), among: base, count: 15, excluding: 599)
      #expect(Array(seen[0].indices(ofRow: 599)) == expected.map(\.index))
    }
  }

  @Test func trustworthinessAgreesWithScikitLearn() throws {
    let golden = try EmbeddingGolden.load()
    for (k, expected) in golden.trustworthiness {
      let found = try trustworthiness(
        of: golden.embeddingMatrix, for: golden.pointMatrix, neighbourCount: Int(k)!)
      #expect(abs(found - expected) < 1e-12)
    }
    let components = try PrincipalComponents(of: golden.pointMatrix, count: 2)
    let projected = try components.projections(of: golden.pointMatrix)
    #expect(abs(try trustworthiness(of: projected, for: golden.pointMatrix) - golden.pcaTrustworthiness) < 1e-12)
    #expect(try trustworthiness(of: golden.pointMatrix, for: golden.pointMatrix) == 1)
    #expect(throws: ClusteringError.self) {
      try trustworthiness(of: golden.embeddingMatrix, for: golden.pointMatrix, neighbourCount: 90)
    }
  }

  @Test func componentsAgreeWithScikitLearn() throws {
    let golden = try EmbeddingGolden.load()
    let found = try PrincipalComponents(of: golden.pointMatrix, count: 3)
    #expect(largestDifference(found.variances, golden.variances) < 1e-9)
    #expect(largestDifference(found.directions.elements, golden.components) < 1e-8)
    let wide = Matrix(rows: 12, columns: golden.wideColumns, elements: golden.wide)
    let wideFound = try PrincipalComponents(of: wide, count: 2)
    #expect(largestDifference(wideFound.variances, golden.wideVariances) < 1e-9)
    #expect(largestDifference(wideFound.directions.elements, golden.wideComponents) < 1e-8)
  }

  @Test func componentsOfDegeneratePoints() throws {
    let same = try PrincipalComponents(of: Matrix(rows: 5, columns: 3, repeating: 2), count: 2)
    #expect(same.variances == [0, 0])
    #expect(same.directions.elements.allSatisfy { $0.isFinite })
    // Three points span two directions; a third has no variance but is still a unit direction.
    let few = try PrincipalComponents(
      of: Matrix(rows: 3, columns: 3, elements: [1, 0, 0, 0, 1, 0, 0, 0, 1]), count: 3)
    #expect(abs(few.variances[2]) < 1e-12)
    #expect(abs(few.directions.row(2).reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
    #expect(throws: ClusteringError.self) {
      try PrincipalComponents(of: Matrix(rows: 3, columns: 2, elements: [0, 0, 1, .nan, 2, 2]), count: 1)
    }
  }
}
