import Interruptions
import TensorEngine

/// t-distributed stochastic neighbour embedding in the plane.
///
/// van der Maaten and Hinton (2008); start from principal components and learning rate n/exaggeration after Kobak and
/// Berens, "The art of using t-SNE for single-cell transcriptomics" (2019), and Belkina et al. (2019). With
/// exact repulsion an iteration takes n² operations: 5,000 points take seconds on two cores, 10,000 four times as long.
public struct TSNE: Sendable, Equatable {
  public struct Options: Sendable, Equatable {
    /// The effective number of neighbours of a point; lowered to (n − 1)/3 when there are fewer points.
    public var perplexity: Double
    /// What attraction is multiplied by in the first phase, in which clusters form.
    public var earlyExaggeration: Double
    /// Iterations of the first phase, at momentum 0.5.
    public var earlyIterations: Int
    /// Iterations of the second phase, at momentum 0.8.
    public var iterations: Int
    /// How the points' repulsion is computed.
    public var repulsion: TSNERepulsion

    public init(
      perplexity: Double = 30, earlyExaggeration: Double = 12, earlyIterations: Int = 250, iterations: Int = 500,
      repulsion: TSNERepulsion = .exact
    ) {
      self.perplexity = perplexity
      self.earlyExaggeration = earlyExaggeration
      self.earlyIterations = earlyIterations
      self.iterations = iterations
      self.repulsion = repulsion
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

  /// Embeds `points`, of any number of columns; no draw is random but a seeded jitter that parts equal points.
  ///
  /// `progress` is called every 10 iterations; what it throws stops the run. Throws `ClusteringError` if there are
  /// fewer than 4 points, a coordinate is not finite or an option is out of range.
  public init(
    of points: Matrix, options: Options = Options(), progress: (Progress) throws -> Void = { _ in }
  ) throws {
    try options.validate()
    let affinities = try TSNEAffinities(of: points, perplexity: options.perplexity)
    try self.init(
      affinities: affinities, start: Self.initialPositions(of: points), options: options, progress: progress)
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
    let forces = TSNEForces(affinities, repulsion: options.repulsion)
    var descent = TSNEDescent(positions: (0..<2).flatMap { axis in (0..<n).map { start[$0, axis] } })
    let phases = [
      (iterations: options.earlyIterations, exaggeration: options.earlyExaggeration, momentum: 0.5),
      (iterations: options.iterations, exaggeration: 1, momentum: 0.8),
    ]
    let total = options.earlyIterations + options.iterations
    var done = 0
    for phase in phases {
      for _ in 0..<phase.iterations {
        try Interruption.check()
        let (gradient, normaliser) = forces.gradient(at: descent.positions, exaggeration: phase.exaggeration)
        if done % 10 == 0 {
          let divergence = forces.divergence(at: descent.positions, normaliser: normaliser)
          try progress(Progress(iteration: done, iterationCount: total, klDivergence: divergence))
        }
        descent.step(
          along: gradient, learningRate: Double(n) / phase.exaggeration, momentum: phase.momentum)
        done += 1
      }
    }
    let positions = descent.positions
    let (_, normaliser) = forces.gradient(at: positions, exaggeration: 1)
    embedding = Matrix(
      rows: n, columns: 2, elements: (0..<n).flatMap { [positions[$0], positions[n + $0]] })
    klDivergence = forces.divergence(at: positions, normaliser: normaliser)
    perplexity = affinities.perplexity
  }

  /// The first two principal components, scaled to a standard deviation of 1e-4 along the first, with a jitter of a
  /// hundredth of that.
  static func initialPositions(of points: Matrix) throws -> Matrix {
    let components = try PrincipalComponents(of: points, count: min(2, points.columns))
    let projected = try components.projections(of: points)
    let deviation = components.variances[0].squareRoot()
    let scale = deviation > 0 ? 1e-4 / deviation : 0
    let jitter = RandomSource(seed: 0).derived("t-SNE jitter").normals(count: 2 * points.rows)
    var positions = Matrix(rows: points.rows, columns: 2)
    for row in 0..<points.rows {
      for axis in 0..<2 {
        let coordinate = axis < projected.columns ? projected[row, axis] * scale : 0
        positions[row, axis] = coordinate + 1e-6 * Double(jitter[2 * row + axis])
      }
    }
    return positions
  }
}
