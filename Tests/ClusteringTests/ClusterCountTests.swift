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
