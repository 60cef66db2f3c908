import ElementaryFunctions
import Interruptions
import TensorEngine

/// A partition of points by nearest centroid: Lloyd's algorithm from a greedy k-means++ start.
///
/// Lloyd, "Least squares quantization in PCM" (1982); Arthur and Vassilvitskii, "k-means++: the advantages of
/// careful seeding" (2007).
public struct KMeans: Sendable, Equatable {
  public struct Options: Sendable, Equatable {
    /// Lloyd iterations at most, in each restart.
    public var maximumIterations: Int
    /// The centroids have settled once their summed squared shift is at most this fraction of the columns' mean
    /// variance.
    public var tolerance: Double
    /// Independent starts, of which the one of least inertia is kept.
    public var restarts: Int

    public init(maximumIterations: Int = 300, tolerance: Double = 1e-4, restarts: Int = 10) {
      self.maximumIterations = maximumIterations
      self.tolerance = tolerance
      self.restarts = restarts
    }

    func validate() throws {
      guard maximumIterations >= 1 else {
        throw ClusteringError.invalidOption(
          name: "maximumIterations", found: "\(maximumIterations)", expected: "at least 1")
      }
      guard tolerance >= 0 else {
        throw ClusteringError.invalidOption(name: "tolerance", found: "\(tolerance)", expected: "0 or more")
      }
      guard restarts >= 1 else {
        throw ClusteringError.invalidOption(name: "restarts", found: "\(restarts)", expected: "at least 1")
      }
    }
  }

  /// One centroid a row.
  public let centroids: Matrix
  /// The cluster of each point: its nearest centroid, the first of equally near ones.
  public let assignments: [Int]
  /// The summed squared distance of points to their centroids.
  public let inertia: Double
  /// Iterations of the restart that was kept.
  public let iterationCount: Int
  /// Whether that restart settled before its iterations ran out.
  public let converged: Bool

  /// Where a clustering stands after an iteration of Lloyd's.
  public struct Progress: Sendable {
    /// The restart that it belongs to, from 0.
    public let restart: Int
    /// Iterations done in this restart, from 1.
    public let iteration: Int
    /// The inertia that this restart has come to.
    public let inertia: Double
  }

  /// Clusters `points`; the same source gives the same clusters.
  ///
  /// `afterIteration` says whether to go on; where it does not, the best so far is kept, an unfinished restart included.
  /// Throws `ClusteringError` if a coordinate is not finite, there are fewer points than clusters, or an option is
  /// out of range.
  public static func fit(
    _ points: Matrix, clusterCount: Int, options: Options = Options(), random: RandomSource,
    afterIteration: (Progress) -> Bool = { _ in true }
  ) throws -> KMeans {
    try options.validate()
    guard clusterCount >= 1 else {
      throw ClusteringError.invalidOption(name: "clusterCount", found: "\(clusterCount)", expected: "at least 1")
    }
    guard points.rows >= clusterCount else {
      throw ClusteringError.tooFewPoints(
        found: points.rows, needed: clusterCount, purpose: "k-means with \(clusterCount) clusters")
    }
    try points.requireFinite()
    let threshold = options.tolerance * (try meanColumnVariance(of: points))
    var best: KMeans?
    var goesOn = true
    for restart in 0..<options.restarts where goesOn {
      let found: KMeans
      do {
        let start = try plusPlusCentroids(of: points, count: clusterCount, random: random.derived(restart))
        found = try lloyd(
          points, from: start, maximumIterations: options.maximumIterations, settledBelow: threshold
        ) { iteration, inertia in
          goesOn = afterIteration(Progress(restart: restart, iteration: iteration, inertia: inertia))
          return goesOn
        }
      } catch {
        guard let best else { throw error }
        return best
      }
      if best == nil || found.inertia < best!.inertia { best = found }
    }
    return best!
  }

  /// Clusters `points` by Lloyd's algorithm from given centroids; `restarts` plays no part. Errors as in `fit`, and
  /// `ClusteringError.dimensionMismatch`.
  public static func refined(
    from start: Matrix, on points: Matrix, options: Options = Options(),
    afterIteration: (Progress) -> Bool = { _ in true }
  ) throws -> KMeans {
    try options.validate()
    guard points.columns == start.columns else {
      throw ClusteringError.dimensionMismatch(found: points.columns, expected: start.columns)
    }
    guard points.rows >= max(1, start.rows) else {
      throw ClusteringError.tooFewPoints(
        found: points.rows, needed: start.rows, purpose: "k-means with \(start.rows) clusters")
    }
    try points.requireFinite()
    return try lloyd(
      points, from: start, maximumIterations: options.maximumIterations,
      settledBelow: options.tolerance * (try meanColumnVariance(of: points))
    ) { afterIteration(Progress(restart: 0, iteration: $0, inertia: $1)) }
  }

  /// The nearest centroid of each of `points`.
  public func assignments(of points: Matrix) throws(Interrupted) -> [Int] {
    try Self.assignments(of: points, to: centroids)
  }

