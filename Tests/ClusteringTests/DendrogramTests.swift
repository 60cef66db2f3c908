import Clustering
import TestSupport
import Testing

@Suite struct DendrogramTests {
  /// What `make_dendrogram.py` computed with scipy.
  private struct Golden: Decodable {
    let means, variances, distances, heights: [Double]
    let first, second: [Int]
  }

  @Test func agreesWithScipy() throws {
    let golden = try TestSupport.golden("dendrogram", in: .module, as: Golden.self)
    let mixture = GaussianMixture(
      mixingWeights: [Double](repeating: 1.0 / 9, count: 9), means: Matrix(rows: 9, columns: 3, elements: golden.means),
      variances: Matrix(rows: 9, columns: 3, elements: golden.variances))
    let distances = try mixture.bhattacharyyaDistances()
    #expect(largestDifference(distances.elements, golden.distances) < 1e-12)
    let tree = try Dendrogram(averageLinkageOf: distances)
    #expect(tree.joins.map(\.first) == golden.first)
    #expect(tree.joins.map(\.second) == golden.second)
    #expect(largestDifference(tree.joins.map(\.height), golden.heights) < 1e-12)
  }

  @Test func equalComponentsJoinAtNothing() throws {
    let mixture = GaussianMixture(
      mixingWeights: [0.5, 0.25, 0.25], means: Matrix(rows: 3, columns: 1, elements: [1.0, 1, 4]),
      variances: Matrix(rows: 3, columns: 1, elements: [0.5, 0.5, 0.5]))
    let tree = try Dendrogram(averageLinkageOf: mixture.bhattacharyyaDistances())
    #expect(tree.joins.map(\.first) == [0, 2] && tree.joins.map(\.second) == [1, 3])
    #expect(tree.joins[0].height == 0 && abs(tree.joins[1].height - 9.0 / 4) < 1e-12)
  }

  @Test func oneThingHasNothingToJoin() throws {
    #expect(try Dendrogram(averageLinkageOf: Matrix(rows: 1, columns: 1)).joins.isEmpty)
  }
}
