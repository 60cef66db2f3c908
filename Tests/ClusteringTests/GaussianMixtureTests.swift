import Clustering
import TensorEngine
import TestSupport
import Testing

@Suite struct GaussianMixtureTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let iterations: Int
      let regularisation, logLikelihood: Double
      let weights, means, variances, responsibilities: [Double]
    }
    let points: [Double]
    let columns: Int
    let weights, means, variances: [Double]
    let cases: [Case]
  }

  @Test func agreesWithScikitLearn() throws {
    let golden = try golden("mixture", as: Golden.self)
    let points = Matrix(rows: golden.points.count / golden.columns, columns: golden.columns, elements: golden.points)
    let start = GaussianMixture(
      mixingWeights: golden.weights, means: Matrix(rows: 4, columns: 5, elements: golden.means),
      variances: Matrix(rows: 4, columns: 5, elements: golden.variances))
    for expected in golden.cases {
      let fit = try start.refined(
        on: points,
        options: .init(
          maximumIterations: expected.iterations, tolerance: 0, regularisation: expected.regularisation))
      #expect(fit.iterationCount == expected.iterations)
      #expect(abs(fit.logLikelihood / expected.logLikelihood - 1) < 1e-9)
      #expect(largestDifference(fit.mixture.mixingWeights, expected.weights) < 1e-8)
      #expect(largestDifference(fit.mixture.means.elements, expected.means) < 1e-8)
      #expect(largestDifference(fit.mixture.variances.elements, expected.variances) < 1e-8)
      let first = points.selecting(0..<5)
      #expect(try largestDifference(fit.mixture.responsibilities(of: first).elements, expected.responsibilities) < 1e-8)
    }
  }

  @Test func likelihoodNeverFallsWithoutRegularisation() throws {
    for seed in 0..<5 as Range<UInt64> {
      let (points, _) = blobs(
        about: scatteredCentres(6, columns: 8, scale: 1, seed: seed), count: 300, spread: 1, seed: seed)
      let fit = try GaussianMixture.fit(
        points, componentCount: 9, options: .init(maximumIterations: 60, tolerance: 0, regularisation: 0),
        random: RandomSource(seed: seed))
      for (before, after) in zip(fit.logLikelihoods, fit.logLikelihoods.dropFirst()) {
        #expect(after >= before - 1e-12 * abs(before))
      }
      #expect(abs(fit.mixture.mixingWeights.reduce(0, +) - 1) < 1e-12)
    }
  }

  @Test func recoversTheMixtureThatDrewThePoints() throws {
    let truth = GaussianMixture(
      mixingWeights: [0.2, 0.5, 0.3], means: Matrix(rows: 3, columns: 2, elements: [0, 0, 6, 0, 0, 8]),
      variances: Matrix(rows: 3, columns: 2, elements: [1, 4, 0.25, 1, 2, 0.5]))
    let random = RandomSource(seed: 11)
    let components = truth.componentDraws(count: 20_000, random: random)
    let points = truth.samples(of: components, random: random)
    let fit = try GaussianMixture.fit(
      points, componentCount: 3, options: .init(tolerance: 1e-6, restarts: 3), random: random)
    #expect(fit.converged)
    let order = (0..<3).map { c in
      (0..<3).min { distance(fit.mixture.means, $0, truth.means, c) < distance(fit.mixture.means, $1, truth.means, c) }!
    }
    for (c, found) in order.enumerated() {
      #expect(abs(fit.mixture.mixingWeights[found] - truth.mixingWeights[c]) < 0.02)
      for j in 0..<2 {
        #expect(abs(fit.mixture.means[found, j] - truth.means[c, j]) < 0.1)
        #expect(abs(fit.mixture.variances[found, j] / truth.variances[c, j] - 1) < 0.1)
      }
    }
    #expect(try fit.logLikelihood >= truth.logLikelihood(of: points))
  }

  private func distance(_ a: Matrix, _ i: Int, _ b: Matrix, _ j: Int) -> Double {
    zip(a.row(i), b.row(j)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  @Test func staysExactWhereDensitiesUnderflow() throws {
    // In 2,000 dimensions both densities are below 1e-800; their ratio is e², exactly.
    let means = Matrix(
      rows: 2, columns: 2000, elements: [Double](repeating: 0, count: 2000) + [2] + [Double](repeating: 0, count: 1999))
    let mixture = GaussianMixture(
      mixingWeights: [0.5, 0.5], means: means, variances: Matrix(rows: 2, columns: 2000, repeating: 1))
    let point = Matrix(rows: 1, columns: 2000, elements: [Double](repeating: 0, count: 2000))
    let found = try mixture.responsibilities(of: point)
    #expect(abs(found[0, 0] - 0.880797077977882) < 1e-12)
    #expect(try mixture.logDensities(of: point)[0, 0] < -1800)
    #expect(try mixture.assignments(of: point) == [0])
  }

  @Test func farFromTheOriginVariancesSurvive() throws {
    let (points, _) = blobs(about: [[1e7, -1e7]], count: 5000, spread: 0.1)
    let fit = try GaussianMixture.fit(
      points, componentCount: 1, options: .init(regularisation: 0), random: RandomSource(seed: 0))
    for j in 0..<2 { #expect(abs(fit.mixture.variances[0, j] / 0.01 - 1) < 0.1) }
  }

  @Test func warmStartContinuesWhereTheFitStopped() throws {
    let (points, _) = blobs(about: scatteredCentres(4, columns: 3, scale: 2, seed: 3), count: 200, spread: 1)
    func options(_ n: Int) -> GaussianMixture.Options { .init(maximumIterations: n, tolerance: 0) }
    let whole = try GaussianMixture.fit(points, componentCount: 4, options: options(8), random: RandomSource(seed: 1))
    let half = try GaussianMixture.fit(points, componentCount: 4, options: options(3), random: RandomSource(seed: 1))
    #expect(try half.mixture.refined(on: points, options: options(5)).mixture == whole.mixture)
  }

  @Test func sameForAnyThreadCount() throws {
    let (points, _) = blobs(about: scatteredCentres(5, columns: 7, scale: 1, seed: 4), count: 1111, spread: 1)
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let runs = try [1, 2, 3].map { threads in
      Parallel.threadCount = threads
      return try GaussianMixture.fit(points, componentCount: 6, random: RandomSource(seed: 9))
    }
    #expect(runs[0] == runs[1] && runs[1] == runs[2])
  }

  @Test func refusesDegeneratePoints() throws {
    let random = RandomSource(seed: 0)
    let same = Matrix(rows: 9, columns: 2, repeating: 3)
    #expect(throws: ClusteringError.self) {
      try GaussianMixture.fit(same, componentCount: 2, options: .init(regularisation: 0), random: random)
    }
    let kept = try GaussianMixture.fit(same, componentCount: 2, random: random)
    #expect(kept.mixture.variances.elements.contains(1e-6))
    let infinite = Matrix(rows: 2, columns: 2, elements: [0, 1, .infinity, 2])
    #expect(throws: ClusteringError.notFinite(row: 1, column: 0)) {
      try kept.mixture.refined(on: infinite)
    }
    let huge = Matrix(rows: 2, columns: 2, elements: [0, 1, 2, -1e200])
    #expect(throws: ClusteringError.notFinite(row: 1, column: 1)) { try kept.mixture.refined(on: huge) }
    let needles = GaussianMixture(
      mixingWeights: [0.5, 0.5], means: Matrix(rows: 2, columns: 2),
      variances: Matrix(rows: 2, columns: 2, repeating: 1e-307))
    #expect(throws: ClusteringError.self) {
      try needles.refined(on: Matrix(rows: 2, columns: 2, repeating: 1e10), options: .init(regularisation: 0))
    }
    #expect(throws: ClusteringError.dimensionMismatch(found: 3, expected: 2)) {
      try kept.mixture.refined(on: Matrix(rows: 9, columns: 3))
    }
    #expect(throws: ClusteringError.self) {
      try GaussianMixture.fit(same, componentCount: 2, options: .init(regularisation: -1), random: random)
    }
  }

  @Test func samplesDependOnTheirRowAlone() {
    let mixture = GaussianMixture(
      mixingWeights: [0, 1], means: Matrix(rows: 2, columns: 2, elements: [0, 0, 50, 50]),
      variances: Matrix(rows: 2, columns: 2, repeating: 1))
    let random = RandomSource(seed: 2)
    #expect(mixture.componentDraws(count: 100, random: random).allSatisfy { $0 == 1 })
    let long = mixture.samples(of: [1, 0, 1], random: random)
    let short = mixture.samples(of: [1, 0], random: random)
    #expect(long.selecting(0..<2) == short)
    #expect(abs(long[2, 0] - 50) < 6)
  }
}
