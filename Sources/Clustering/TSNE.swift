import TensorEngine

/// t-distributed stochastic neighbour embedding in the plane, with exact repulsion.
///
/// van der Maaten and Hinton (2008); start from principal components and learning rate n/exaggeration after Kobak and
/// Berens, "The art of using t-SNE for single-cell transcriptomics" (2019), and Belkina et al. (2019). An iteration
/// takes n² operations: 5,000 points take seconds on two cores, 10,000 four times as long.
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

    public init(
      perplexity: Double = 30, earlyExaggeration: Double = 12, earlyIterations: Int = 250, iterations: Int = 500
    ) {
      self.perplexity = perplexity
      self.earlyExaggeration = earlyExaggeration
      self.earlyIterations = earlyIterations
      self.iterations = iterations
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
    let forces = TSNEForces(affinities)
    var descent = TSNEDescent(positions: (0..<2).flatMap { axis in (0..<n).map { start[$0, axis] } })
    let phases = [
      (iterations: options.earlyIterations, exaggeration: options.earlyExaggeration, momentum: 0.5),
      (iterations: options.iterations, exaggeration: 1, momentum: 0.8),
    ]
    let total = options.earlyIterations + options.iterations
    var done = 0
    for phase in phases {
      for _ in 0..<phase.iterations {
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
    let projected = components.projections(of: points)
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

/// Gradient descent with momentum, and a gain for each coordinate that grows while its sign persists (Jacobs, 1988),
/// with openTSNE's constants.
struct TSNEDescent {
  /// x of every point, then y.
  private(set) var positions: [Double]
  private var updates: [Double]
  private var gains: [Double]

  private static let leastGain = 0.01
  /// No point moves farther in one step.
  private static let longestStep = 5.0

  init(positions: [Double]) {
    self.positions = positions
    updates = Array(repeating: 0, count: positions.count)
    gains = Array(repeating: 1, count: positions.count)
  }

  mutating func step(along gradient: [Double], learningRate: Double, momentum: Double) {
    let n = positions.count / 2
    for i in positions.indices {
      // An update against the gradient's sign is still going downhill.
      let persists = updates[i] * gradient[i] <= 0
      gains[i] = persists ? gains[i] + 0.2 : gains[i] * 0.8 + Self.leastGain
      updates[i] = momentum * updates[i] - learningRate * gains[i] * gradient[i]
    }
    for i in 0..<n {
      let length = (updates[i] * updates[i] + updates[n + i] * updates[n + i]).squareRoot()
      if length > Self.longestStep {
        updates[i] *= Self.longestStep / length
        updates[n + i] *= Self.longestStep / length
      }
    }
    for axis in 0..<2 {
      var sum = 0.0
      for i in axis * n..<(axis + 1) * n {
        positions[i] += updates[i]
        sum += positions[i]
      }
      for i in axis * n..<(axis + 1) * n { positions[i] -= sum / Double(n) }
    }
  }
}
