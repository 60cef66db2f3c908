import Clustering
import TensorEngine
import Testing

@Suite struct KMeansTests {
  @Test func findsSeparatedBlobs() throws {
    let (points, truth) = blobs(about: scatteredCentres(8, columns: 6, scale: 10, seed: 1), count: 100, spread: 1)
    let found = try KMeans.fit(points, clusterCount: 8, random: RandomSource(seed: 3))
    #expect(found.converged)
    #expect(samePartition(found.assignments, truth))
    #expect(try found.assignments(of: points) == found.assignments)
    // 8·100 points of 6 unit-variance columns, less the 8 fitted means.
    #expect(abs(found.inertia / (8 * 99 * 6) - 1) < 0.1)
  }

  @Test func moreRestartsNeverWorsenInertia() throws {
    let (points, _) = blobs(about: scatteredCentres(12, columns: 2, scale: 3, seed: 2), count: 40, spread: 1)
    let inertias = try [1, 2, 5, 10].map {
      try KMeans.fit(points, clusterCount: 12, options: .init(restarts: $0), random: RandomSource(seed: 0)).inertia
    }
    #expect(inertias == inertias.sorted(by: >))
  }

  @Test func centroidsAreTheMeansOfTheirPoints() throws {
    let (points, _) = blobs(about: scatteredCentres(3, columns: 4, scale: 2, seed: 5), count: 500, spread: 1)
    let found = try KMeans.fit(points, clusterCount: 5, options: .init(tolerance: 0), random: RandomSource(seed: 0))
    for cluster in 0..<5 {
      let members = points.selecting(found.assignments.indices.filter { found.assignments[$0] == cluster })
      for column in 0..<4 {
        #expect(abs(members.columnMeans[column] - found.centroids[cluster, column]) < 1e-12)
      }
    }
  }

  /// With many columns most distances are passed over, which may change no bit: Lloyd's algorithm as it is written down.
  @Test(arguments: [(8, 2), (23, 5), (40, 10), (64, 16)])
  func boundsChangeNothing(columns: Int, clusters: Int) throws {
    for seed in 0..<3 as Range<UInt64> {
      // Overlapping groups, so that points change sides for long, and some points twice.
      var (points, _) = blobs(
        about: scatteredCentres(clusters, columns: columns, scale: 0.7, seed: seed), count: 150, spread: 1, seed: seed)
      for column in 0..<columns { points[9, column] = points[4, column] }
      var centroids = points.selecting((0..<clusters).map { 4 + 17 * $0 })
      let found = try KMeans.refined(from: centroids, on: points, options: .init(maximumIterations: 40, tolerance: 0))
      #expect(found.iterationCount > 3)
      for _ in 0..<found.iterationCount {
        let assignments = try KMeans.assignments(of: points, to: centroids)
        var moved = centroids
        for cluster in 0..<clusters {
          let members = assignments.indices.filter { assignments[$0] == cluster }
          // Summed in blocks of 1024, about the centroid.
          for column in 0..<columns {
            var sum = 0.0
            for block in 0..<(points.rows + 1023) / 1024 {
              sum += members.filter { $0 / 1024 == block }.reduce(0) {
                $0 + (points[$1, column] - centroids[cluster, column])
              }
            }
            moved[cluster, column] += sum / Double(members.count)
          }
          try #require(!members.isEmpty)
        }
        centroids = moved
      }
      #expect(found.centroids == centroids)
      #expect(try found.assignments == KMeans.assignments(of: points, to: centroids))
    }
  }

  @Test func handlesDuplicatesAndOnePointPerCluster() throws {
    let same = Matrix(rows: 6, columns: 2, repeating: 1)
    let collapsed = try KMeans.fit(same, clusterCount: 3, random: RandomSource(seed: 0))
    #expect(collapsed.inertia == 0)
    let (points, _) = blobs(about: [[0, 0]], count: 7, spread: 1)
    let alone = try KMeans.fit(points, clusterCount: 7, random: RandomSource(seed: 0))
    #expect(alone.inertia < 1e-24)
    #expect(Set(alone.assignments).count == 7)
  }

  @Test func sameForAnyThreadCount() throws {
    let (points, _) = blobs(about: scatteredCentres(5, columns: 7, scale: 1, seed: 4), count: 1111, spread: 1)
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let runs = try [1, 2, 3].map { threads in
      Parallel.threadCount = threads
      return try KMeans.fit(points, clusterCount: 5, options: .init(restarts: 2), random: RandomSource(seed: 9))
    }
    #expect(runs[0] == runs[1] && runs[1] == runs[2])
  }

  @Test func refusesWhatCannotBeClustered() {
    let points = Matrix(rows: 3, columns: 2, elements: [0, 1, 2, .nan, 4, 5])
    let random = RandomSource(seed: 0)
    #expect(throws: ClusteringError.notFinite(row: 1, column: 1)) {
      try KMeans.fit(points, clusterCount: 2, random: random)
    }
    #expect(throws: ClusteringError.self) { try KMeans.fit(points, clusterCount: 4, random: random) }
    #expect(throws: ClusteringError.self) { try KMeans.fit(points, clusterCount: 0, random: random) }
  }
}
