import Clustering
import TensorEngine
import Testing

/// What tells good clusterings without labels, against scikit-learn.
@Suite struct QualityTests {
  struct Golden: Decodable {
    let points: [[Double]]
    let clusters: [Int]
    let silhouette: Double
    let weights: [Double]
    let means, variances: [[Double]]
    let logLikelihood, bic: Double
  }

  private static func matrix(_ rows: [[Double]]) -> Matrix {
    Matrix(rows: rows.count, columns: rows[0].count, elements: rows.flatMap(\.self))
  }

  @Test func silhouetteAgrees() throws {
    let expected = try golden("quality", as: Golden.self)
    let points = Self.matrix(expected.points)
    let found = try #require(try Silhouette.mean(of: points, assignments: expected.clusters))
    #expect(abs(found - expected.silhouette) < 1e-12)
    // Clusters without points change nothing.
    #expect(try Silhouette.mean(of: points, assignments: expected.clusters.map { 2 * $0 }) == found)
    #expect(try Silhouette.mean(of: points, assignments: expected.clusters.map { _ in 0 }) == nil)
    #expect(try Silhouette.mean(of: points, assignments: Array(0..<points.rows)) == nil)
  }

  @Test func informationCriterionAgrees() throws {
    let expected = try golden("quality", as: Golden.self)
    let points = Self.matrix(expected.points)
    let mixture = GaussianMixture(
      mixingWeights: expected.weights, means: Self.matrix(expected.means), variances: Self.matrix(expected.variances))
    let logLikelihood = try mixture.logLikelihood(of: points)
    #expect(abs(logLikelihood - expected.logLikelihood) < 1e-9)
    let bic = mixture.informationCriterion(logLikelihood: logLikelihood, points: points.rows)
    #expect(abs(bic / expected.bic - 1) < 1e-9)
    #expect(mixture.freeParameterCount == 20)
  }
}
