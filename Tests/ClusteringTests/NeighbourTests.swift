import Clustering
import TensorEngine
import TestSupport
import Testing

@Suite struct NeighbourTests {
  /// All pairs, sorted: what the blocked search must equal.
  func sortedNeighbours(of query: Int, in points: Matrix, queries: Matrix, excludingSelf: Bool) -> [Int32] {
    (0..<points.rows).filter { !excludingSelf || $0 != query }.map { other in
      (zip(queries.row(query), points.row(other)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }, Int32(other))
    }.sorted { $0 < $1 }.map(\.1)
  }

  @Test(arguments: [(1, 3), (200, 70), (1500, 2), (300, 130)])
  func equalsSortingAllPairs(rows: Int, columns: Int) throws {
    // Small whole numbers, so that distances tie often and exactly.
    var stream = RandomSource(seed: 1).makeStream()
    func points(_ rows: Int) -> Matrix {
      Matrix(
        rows: rows, columns: columns,
        elements: (0..<rows * columns).map { _ in Double(stream.integer(below: 4)) })
    }
    let base = points(rows)
    let queries = points(33)
    let found = try NearestNeighbours(of: queries, among: base, count: min(rows, 40))
    for query in 0..<queries.rows {
      let expected = sortedNeighbours(of: query, in: base, queries: queries, excludingSelf: false)
      #expect(Array(found.indices(ofRow: query)) == Array(expected.prefix(found.count)))
    }
    guard rows > 1 else { return }
    let within = try NearestNeighbours(within: base, count: 9)
    for query in stride(from: 0, to: rows, by: 17) {
      let expected = sortedNeighbours(of: query, in: base, queries: base, excludingSelf: true)
      #expect(Array(within.indices(ofRow: query)) == Array(expected.prefix(9)))
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
