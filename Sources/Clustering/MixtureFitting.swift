import Interruptions
import TensorEngine

extension GaussianMixture {
  /// How a mixture is fitted; the defaults are scikit-learn's.
  public struct Options: Sendable, Equatable {
    /// Expectation-maximisation steps at most, in each restart.
    public var maximumIterations: Int
    /// The fit has converged once a step changes the mean log-likelihood by less than this.
    public var tolerance: Double
    /// Added to every variance in every step (to the diagonals of full covariances), which keeps components from collapsing
    /// onto single points.
    public var regularisation: Double
    /// Independent k-means starts, of which the most likely fit is kept.
    public var restarts: Int
    /// What covariances a fit from scratch has; one that goes on from a mixture has the mixture's.
    public var covariance: Covariance
    /// ν of Student's t distributions in a fit from scratch, of diagonal covariances; nil for Gaussians.
    public var freedom: Double?

    public init(
      maximumIterations: Int = 100, tolerance: Double = 1e-3, regularisation: Double = 1e-6, restarts: Int = 1,
      covariance: Covariance = .diagonal, freedom: Double? = nil
    ) {
      (self.covariance, self.freedom) = (covariance, freedom)
      self.maximumIterations = maximumIterations
      self.tolerance = tolerance
      self.regularisation = regularisation
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
      guard regularisation >= 0 && regularisation.isFinite else {
        throw ClusteringError.invalidOption(
          name: "regularisation", found: "\(regularisation)", expected: "0 or more, and finite")
      }
      guard restarts >= 1 else {
        throw ClusteringError.invalidOption(name: "restarts", found: "\(restarts)", expected: "at least 1")
      }
    }
  }

  /// A fitted mixture and how the fit went.
  public struct Fit: Sendable, Equatable {
    public let mixture: GaussianMixture
    /// The mean log-likelihood before each step, then of `mixture` itself.
    public let logLikelihoods: [Double]
    /// Whether the likelihood settled before the iterations ran out.
    public let converged: Bool

    /// The mean log-likelihood of `mixture`.
    public var logLikelihood: Double { logLikelihoods.last! }
    public var iterationCount: Int { logLikelihoods.count - 1 }
  }

  /// Fits a mixture from scratch: k-means (with a k-means++ start) gives hard assignments, expectation-maximisation
  /// goes on from there, and the most likely of several restarts is kept.
  ///
  /// Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM algorithm" (1977). The same
  /// source gives the same mixture. Throws `ClusteringError` if a coordinate is not finite, there are fewer points
  /// than components, or a component collapses, `Interrupted` where it was cut short, and whatever `beforeIteration` throws.
  public static func fit(
    _ points: Matrix, componentCount: Int, options: Options = Options(), random: RandomSource,
    beforeIteration: () throws -> Void = {}
  ) throws -> Fit {
    try options.validate()
    var best: Fit?
    for restart in 0..<options.restarts {
      let partition = try KMeans.fit(
        points, clusterCount: componentCount, options: KMeans.Options(restarts: 1), random: random.derived(restart))
      let start = try fitted(
        to: points, assignments: partition.assignments, componentCount: componentCount,
        regularisation: options.regularisation, covariance: options.covariance
      ).withFreedom(options.freedom)
      let found = try start.refinedOnFinite(points, options: options, beforeIteration: beforeIteration)
      // Cut short it is no fit: who does the same again would come to another.
      try Interruption.check()
      if best == nil || found.logLikelihood > best!.logLikelihood { best = found }
    }
    return best!
  }

  /// Expectation-maximisation from this mixture on; `restarts` plays no part.
  ///
  /// With no regularisation the likelihood never falls. Throws `ClusteringError` as `fit` does, and if the points'
  /// dimension is not the mixture's, and whatever `beforeIteration` throws. `afterIteration` is told how many there were
  /// and the mean log-likelihood before the last, and says whether to go on.
  public func refined(
    on points: Matrix, options: Options = Options(), beforeIteration: () throws -> Void = {},
    afterIteration: (_ count: Int, _ logLikelihood: Double) -> Bool = { _, _ in true }
  ) throws -> Fit {
    try options.validate()
    guard points.columns == dimension else {
      throw ClusteringError.dimensionMismatch(found: points.columns, expected: dimension)
    }
    guard points.rows >= componentCount else {
      throw ClusteringError.tooFewPoints(
        found: points.rows, needed: componentCount, purpose: "a mixture of \(componentCount) components")
    }
    try points.requireFinite()
    return try refinedOnFinite(
      points, options: options, beforeIteration: beforeIteration, afterIteration: afterIteration)
  }

