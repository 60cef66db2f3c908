import TensorEngine

/// Clusters read off the graph of nearest neighbours: many partitions into components joined along its edges, what they
/// agree on, and a vote among neighbours.
///
/// No label has a part in it: what is chosen is chosen by the neighbours' mutual information.
public struct GraphGrouping: Sendable, Equatable {
  public struct Options: Sendable, Equatable {
    /// Nearest others that a point is joined to; nil for 15 where a cluster has hundreds of points, fewer where it has
    /// tens.
    public var neighbourCount: Int?
    /// Partitions that are made for clusters to be the consensus of, besides earlier ones.
    public var partitionCount = 48
    /// The share of all those that decide, the ones that agree best with each other, 0...1.
    public var kept = 0.5
    /// How many times the mean number of points a cluster may hold by joining components, 1 or more; nil for any number.
    /// Partitions draw from this and from what lies a quarter and half of the way from 1 to it: clusters are taken to be
    /// of like size as far as it says.
    public var capacity: Double? = 1.6
    /// Whether every third partition is by spectral clustering, which knows no capacity.
    public var usesSpectral = true
    /// Sweeps of the vote among neighbours.
    public var votes = 10

    public init() {}

    func neighbours(pointCount: Int, clusterCount: Int) -> Int {
      neighbourCount ?? min(15, max(3, pointCount / (24 * clusterCount)))
    }

    /// Numbers of components that partitions begin with, drawn from these: 8 to 20 a cluster.
    func componentCounts(pointCount: Int, clusterCount: Int) -> [Int] {
      let most = max(clusterCount, pointCount / 5)
      return [8, 10, 15, 20].map { min($0 * clusterCount, most) }
    }

    var capacities: [Double?] { capacity.map { most in [0.25, 0.5, 1].map { 1 + $0 * (most - 1) } } ?? [nil] }
  }

  /// The cluster of each point, 0..<clusterCount.
  public let assignments: [Int]
  /// How sure a point's cluster is, 0...1: the share of its neighbours that are in it, or of the partitions that agree
  /// with it, whichever is smaller.
  public let confidence: [Double]
  /// The neighbours' mutual information of the clusters, in nats: what two groupings of the same points are compared by.
  public let information: Double
  public let graph: NeighbourGraph
  /// The votes of each point's neighbours for the clusters, `[points, clusterCount]`.
  let votes: [Int32]
  /// The partitions that were made, for a later grouping of the same points.
  public let partitions: [[Int]]

  /// Groups `points` into `clusterCount` clusters; the same source gives the same clusters.
  ///
  /// `earlier` are partitions of the same points into as many clusters, of an earlier state of what made them: they take
  /// part in the consensus, for what they are wrong about differs.
  /// `progress` is told how many partitions are done, of how many, and may throw to end the work. Throws `ClusteringError`
  /// if there are fewer points than components, or a coordinate is not finite.
  public init(
    of points: Matrix, clusterCount: Int, options: Options, random: RandomSource, earlier: [[Int]] = [],
    progress: (_ done: Int, _ count: Int) throws -> Void = { _, _ in }
  ) throws {
    let graph = try NeighbourGraph(
      of: points, neighbourCount: options.neighbours(pointCount: points.rows, clusterCount: clusterCount))
    var partitions: [[Int]] = []
    for number in 0..<options.partitionCount {
      try progress(number, options.partitionCount)
      partitions.append(
        try Self.partition(
          points, graph, clusterCount, options, number: number, random: random.derived("partition").derived(number)))
    }
    try progress(options.partitionCount, options.partitionCount)
    let consensus = try PartitionConsensus(
      of: partitions + earlier, count: clusterCount, kept: options.kept, random: random.derived("consensus"))
    let clusters = graph.voted(consensus.assignments, count: clusterCount, sweeps: options.votes)
    let votes = graph.votes(for: clusters, count: clusterCount)
    confidence = clusters.indices.map { point in
      let own = votes[point * clusterCount..<(point + 1) * clusterCount]
      let share = Double(own[own.startIndex + clusters[point]]) / Double(max(own.reduce(0, +), 1))
      return min(share, consensus.agreement[point])
    }
    information = graph.information(of: clusters, count: clusterCount)
    (assignments, self.votes, self.graph, self.partitions) = (clusters, votes, graph, partitions)
  }

  /// One partition: k-means components of some of the points, joined along the graph's edges in one of three ways, then
  /// moved one by one while that raises the neighbours' information.
  private static func partition(
    _ points: Matrix, _ graph: NeighbourGraph, _ clusterCount: Int, _ options: Options, number: Int,
    random: RandomSource
  ) throws -> [Int] {
    var stream = random.derived("draw").makeStream()
    let componentCounts = options.componentCounts(pointCount: points.rows, clusterCount: clusterCount)
    let componentCount = componentCounts[stream.integer(below: componentCounts.count)]
    let capacity = options.capacities[stream.integer(below: options.capacities.count)]
    let mean = Double(points.rows) / Double(clusterCount)
    var sample = points
    if points.rows > sampleSize {
      sample = points.selecting(stream.sample(sampleSize, of: points.rows))
    }
    let components = try KMeans.fit(
      sample, clusterCount: componentCount, options: KMeans.Options(maximumIterations: 50, restarts: 1),
      random: random.derived("components")
    ).assignments(of: points)
    let sums = graph.edges(between: components, count: componentCount)
    let limit = capacity.map { $0 * mean }
    let groups: [Int] =
      switch number % (options.usesSpectral ? 3 : 2) {
      case 0: try sums.joined(to: clusterCount, by: .density, capacity: limit)
      case 1: try sums.joined(to: clusterCount, by: .proportion, capacity: limit)
      default: try sums.spectralGroups(count: clusterCount, random: random.derived("spectral"))
      }
    let refined = sums.refined(
      groups, count: clusterCount, capacity: limit.map { max($0, 1.3 * mean) }, sweeps: 5)
    return components.map { refined[$0] }
  }

  /// Points that components are found in, at most.
  private static let sampleSize = 20_000
}
