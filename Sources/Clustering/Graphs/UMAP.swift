import Interruptions
import TensorEngine

/// An embedding in which points lie close together that a graph of nearest neighbours joins: uniform manifold
/// approximation and projection.
///
/// McInnes, Healy and Melville (arXiv 1802.03426), with umap-learn's constants. Unlike there, an epoch is the same on any
/// number of threads: `UMAPLayout` says how.
public struct UMAP: Sendable {
  public struct Options: Sendable, Equatable {
    /// Nearest others that a point is joined to; umap-learn counts the point itself as one more.
    public var neighbourCount: Int
    /// Columns of the embedding.
    public var dimension: Int
    /// How close points may come that are alike.
    public var minimumDistance: Double
    /// The distance over which likeness falls.
    public var spread: Double
    /// Points that push a point away for each edge that draws it.
    public var negativeSampleCount: Int
    /// The length of the first epoch's steps; it falls to 0.
    public var rate: Double

    public init(
      neighbourCount: Int = 15, dimension: Int = 2, minimumDistance: Double = 0.1, spread: Double = 1,
      negativeSampleCount: Int = 5, rate: Double = 1
    ) {
      self.neighbourCount = neighbourCount
      self.dimension = dimension
      self.minimumDistance = minimumDistance
      self.spread = spread
      self.negativeSampleCount = negativeSampleCount
      self.rate = rate
    }

    func validate() throws {
      func require(_ holds: Bool, _ name: String, _ found: Any, _ expected: String) throws {
        if !holds { throw ClusteringError.invalidOption(name: name, found: "\(found)", expected: expected) }
      }
      try require(neighbourCount >= 1, "neighbourCount", neighbourCount, "at least 1")
      try require(dimension >= 1, "dimension", dimension, "at least 1")
      try require(spread > 0 && spread.isFinite, "spread", spread, "above 0, and finite")
      try require(
        minimumDistance >= 0 && minimumDistance <= spread, "minimumDistance", minimumDistance, "between 0 and spread")
      try require(negativeSampleCount >= 0, "negativeSampleCount", negativeSampleCount, "0 or more")
      try require(rate > 0 && rate.isFinite, "rate", rate, "above 0, and finite")
    }
  }

  /// Epochs that umap-learn takes by itself.
  public static func epochCount(for pointCount: Int) -> Int { pointCount <= 10_000 ? 500 : 200 }

  /// Connected parts of the graph.
  public let partCount: Int
  /// What is laid out.
  package let graph: SymmetricGraph
  private let options: Options
  private var layout: UMAPLayout

  /// The graph of `points`, laid out by its eigenvectors; `layOut` moves them on from there.
  ///
  /// Takes points²·columns operations. Edges too weak to be drawn once in `epochCount` epochs are left out.
  /// - Parameters:
  ///   - random: decides noise, and what is at random where eigenvectors cannot say.
  ///   - progress: is told what is being done; what it throws ends the work.
  /// - Throws: `ClusteringError` if there are fewer than two points, a coordinate is not finite or an option is out of
  ///   range.
  public init(
    of points: Matrix, options: Options, epochCount: Int, random: RandomSource,
    progress: (String) throws -> Void = { _ in }
  ) throws {
    try options.validate()
    try progress("the graph of neighbours")
    let neighbours = try NeighbourGraph(of: points, neighbourCount: options.neighbourCount).neighbours
    let whole = try SymmetricGraph(fuzzy: neighbours)
    let strongest = whole.weights.max() ?? 1
    let graph = whole.pruned(below: strongest / Double(epochCount))
    let start = try UMAPStart.positions(
      of: graph, points: points, dimension: options.dimension, random: random.derived("start")
    ) { try progress("eigenvectors, step \($0)") }
    self.init(graph, at: start, options: options)
  }

  /// A graph whose points are at some positions: as it was kept. Traps unless there is a position for each.
  package init(_ graph: SymmetricGraph, at positions: Matrix, options: Options) {
    partCount = graph.parts.count
    layout = UMAPLayout(
      graph, curve: UMAPCurve(minimumDistance: options.minimumDistance, spread: options.spread), start: positions)
    (self.graph, self.options) = (graph, options)
  }

  /// A point a row.
  public var positions: Matrix { layout.positions }

  /// Where a layout stands after an epoch.
  public struct Progress: Sendable {
    /// Epochs done, from 1.
    public let epoch: Int
    /// −log of the likeness of the points that an edge joins, and −log(1 − likeness) of those that push one of them away,
    /// summed: the mean over edges drawn in the epoch, of which it looks at an eighth.
    public let crossEntropy: Double
  }

  /// Moves the points for `epochCount` epochs, over which the rate falls to 0; the same source gives the same positions.
  ///
  /// - Parameter afterEpoch: says whether to go on. An epoch that was begun is finished.
  public mutating func layOut(epochCount: Int, random: RandomSource, afterEpoch: (Progress) -> Bool) {
    precondition(epochCount >= 1, "\(epochCount) epochs lay nothing out")
    for epoch in 1...epochCount {
      let crossEntropy = layout.advance(
        epoch: epoch, rate: options.rate * (1 - Double(epoch - 1) / Double(epochCount)),
        negativeSampleCount: options.negativeSampleCount, random: random.derived(epoch))
      guard afterEpoch(Progress(epoch: epoch, crossEntropy: crossEntropy)) else { return }
    }
  }

  /// How much each point of a graph counts for the place of another, by the squared distances to its nearest: what
  /// umap-learn places a new point by, at the mean of theirs.
  public static func shares(ofSquaredDistances squared: ArraySlice<Double>) -> [Double] {
    FuzzyNeighbours.strengths(ofSquaredDistances: squared)
  }
}