  /// The most likely mixture for a given partition of `points`: each cluster's share, mean and covariance.
  ///
  /// Throws `ClusteringError.collapsedComponent` if a cluster has no spread and nothing is added to it, and
  /// `tooManyCovariances`.
  public static func fitted(
    to points: Matrix, assignments: [Int], componentCount: Int, regularisation: Double = 1e-6,
    covariance: Covariance = .diagonal
  ) throws -> GaussianMixture {
    try covariance.requireRoom(componentCount: componentCount, dimension: points.columns)
    precondition(
      assignments.count == points.rows, "\(assignments.count) assignments for \(points.rows) points")
    let centre = points.columnMeans
    let centres = Matrix(
      rows: componentCount, columns: points.columns, elements: (0..<componentCount).flatMap { _ in centre })
    // Twice, so that the second moments are taken about the clusters' own means.
    var moments = try PointKernels.moments(points, assignments: assignments, about: centres)
    let means = moments.means(from: centres)
    moments = try PointKernels.moments(points, assignments: assignments, about: means)
    if covariance == .full {
      var weights = Matrix(rows: points.rows, columns: componentCount)
      for (row, component) in assignments.enumerated() { weights[row, component] = 1 }
      moments.scatter = try PointKernels.scatter(points, weights: weights, about: means)
    }
    return try moments.mixture(about: means, keeping: nil, regularisation: regularisation)
  }

  // MARK: - Expectation-maximisation

  private func refinedOnFinite(
    _ points: Matrix, options: Options, beforeIteration: () throws -> Void,
    afterIteration: (_ count: Int, _ logLikelihood: Double) -> Bool = { _, _ in true }
  ) throws -> Fit {
    var mixture = self
    var history: [Double] = []
    var converged = false
    var goesOn = true
    while history.count < options.maximumIterations && !converged && goesOn {
      try beforeIteration()
      let logLikelihood: Double
      let next: GaussianMixture
      do {
        let moments = try mixture.expectedMoments(of: points)
        logLikelihood = moments.objective / Double(points.rows)
        guard logLikelihood.isFinite else { throw mixture.collapse(masses: moments.mass) }
        next = try moments.mixture(about: mixture.means, keeping: mixture, regularisation: options.regularisation)
      } catch let interruption as Interrupted {
        // What earlier steps came to is kept.
        guard let last = history.last else { throw interruption }
        return Fit(mixture: mixture, logLikelihoods: history + [last], converged: false)
      }
      converged = history.last.map { abs(logLikelihood - $0) < options.tolerance } ?? false
      history.append(logLikelihood)
      mixture = next
      goesOn = afterIteration(history.count, logLikelihood)
    }
    do {
      history.append(try mixture.logLikelihood(of: points))
    } catch let interruption {
      guard let last = history.last else { throw interruption }
      history.append(last)
    }
    return Fit(mixture: mixture, logLikelihoods: history, converged: converged)
  }

  /// The error for a mixture whose narrowest component left no point a representable density.
  private func collapse(masses: [Double]) -> ClusteringError {
    let narrowest = variances.elements.indices.min { variances.elements[$0] < variances.elements[$1] }!
    let component = narrowest / dimension
    return .collapsedComponent(component: component, componentCount: componentCount, mass: masses[component])
  }

  /// The E-step, reduced to the sums that the M-step needs: at once where covariances are diagonal, else once all
  /// responsibilities are there.
  private func expectedMoments(of points: Matrix) throws(Interrupted) -> PointKernels.Moments {
    let terms = DensityTerms(self)
    if let student = terms.student { return try student.expectedMoments(of: points, terms) }
    guard covariances != nil else {
      return try PointKernels.summedMoments(points, about: means) { range in
        let (weights, logSums) = terms.responsibilities(points, range)
        return (weights, logSums.reduce(0, +))
      }
    }
    let parts = try PointKernels.mapBlocks(of: points.rows, size: terms.blockSize) {
      terms.responsibilities(points, $0)
    }
    let weights = Matrix(
      rows: points.rows, columns: componentCount, elements: parts.flatMap { $0.responsibilities })
    var moments = try PointKernels.summedMoments(points, about: means) { (Array(weights.rows($0)), 0) }
    moments.objective = parts.reduce(0) { $0 + $1.logSums.reduce(0, +) }
    moments.scatter = try PointKernels.scatter(points, weights: weights, about: means)
    return moments
  }
}
