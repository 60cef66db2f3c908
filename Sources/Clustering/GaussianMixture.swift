import ElementaryFunctions
import Interruptions
import TensorEngine

/// A mixture of Gaussians: p(z) = Σ_c π_c N(z; μ_c, Σ_c), mostly with diagonal covariances, Π_j N(z_j; μ_cj, σ²_cj), which is
/// the prior of the ClusterDDPM paper (arXiv 2312.08029, Eq. 9-10).
///
/// With degrees of freedom ν its components are Student's t distributions instead, of independent numbers: each is a Gaussian
/// whose precision is drawn, u_j ~ Gamma(ν/2, rate ν/2), z_j ~ N(μ_cj, σ²_cj/u_j) (Peel and McLachlan 2000, with a u for
/// every number). Their tails are heavier, so that a few far points move mean and spread less; what compares components by
/// their places and spreads takes σ² for their variances.
///
/// Everything is computed in double precision and in the log domain: in 32 dimensions a density is easily 1e-13 at
/// its peak, and a floor added to it would turn every responsibility uniform.
public struct GaussianMixture: Sendable, Equatable {
  /// π_c, positive, summing to 1.
  public let mixingWeights: [Double]
  /// μ, a component a row.
  public let means: Matrix
  /// σ² (not its logarithm), a component a row: the diagonals of full covariances, the squared scales of Student's t's.
  public let variances: Matrix
  /// Nil where they are diagonal.
  public let covariances: FullCovariances?
  /// ν of Student's t distributions, above 0; nil for Gaussians.
  public let freedom: Double?

  /// A mixture of given parameters; traps if their shapes differ or a weight is negative or a variance not positive.
  public init(mixingWeights: [Double], means: Matrix, variances: Matrix, freedom: Double? = nil) {
    precondition(
      mixingWeights.count == means.rows && means.rows == variances.rows && means.columns == variances.columns,
      "\(mixingWeights.count) weights, \(means.rows)×\(means.columns) means and "
        + "\(variances.rows)×\(variances.columns) variances are no mixture")
    precondition(!mixingWeights.isEmpty, "a mixture has at least one component")
    precondition(mixingWeights.allSatisfy { $0 >= 0 }, "mixing weights must not be negative: \(mixingWeights)")
    precondition(variances.elements.allSatisfy { $0 > 0 }, "variances must be positive")
    self.mixingWeights = mixingWeights
    self.means = means
    precondition(freedom.map { $0 > 0 && $0.isFinite } ?? true, "degrees of freedom must be above 0")
    self.variances = variances
    (covariances, self.freedom) = (nil, freedom)
  }

  /// A mixture of full covariances; traps if the shapes differ or a weight is negative.
  public init(mixingWeights: [Double], means: Matrix, covariances: FullCovariances) {
    precondition(
      mixingWeights.count == means.rows && means.rows == covariances.componentCount
        && means.columns == covariances.dimension,
      "\(mixingWeights.count) weights, \(means.rows)×\(means.columns) means and \(covariances.componentCount) matrices "
        + "of \(covariances.dimension) are no mixture")
    precondition(mixingWeights.allSatisfy { $0 >= 0 }, "mixing weights must not be negative: \(mixingWeights)")
    self.mixingWeights = mixingWeights
    self.means = means
    self.covariances = covariances
    (variances, freedom) = (covariances.variances, nil)
  }

  public var covariance: Covariance { covariances == nil ? .diagonal : .full }
  public var componentCount: Int { mixingWeights.count }
  public var dimension: Int { means.columns }

  // MARK: - Densities

  /// log p(z, c) = log π_c + log p(z|c) (Eq. 9-10) of each point and component: points by components.
  public func logDensities(of points: Matrix) throws(Interrupted) -> Matrix {
    let terms = DensityTerms(self)
    let parts = try PointKernels.mapBlocks(of: points.rows, size: terms.blockSize) { range in
      var rows = terms.squaredDistances(points, range)
      for i in rows.indices { rows[i] = terms.offsets[i % componentCount] - rows[i] / 2 }
      return rows
    }
    return Matrix(rows: points.rows, columns: componentCount, elements: parts.flatMap { $0 })
  }

  /// p(c|z) of each point (Eq. 22): points by components, rows summing to 1.
  public func responsibilities(of points: Matrix) throws(Interrupted) -> Matrix {
    let terms = DensityTerms(self)
    let parts = try PointKernels.mapBlocks(of: points.rows, size: terms.blockSize) {
      terms.responsibilities(points, $0).responsibilities
    }
    return Matrix(rows: points.rows, columns: componentCount, elements: parts.flatMap { $0 })
  }

  /// Squared Mahalanobis distances (z − μ_c)ᵀ Σ_c⁻¹ (z − μ_c): points by components.
  public func squaredDistances(of points: Matrix) throws(Interrupted) -> Matrix {
    let terms = DensityTerms(self)
    let parts = try PointKernels.mapBlocks(of: points.rows, size: terms.blockSize) {
      terms.squaredDistances(points, $0)
    }
    return Matrix(rows: points.rows, columns: componentCount, elements: parts.flatMap { $0 })
  }

