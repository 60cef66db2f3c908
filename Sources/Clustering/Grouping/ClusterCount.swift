import Interruptions
import TensorEngine

/// How many clusters there may be among points, judged without labels.
///
/// For each number, several partitions from components of their own are made along the graph of neighbours. A number is
/// good if they come to the same clusters (their adjusted Rand index, squared, for it says how far a partition can be
/// made again) and these tell much of a point's neighbours (their mutual information). Around the best number these hardly
/// differ, and a cluster more always tells a little more: the smallest number is taken that is within one standard error of
/// the best (Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3).
public struct ClusterCount: Sendable, Equatable {
  /// A number of clusters and what speaks for it.
  public struct Candidate: Sendable, Equatable {
    public let count: Int
    /// The mean adjusted Rand index of two partitions.
    public let agreement: Double
    /// The mean mutual information of neighbours' clusters, in nats.
    public let information: Double

    /// That of `merit`, by leaving out one partition after the other.
    public let standardError: Double

    /// What numbers are compared by.
    public var merit: Double { Self.merit(agreement, information) }

    /// - Parameters:
    ///   - agreements: the adjusted Rand index of every two partitions, `[partitions, partitions]`.
    ///   - informations: each partition's mutual information of neighbours, in nats.
    package init(count: Int, agreements: Matrix, informations: [Double]) {
      func mean(without left: Int?) -> (agreement: Double, information: Double) {
        let kept = informations.indices.filter { $0 != left }
        let sum = kept.reduce(0.0) { sum, i in kept.reduce(sum) { $1 == i ? $0 : $0 + agreements[i, $1] } }
        return (
          sum / Double(kept.count * (kept.count - 1)), kept.reduce(0.0) { $0 + informations[$1] } / Double(kept.count)
        )
      }
      (self.count, (agreement, information)) = (count, mean(without: nil))
      let merits = informations.indices.map { number in
        let rest = mean(without: number)
        return Self.merit(rest.agreement, rest.information)
      }
      let share = Double(merits.count - 1) / Double(merits.count)
      let middle = merits.reduce(0, +) / Double(merits.count)
      standardError = (share * merits.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }).squareRoot()
    }

    private static func merit(_ agreement: Double, _ information: Double) -> Double {
      max(agreement, 0) * max(agreement, 0) * information
    }
  }

  /// In the order of their numbers.
  public let candidates: [Candidate]

  /// The smallest number whose merit is within one standard error of the most.
  public var best: Int {
    let top = candidates.max { ($0.merit, $1.count) < ($1.merit, $0.count) }!
    return candidates.first { $0.merit >= top.merit - top.standardError }!.count
  }

  package init(candidates: [Candidate]) {
    self.candidates = candidates
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
      candidates.append(
        Candidate(
          count: count,
          agreements: PartitionTables(of: found.map(\.clusters), count: count).adjustedRandIndices(),
          informations: found.map(\.information)))
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
