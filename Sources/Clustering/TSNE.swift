import Interruptions
import TensorEngine

/// t-distributed stochastic neighbour embedding in the plane.
///
/// van der Maaten and Hinton (2008); start from principal components and learning rate n/exaggeration after Kobak and
/// Berens, "The art of using t-SNE for single-cell transcriptomics" (2019), and Belkina et al. (2019); momentum and gains
/// as openTSNE has them (Poličar et al. 2024). Repulsion is summed over all pairs up to 5,000 points and comes from a grid
/// beyond, so that time grows with the points; only the search for neighbours, which is exact, may take more.
public struct TSNE: Sendable, Equatable {
  public struct Options: Sendable, Equatable {
    /// The effective number of neighbours of a point; lowered to (n − 1)/3 when there are fewer points.
    public var perplexity: Double
    /// What attraction is multiplied by in the first phase, in which clusters form.
    public var earlyExaggeration: Double
    /// Iterations of the first phase.
    public var earlyIterations: Int
    /// Iterations of the second phase.
    public var iterations: Int
    /// How the points' repulsion is computed; nil leaves it to the number of points.
    public var repulsion: TSNERepulsion?
    /// Whether a run that is to end early is a result, that of the iterations done, once there is one.
    public var keepsInterrupted: Bool

    public init(
      perplexity: Double = 30, earlyExaggeration: Double = 12, earlyIterations: Int = 250, iterations: Int = 500,
      repulsion: TSNERepulsion? = nil, keepsInterrupted: Bool = false
    ) {
      self.perplexity = perplexity
      self.earlyExaggeration = earlyExaggeration
      self.earlyIterations = earlyIterations
      self.iterations = iterations
      self.repulsion = repulsion
      self.keepsInterrupted = keepsInterrupted
    }

    func validate() throws {
      guard earlyExaggeration >= 1 && earlyExaggeration.isFinite else {
        throw ClusteringError.invalidOption(
          name: "earlyExaggeration", found: "\(earlyExaggeration)", expected: "1 or more")
      }
      guard earlyIterations >= 0 else {
        throw ClusteringError.invalidOption(name: "earlyIterations", found: "\(earlyIterations)", expected: "0 or more")
      }
      guard iterations >= 0 else {
        throw ClusteringError.invalidOption(name: "iterations", found: "\(iterations)", expected: "0 or more")
      }
    }
  }

  /// Where a run stands.
  public struct Progress: Sendable, Equatable {
    /// Iterations done, of `iterationCount`, both phases together.
    public let iteration: Int
    public let iterationCount: Int
    /// KL(P‖Q) of the positions before that iteration, in nats, without exaggeration.
    public let klDivergence: Double
  }

  /// The embedded points: n rows, 2 columns, centred on 0.
  public let embedding: Matrix
  /// KL(P‖Q) of the embedding, in nats.
  public let klDivergence: Double
  /// The perplexity in use.
  public let perplexity: Double
  /// Iterations done in the first phase and in the second; fewer than asked for if it was ended early.
  public let earlyIterations: Int
  public let iterations: Int

  /// Embeds `points`, of any number of columns; no draw is random but a seeded jitter that parts equal points.
  ///
  /// - Parameters:
  ///   - start: where the points start (n rows, 2 columns), scaled like principal components; nil for these.
  ///   - peers: search for some of the points' neighbours each; all of them then do all of the descent.
  ///   - progress: called every 10 iterations, every 50 of more than 10,000 points; what it throws stops the run.
  /// - Throws: `ClusteringError` if there are fewer than 4 points, a coordinate is not finite or an option is out of
  ///   range; `Interrupted`; what the peers throw.
  public init(
    of points: Matrix, from start: Matrix? = nil, options: Options = Options(), peers: any Peers = OnePeer(),
    progress: (Progress) throws -> Void = { _ in }
  ) throws {
    try options.validate()
    try points.requireFinite()
    // Neighbours beside each other in memory: what attracts a point is then mostly in the cache.
    let order = try SpatialOrder.rows(of: points, leaf: 128).map(Int.init)
    let positions = try start.map(Self.startingPositions) ?? Self.initialPositions(of: points)
    let affinities = try TSNEAffinities(of: points.selecting(order), perplexity: options.perplexity, peers: peers)
    let sorted = try TSNE(
      affinities: affinities, start: positions.selecting(order), options: options, progress: progress)
    var embedding = Matrix(rows: points.rows, columns: 2)
    for (place, row) in order.enumerated() {
      for axis in 0..<2 { embedding[row, axis] = sorted.embedding[place, axis] }
    }
    self.init(
      embedding: embedding, klDivergence: sorted.klDivergence, perplexity: sorted.perplexity,
      earlyIterations: sorted.earlyIterations, iterations: sorted.iterations)
  }

