import Clustering
import TensorEngine
import TestSupport
import Testing

/// Precision, recall and kernel distance against their definitions.
@Suite struct SampleScoreTests {
  struct Golden: Decodable {
    struct Score: Decodable {
      let k: Int
      let precision, recall: Double
    }
    struct Case: Decodable {
      let columns: Int
      let real, drawn: [Double]
      let scores: [Score]
      let distance, error: Double
    }
    let cases: [Case]
  }

  private func points(_ elements: [Double], _ columns: Int) -> Matrix {
    Matrix(rows: elements.count / columns, columns: columns, elements: elements)
  }

  @Test func agreesWithTheDefinitions() throws {
    for test in try golden("samples", as: Golden.self).cases {
      let (real, drawn) = (points(test.real, test.columns), points(test.drawn, test.columns))
      for expected in test.scores {
        let found = try ManifoldOverlap(of: drawn, and: real, neighbourCount: expected.k)
        #expect(abs(found.precision - expected.precision) < 1e-12 && abs(found.recall - expected.recall) < 1e-12)
      }
      let distance = try KernelDistance(of: drawn, and: real)
      #expect(abs(distance.estimate - test.distance) < 1e-10 * max(1, abs(test.distance)))
      #expect(abs(distance.standardError - test.error) < 1e-8)
    }
  }

  /// Points are on their own manifold; what is far from all is on none.
  @Test func extremes() throws {
    let (near, _) = blobs(about: [[0, 0, 0]], count: 300, spread: 1)
    let (far, _) = blobs(about: [[90, 0, 0]], count: 300, spread: 1, seed: 1)
    let same = try ManifoldOverlap(of: near, and: near)
    #expect(same.precision == 1 && same.recall == 1)
    let apart = try ManifoldOverlap(of: far, and: near)
    #expect(apart.precision == 0 && apart.recall == 0)
    // Half of two places is drawn well but not all.
    let both = Matrix(rows: 600, columns: 3, elements: near.elements + far.elements)
    let half = try ManifoldOverlap(of: near, and: both)
    #expect(half.precision == 1 && abs(half.recall - 0.5) < 0.01)
    let (other, _) = blobs(about: [[0, 0, 0]], count: 300, spread: 1, seed: 2)
    let distance = try KernelDistance(of: near, and: other)
    #expect(abs(distance.estimate) < 4 * distance.standardError)
    let wider = try KernelDistance(of: near, and: far)
    #expect(wider.estimate > 100 * wider.standardError)
  }

  @Test func sameForAnyThreadCount() throws {
    let (a, _) = blobs(about: scatteredCentres(2, columns: 9, scale: 1, seed: 4), count: 133, spread: 1)
    let (b, _) = blobs(about: scatteredCentres(2, columns: 9, scale: 1, seed: 5), count: 130, spread: 1)
    let found = try resultsAcrossThreadCounts { [try KernelDistance(of: a, and: b)] }
    #expect(found.allSatisfy { $0 == found[0] })
    let overlaps = try resultsAcrossThreadCounts { [try ManifoldOverlap(of: a, and: b)] }
    #expect(overlaps.allSatisfy { $0 == overlaps[0] })
  }

  @Test func whatCannotBeCompared() {
    let few = Matrix(rows: 3, columns: 2, repeating: 1)
    let many = Matrix(rows: 30, columns: 2, repeating: 1)
    #expect(throws: ClusteringError.self) { try ManifoldOverlap(of: few, and: many) }
    #expect(throws: ClusteringError.self) { try KernelDistance(of: many, and: few) }
    #expect(throws: ClusteringError.dimensionMismatch(found: 2, expected: 3)) {
      try KernelDistance(of: many, and: Matrix(rows: 30, columns: 3))
    }
    let broken = Matrix(rows: 30, columns: 2, repeating: .nan)
    #expect(throws: ClusteringError.notFinite(row: 0, column: 0)) { try ManifoldOverlap(of: many, and: broken) }
  }
}