  /// The nearest of `centroids` to each of `points`, the first of equally near ones.
  public static func assignments(of points: Matrix, to centroids: Matrix) throws(Interrupted) -> [Int] {
    try PointKernels.mapBlocks(of: points.rows) { range in
      let distances = PointKernels.squaredDistances(points, range, to: centroids)
      return (0..<range.count).map { i in
        var best = 0
        var least = distances[i * centroids.rows]
        for c in 1..<max(1, centroids.rows) where distances[i * centroids.rows + c] < least {
          best = c
          least = distances[i * centroids.rows + c]
        }
        return best
      }
    }.flatMap { $0 }
  }

  // MARK: - Start

  /// Greedy k-means++: each centroid is the best of 2 + ln K candidates drawn in proportion to the squared distance
  /// from the centroids so far.
  static func plusPlusCentroids(of points: Matrix, count: Int, random: RandomSource) throws(Interrupted)
    -> Matrix
  {
    var stream = random.derived("kmeans++").makeStream()
    var chosen = [stream.integer(below: points.rows)]
    var nearest = try PointKernels.mapBlocks(of: points.rows) {
      PointKernels.squaredDistances(points, $0, to: points.selecting(chosen))
    }.flatMap { $0 }
    let candidateCount = 2 + Int(log(Double(count)))
    while chosen.count < count {
      let total = nearest.reduce(0, +)
      let targets = (0..<candidateCount).map { _ in stream.uniform() * total }
      let candidates = points.rowsReaching(targets, of: nearest)
      let centres = points.selecting(candidates)
      let current = nearest
      // Each candidate's distances, already capped by the centroids so far, and what inertia it would leave.
      let trials = try PointKernels.mapBlocks(of: points.rows) { range in
        var distances = PointKernels.squaredDistances(points, range, to: centres)
        var inertias = [Double](repeating: 0, count: candidateCount)
        for i in 0..<range.count {
          for c in 0..<candidateCount {
            let capped = min(distances[i * candidateCount + c], current[range.lowerBound + i])
            distances[i * candidateCount + c] = capped
            inertias[c] += capped
          }
        }
        return (distances: distances, inertias: inertias)
      }
      var inertias = [Double](repeating: 0, count: candidateCount)
      for trial in trials {
        for c in 0..<candidateCount { inertias[c] += trial.inertias[c] }
      }
      let winner = inertias.indices.min { inertias[$0] < inertias[$1] }!
      nearest = trials.flatMap { trial in
        stride(from: winner, to: trial.distances.count, by: candidateCount).map { trial.distances[$0] }
      }
      chosen.append(candidates[winner])
    }
    return points.selecting(chosen)
  }

  // MARK: - Lloyd's iterations

  static func lloyd(
    _ points: Matrix, from start: Matrix, maximumIterations: Int, settledBelow threshold: Double,
    afterIteration: (_ iteration: Int, _ inertia: Double) -> Bool = { _, _ in true }
  ) throws(Interrupted) -> KMeans {
    var pass = try LloydPass(points, to: start)
    var assignments = pass.assignments
    var converged = false
    var iteration = 0
    var goesOn = true
    while iteration < maximumIterations && !converged && goesOn {
      let reached: LloydPass
      do {
        reached = try LloydPass(points, to: pass.means(of: points), after: pass)
      } catch {
        guard iteration > 0 else { throw error }
        break
      }
      iteration += 1
      var shift = 0.0
      for (a, b) in zip(reached.centroids.elements, pass.centroids.elements) { shift += (a - b) * (a - b) }
      pass = reached
      let previous = assignments
      assignments = pass.assignments
      converged = shift <= threshold || assignments == previous
      goesOn = afterIteration(iteration, pass.distances.reduce(0, +))
    }
    return KMeans(
      centroids: pass.centroids, assignments: assignments, inertia: pass.distances.reduce(0, +),
      iterationCount: iteration, converged: converged)
  }

  private static func meanColumnVariance(of points: Matrix) throws(Interrupted) -> Double {
    let centre = Matrix(rows: 1, columns: points.columns, elements: points.columnMeans)
    let sums = try PointKernels.mapBlocks(of: points.rows) {
      PointKernels.squaredDistances(points, $0, to: centre).reduce(0, +)
    }
    return sums.reduce(0, +) / Double(points.rows * max(1, points.columns))
  }
}

extension Matrix {
  /// For each target the first row at which the running sum of `weights` exceeds it, so that rows of weight 0 are
  /// drawn only when every weight is 0.
  fileprivate func rowsReaching(_ targets: [Double], of weights: [Double]) -> [Int] {
    var found = [Int](repeating: 0, count: targets.count)
    let order = targets.indices.sorted { (targets[$0], $0) < (targets[$1], $1) }
    var sum = 0.0
    var row = -1
    var lastWithWeight = 0
    for index in order {
      while row < rows - 1 && (row < 0 || sum <= targets[index]) {
        row += 1
        sum += weights[row]
        if weights[row] > 0 { lastWithWeight = row }
      }
      found[index] = sum > targets[index] ? row : lastWithWeight
    }
    return found
  }
}
