import Interruptions
import TensorEngine

/// How many clusters there may be among points, judged without labels.
///
/// For each number, several partitions from components of their own are made along the graph of neighbours. A number is
/// good if they come to the same clusters (their adjusted Rand index, squared, for it says how far a partition can be
/// made again) and these tell much of a point's neighbours (their mutual information).
public struct ClusterCount: Sendable, Equatable {
  /// A number of clusters and what speaks for it.
  public struct Candidate: Sendable, Equatable {
    public let count: Int
    /// The mean adjusted Rand index of two partitions.
    public let agreement: Double
    /// The mean mutual information of neighbours' clusters, in nats.
    public let information: Double

    /// What numbers are compared by.
    public var merit: Double { max(agreement, 0) * max(agreement, 0) * information }
  }

  /// In the order of their numbers.
  public let candidates: [Candidate]

  /// The number of most merit, the smallest of equal ones.
  public var best: Int {
    candidates.max { ($0.merit, $1.count) < ($1.merit, $0.count) }!.count
  }

  /// Looks at `sampleSize` of the points at most.
  ///
  /// - Parameters:
  ///   - most: the largest number that is looked at, from 2; fewer where there are not twenty points a cluster.
  ///   - capacity: as in `GraphGrouping.Options`.
  ///   - progress: told how many numbers are done, of how many; may throw to end the work.
  /// - Throws: `ClusteringError` if there are too few points or a coordinate is not finite, `Interrupted`, and what
  ///   `progress` throws.
  public init(
    among points: Matrix, most: Int = 40, capacity: Double? = 1.6, random: RandomSource,
    progress: (_ done: Int, _ count: Int) throws -> Void = { _, _ in }
  ) throws {
    guard points.rows >= 40 else {
      throw ClusteringError.tooFewPoints(found: points.rows, needed: 40, purpose: "a number of clusters")
    }
    var sample = points
    if points.rows > Self.sampleSize {
      var stream = random.derived("sample").makeStream()
      sample = points.selecting(stream.sample(Self.sampleSize, of: points.rows))
    }
    let numbers = Array(2...min(max(most, 2), sample.rows / 20))
    // As many as a grouping into twenty clusters has.
    let graph = try NeighbourGraph(of: sample, neighbourCount: min(15, max(3, sample.rows / 480)))
    let components = try (0..<Self.partitionCount).map { number in
      try Components(
        of: sample, count: min([100, 150, 200, 300][number % 4], sample.rows / 6), graph,
        random: random.derived("components").derived(number))
    }
    var candidates: [Candidate] = []
    for (done, count) in numbers.enumerated() {
      try progress(done, numbers.count)
      let limit = capacity.map { $0 * Double(sample.rows) / Double(count) }
      let found = try components.map { try $0.partition(into: count, capacity: limit) }
      let indices = PartitionTables(of: found.map(\.clusters), count: count).adjustedRandIndices()
      let pairs = Double(components.count * (components.count - 1))
      let sum = indices.elements.reduce(0, +) - (0..<components.count).reduce(0.0) { $0 + indices[$1, $1] }
      candidates.append(
        Candidate(
          count: count, agreement: sum / pairs,
          information: found.reduce(0.0) { $0 + $1.information } / Double(components.count)))
    }
    try progress(numbers.count, numbers.count)
    self.candidates = candidates
  }

  private static let sampleSize = 20_000
  private static let partitionCount = 12

  /// Components of the points and the edges between them.
  private struct Components {
    let ofPoints: [Int]
    let sums: PairSums

    init(of points: Matrix, count: Int, _ graph: NeighbourGraph, random: RandomSource) throws {
      ofPoints = try KMeans.fit(
        points, clusterCount: count, options: KMeans.Options(maximumIterations: 50, restarts: 1), random: random
      ).assignments
      sums = graph.edges(between: ofPoints, count: count)
    }

    func partition(into count: Int, capacity: Double?) throws -> (clusters: [Int], information: Double) {
      let groups = sums.refined(
        try sums.joined(to: count, by: .density, capacity: capacity), count: count, capacity: capacity, sweeps: 3)
      return (ofPoints.map { groups[$0] }, NeighbourInformation(sums.pairs(between: groups, count: count)).value)
    }
  }
}