  /// The mean of log p(z) over `points`.
  public func logLikelihood(of points: Matrix) throws(Interrupted) -> Double {
    precondition(points.rows > 0, "the mean log-likelihood of no points is undefined")
    let terms = DensityTerms(self)
    let sums = try PointKernels.mapBlocks(of: points.rows, size: terms.blockSize) {
      terms.responsibilities(points, $0).logSums.reduce(0, +)
    }
    return sums.reduce(0, +) / Double(points.rows)
  }

  /// The most responsible component of each point, the first of equal ones.
  public func assignments(of points: Matrix) throws(Interrupted) -> [Int] {
    let terms = DensityTerms(self)
    let parts = try PointKernels.mapBlocks(of: points.rows, size: terms.blockSize) { range in
      let rows = terms.squaredDistances(points, range)
      return (0..<range.count).map { i in
        var best = 0
        var largest = -Double.infinity
        for c in 0..<componentCount {
          let density = terms.offsets[c] - rows[i * componentCount + c] / 2
          if density > largest { (best, largest) = (c, density) }
        }
        return best
      }
    }
    return parts.flatMap { $0 }
  }

  // MARK: - Sampling

  /// Draws z ~ N(μ_c, Σ_c) (Eq. 9-10), or of a Student's t, for each of `components`; row i depends on `random`, i and `components[i]` alone.
  public func samples(of components: [Int], random: RandomSource) -> Matrix {
    let noise = random.derived("mixture.sample").normals(count: components.count * dimension)
    var drawn = Matrix(rows: components.count, columns: dimension)
    for (i, c) in components.enumerated() {
      if let covariances {
        let own = noise[i * dimension..<(i + 1) * dimension].map(Double.init)
        for (j, value) in covariances.coloured(own[...], by: c).enumerated() { drawn[i, j] = means[c, j] + value }
        continue
      }
      for j in 0..<dimension {
        drawn[i, j] = means[c, j] + variances[c, j].squareRoot() * Double(noise[i * dimension + j])
      }
      guard let freedom else { continue }
      let source = random.derived("mixture.precision").derived(i)
      for j in 0..<dimension {
        let precision = GammaDraw.value(shape: freedom / 2, from: source.derived(j)) / (freedom / 2)
        drawn[i, j] = means[c, j] + (drawn[i, j] - means[c, j]) / precision.squareRoot()
      }
    }
    return drawn
  }

  /// Draws components c ~ π (Eq. 9-10).
  public func componentDraws(count: Int, random: RandomSource) -> [Int] {
    var stream = random.derived("mixture.component").makeStream()
    return (0..<count).map { _ in
      var rest = stream.uniform() * mixingWeights.reduce(0, +)
      for (c, weight) in mixingWeights.enumerated() {
        if rest < weight { return c }
        rest -= weight
      }
      return mixingWeights.lastIndex { $0 > 0 } ?? 0
    }
  }
}

/// What a mixture's densities need: log p(z, c) = offset_c − d_c(z)/2, where d_c is the squared Mahalanobis distance to μ_c,
/// Σ_j (z_j − μ_cj)²·precision_cj for diagonal covariances, and (ν + 1) Σ_j ln(1 + (z_j − μ_cj)²·precision_cj/ν) for Student's t
/// distributions.
struct DensityTerms: Sendable {
  private enum Shape {
    case diagonal(precisions: Matrix)
    case full(FullCovariances)
    case student(StudentTerms)
  }

  let means: Matrix
  let offsets: [Double]
  private let shape: Shape

  init(_ mixture: GaussianMixture) {
    means = mixture.means
    let logDeterminants: [Double]
    // −2 ln of what a number's density has beside 1/σ at its peak.
    var peak = log(2 * Double.pi)
    if let covariances = mixture.covariances {
      shape = .full(covariances)
      logDeterminants = covariances.logDeterminants
    } else {
      let precisions = Matrix(
        rows: means.rows, columns: means.columns, elements: mixture.variances.elements.map { 1 / $0 })
      if let freedom = mixture.freedom {
        let terms = StudentTerms(means: means, precisions: precisions, freedom: freedom)
        (shape, peak) = (.student(terms), -2 * terms.logPeak)
      } else {
        shape = .diagonal(precisions: precisions)
      }
      logDeterminants = (0..<means.rows).map { c in mixture.variances.row(c).reduce(0) { $0 + log($1) } }
    }
    offsets = (0..<mixture.componentCount).map { c in
      log(mixture.mixingWeights[c]) - (Double(mixture.dimension) * peak + logDeterminants[c]) / 2
    }
  }

  /// Points that are a moment's work.
  var blockSize: Int {
    switch shape {
    case .diagonal: PointKernels.blockSize
    case .full, .student: PointKernels.fullBlockSize
    }
  }

  /// d_c of the points in `range`: range.count by components.
  func squaredDistances(_ points: Matrix, _ range: Range<Int>) -> [Double] {
    switch shape {
    case .diagonal(let precisions): PointKernels.squaredDistances(points, range, to: means, scales: precisions)
    case .full(let covariances): covariances.squaredDistances(points, range, to: means)
    case .student(let terms): terms.distances(points, range)
    }
  }

  /// Of Student's t distributions.
  var student: StudentTerms? { if case .student(let terms) = shape { terms } else { nil } }

  /// p(c|z) of the points in `range`, and log p(z).
  func responsibilities(
    _ points: Matrix, _ range: Range<Int>
  ) -> (responsibilities: [Double], logSums: [Double]) {
    PointKernels.responsibilities(squaredDistances(points, range), count: range.count, offsets: offsets)
  }
}