  private init(
    embedding: Matrix, klDivergence: Double, perplexity: Double, earlyIterations: Int, iterations: Int
  ) {
    (self.embedding, self.klDivergence, self.perplexity) = (embedding, klDivergence, perplexity)
    (self.earlyIterations, self.iterations) = (earlyIterations, iterations)
  }

  /// Embeds given affinities from given positions (n rows, 2 columns).
  public init(
    affinities: TSNEAffinities, start: Matrix, options: Options = Options(),
    progress: (Progress) throws -> Void = { _ in }
  ) throws {
    try options.validate()
    let n = affinities.pointCount
    precondition(
      start.rows == n && start.columns == 2, "a start of \(start.rows)×\(start.columns) for \(n) points in the plane")
    let forces = TSNEForces(affinities, repulsion: options.repulsion ?? .suited(to: n))
    var descent = TSNEDescent(positions: (0..<2).flatMap { axis in (0..<n).map { start[$0, axis] } })
    let phases = [
      (iterations: options.earlyIterations, exaggeration: options.earlyExaggeration),
      (iterations: options.iterations, exaggeration: 1),
    ]
    let total = options.earlyIterations + options.iterations
    let interval = n > 10_000 ? 50 : 10
    var done = [0, 0]
    run: for (number, phase) in phases.enumerated() {
      for _ in 0..<phase.iterations {
        let count = done[0] + done[1]
        if Interruption.isWanted {
          guard options.keepsInterrupted, count > 0 else { throw Interrupted() }
          break run
        }
        let (gradient, normaliser) = forces.gradient(at: descent.positions, exaggeration: phase.exaggeration)
        if count % interval == 0 {
          let divergence = forces.divergence(at: descent.positions, normaliser: normaliser)
          try progress(Progress(iteration: count, iterationCount: total, klDivergence: divergence))
        }
        descent.step(along: gradient, learningRate: Double(n) / phase.exaggeration)
        done[number] += 1
      }
    }
    let positions = descent.positions
    let (_, normaliser) = forces.gradient(at: positions, exaggeration: 1)
    self.init(
      embedding: Matrix(
        rows: n, columns: 2, elements: (0..<n).flatMap { [positions[$0], positions[n + $0]] }),
      klDivergence: forces.divergence(at: positions, normaliser: normaliser), perplexity: affinities.perplexity,
      earlyIterations: done[0], iterations: done[1])
  }

  /// Positions scaled to a standard deviation of 1e-4 along the first axis, so that a run begins in their order; those of
  /// equal points are parted by a jitter of a hundredth of that.
  private static func startingPositions(_ start: Matrix) throws -> Matrix {
    try start.requireFinite()
    let means = start.columnMeans
    let variance = (0..<start.rows).reduce(0.0) { sum, row in
      let difference = start[row, 0] - means[0]
      return sum + difference * difference
    }
    let deviation = (variance / Double(max(1, start.rows))).squareRoot()
    let scale = deviation > 0 ? 1e-4 / deviation : 0
    return jittered(rows: start.rows) { (start[$0, $1] - means[$1]) * scale }
  }

  /// The first two principal components, scaled to a standard deviation of 1e-4 along the first, with a jitter of a
  /// hundredth of that.
  static func initialPositions(of points: Matrix) throws -> Matrix {
    guard points.rows > 1 else { return jittered(rows: points.rows) { _, _ in 0 } }
    let components = try PrincipalComponents(of: points, count: min(2, points.columns))
    let projected = try components.projections(of: points)
    let deviation = components.variances[0].squareRoot()
    let scale = deviation > 0 ? 1e-4 / deviation : 0
    return jittered(rows: points.rows) { row, axis in axis < projected.columns ? projected[row, axis] * scale : 0 }
  }

  private static func jittered(rows: Int, _ coordinate: (_ row: Int, _ axis: Int) -> Double) -> Matrix {
    let jitter = RandomSource(seed: 0).derived("t-SNE jitter").normals(count: 2 * rows)
    return Matrix(
      rows: rows, columns: 2,
      elements: (0..<2 * rows).map { coordinate($0 / 2, $0 % 2) + 1e-6 * Double(jitter[$0]) })
  }
}
