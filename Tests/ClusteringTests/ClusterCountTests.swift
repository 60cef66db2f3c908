import Clustering
import TensorEngine
import TestSupport
import Testing

@Suite("Number of clusters") struct ClusterCountTests {
  @Test(arguments: [3, 7, 12]) func islandsAreCounted(islands: Int) throws {
    let (points, _) = blobs(about: scatteredCentres(islands, columns: 4, scale: 12, seed: 5), count: 90, spread: 1)
    let found = try ClusterCount(among: points, random: RandomSource(seed: 1))
    #expect(found.best == islands)
    #expect(found.candidates.map(\.count) == Array(2...min(40, islands * 90 / 20)))
    let best = try #require(found.candidates.first { $0.count == islands })
    #expect(best.agreement > 0.97 && found.candidates.allSatisfy { $0.agreement <= 1 && $0.information >= 0 })
  }

  /// Three partitions of three numbers of clusters: the jackknife's error by hand, and the smallest number that it leaves.
  @Test func theSmallestWithinOneStandardError() {
    func agreements(_ values: (Double, Double, Double)) -> Matrix {
      Matrix(
        rows: 3, columns: 3, elements: [1, values.0, values.1, values.0, 1, values.2, values.1, values.2, 1])
    }
    let candidates = [
      ClusterCount.Candidate(count: 2, agreements: agreements((0.5, 0.5, 0.5)), informations: [1, 1, 1]),
      ClusterCount.Candidate(count: 3, agreements: agreements((0.9, 0.8, 1)), informations: [1, 1, 1]),
      ClusterCount.Candidate(count: 4, agreements: agreements((0.9, 0.9, 1)), informations: [1, 1, 1]),
    ]
    // Without the third, the second and the first partition.
    let merits = [0.9 * 0.9, 0.9 * 0.9, 1.0]
    let middle = merits.reduce(0, +) / 3
    let error = (2 / 3 * merits.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }).squareRoot()
    #expect(abs(candidates[2].standardError - error) < 1e-12 && candidates[0].standardError == 0)
    #expect(abs(candidates[1].agreement - 0.9) < 1e-12 && candidates[2].merit > candidates[1].merit)
    #expect(ClusterCount(candidates: candidates).best == 3)
    #expect(ClusterCount(candidates: [candidates[0], candidates[2]]).best == 4)
  }

  @Test func limitsAndProgress() throws {
    let (points, _) = blobs(about: scatteredCentres(6, columns: 3, scale: 9, seed: 5), count: 50, spread: 1)
    var told: [Int] = []
    let found = try ClusterCount(among: points, most: 5, random: RandomSource(seed: 1)) { done, count in
      #expect(count == 4)
      told.append(done)
    }
    #expect(found.candidates.map(\.count) == [2, 3, 4, 5] && told == [0, 1, 2, 3, 4])
    #expect(throws: ClusteringError.self) {
      try ClusterCount(among: Matrix(rows: 39, columns: 2, repeating: 0), random: RandomSource(seed: 1))
    }
  }

  @Test func threadsDoNotChangeABit() throws {
    let (points, _) = blobs(about: scatteredCentres(5, columns: 4, scale: 3, seed: 2), count: 60, spread: 1)
    let results = try resultsAcrossThreadCounts {
      try ClusterCount(among: points, most: 8, random: RandomSource(seed: 3))
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
