import Clustering
import TensorEngine
import TestSupport
import Testing

@Suite struct FullCovarianceTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let iterations: Int
      let regularisation, logLikelihood, bic: Double
      let weights, means, covariances, responsibilities: [Double]
    }
    let points: [Double]
    let columns: Int
    let weights, means, covariances: [Double]
    let cases: [Case]
  }

  private static let full = GaussianMixture.Options(regularisation: 1e-3, covariance: .full)

  /// Points of a few groups, whose columns vary together.
  private func slantedPoints(groups: Int, columns: Int, count: Int = 150, seed: UInt64 = 0) -> Matrix {
    let (points, _) = blobs(
      about: scatteredCentres(groups, columns: columns, scale: 3, seed: seed), count: count, spread: 1, seed: seed)
    var slanted = points
    for row in 0..<points.rows {
      for column in 1..<columns { slanted[row, column] += 0.8 * points[row, column - 1] }
    }
    return slanted
  }

  @Test func agreesWithScikitLearn() throws {
    let golden = try golden("full_mixture", as: Golden.self)
    let (count, size) = (golden.weights.count, golden.columns)
    let points = Matrix(rows: golden.points.count / size, columns: size, elements: golden.points)
    let start = GaussianMixture(
      mixingWeights: golden.weights, means: Matrix(rows: count, columns: size, elements: golden.means),
      covariances: try FullCovariances(Matrix(rows: count * size, columns: size, elements: golden.covariances)))
    for expected in golden.cases {
      let fit = try start.refined(
        on: points,
        options: .init(
          maximumIterations: expected.iterations, tolerance: 0, regularisation: expected.regularisation))
      #expect(fit.iterationCount == expected.iterations)
      #expect(abs(fit.logLikelihood - expected.logLikelihood) < 1e-9)
      #expect(largestDifference(fit.mixture.mixingWeights, expected.weights) < 1e-8)
      #expect(largestDifference(fit.mixture.means.elements, expected.means) < 1e-8)
      let covariances = try #require(fit.mixture.covariances)
      #expect(largestDifference(covariances.matrices.elements, expected.covariances) < 1e-8)
      let some = points.selecting(Array(stride(from: 0, to: points.rows, by: 30)))
      #expect(try largestDifference(fit.mixture.responsibilities(of: some).elements, expected.responsibilities) < 1e-7)
      let bic = fit.mixture.informationCriterion(logLikelihood: fit.logLikelihood, points: points.rows)
      #expect(abs(bic / expected.bic - 1) < 1e-9)
    }
  }

  /// Each step by the plain formulas, for sizes on both sides of a panel of the kernels and of a stripe.
  @Test(arguments: [1, 2, 15, 16, 17, 40, 130])
  func aStepFollowsTheFormulas(columns: Int) throws {
    let points = slantedPoints(groups: 2, columns: max(2, columns), count: 200).columns(0..<columns)
    let start = try GaussianMixture.fitted(
      to: points, assignments: (0..<points.rows).map { $0 % 2 }, componentCount: 2, regularisation: 0.3,
      covariance: .full)
    let weights = try start.responsibilities(of: points)
    let next = try start.refined(
      on: points, options: .init(maximumIterations: 1, tolerance: 0, regularisation: 0.25)
    ).mixture
    for c in 0..<2 {
      let mass = (0..<points.rows).reduce(0.0) { $0 + weights[$1, c] }
      let mean = (0..<columns).map { j in (0..<points.rows).reduce(0.0) { $0 + weights[$1, c] * points[$1, j] } / mass }
      #expect(largestDifference(Array(next.means.row(c)), mean) < 1e-10)
      for (i, j) in [(0, 0), (columns - 1, 0), (columns - 1, columns - 1), (columns / 2, columns / 3)] {
        var sum = 0.0
        for row in 0..<points.rows { sum += weights[row, c] * (points[row, i] - mean[i]) * (points[row, j] - mean[j]) }
        let expected = sum / mass + (i == j ? 0.25 : 0)
        let matrices = try #require(next.covariances).matrices
        #expect(abs(matrices[c * columns + i, j] - expected) < 1e-10)
        #expect(matrices[c * columns + i, j] == matrices[c * columns + j, i])
      }
    }
  }

  /// A full mixture whose matrices are diagonal is the diagonal one.
  @Test func diagonalMatricesAreVariances() throws {
    let points = slantedPoints(groups: 3, columns: 20)
    let diagonal = try GaussianMixture.fit(points, componentCount: 3, random: RandomSource(seed: 1)).mixture
    var matrices = Matrix(rows: 60, columns: 20)
    for c in 0..<3 {
      for j in 0..<20 { matrices[c * 20 + j, j] = diagonal.variances[c, j] }
    }
    let full = GaussianMixture(
      mixingWeights: diagonal.mixingWeights, means: diagonal.means, covariances: try FullCovariances(matrices))
    #expect(full.variances == diagonal.variances && full.covariance == .full && diagonal.covariance == .diagonal)
    #expect(try full.assignments(of: points) == diagonal.assignments(of: points))
    #expect(
      try largestDifference(full.logDensities(of: points).elements, diagonal.logDensities(of: points).elements) < 1e-8)
    #expect(
      largestDifference(
        full.samples(of: [0, 2, 1], random: RandomSource(seed: 4)).elements,
        diagonal.samples(of: [0, 2, 1], random: RandomSource(seed: 4)).elements) < 1e-10)
    #expect(full.freeParameterCount == 2 + 3 * (20 + 210))
  }

  @Test func likelihoodNeverFallsWithoutRegularisation() throws {
    for seed in 0..<4 as Range<UInt64> {
      let points = slantedPoints(groups: 4, columns: 5, seed: seed)
      let fit = try GaussianMixture.fit(
        points, componentCount: 6,
        options: .init(maximumIterations: 60, tolerance: 0, regularisation: 0, covariance: .full),
        random: RandomSource(seed: seed))
      for (before, after) in zip(fit.logLikelihoods, fit.logLikelihoods.dropFirst()) {
        #expect(after >= before - 1e-12 * abs(before))
      }
    }
  }

  /// What was drawn varies as the matrices say.
  @Test func samplesVaryTogether() throws {
    let size = 19
    let points = slantedPoints(groups: 1, columns: size, count: 2000)
    let mixture = try GaussianMixture.fit(points, componentCount: 1, options: Self.full, random: RandomSource(seed: 1))
      .mixture
    let drawn = mixture.samples(of: [Int](repeating: 0, count: 20_000), random: RandomSource(seed: 2))
    let again = try GaussianMixture.fit(drawn, componentCount: 1, options: Self.full, random: RandomSource(seed: 3))
      .mixture
    let (expected, found) = (try #require(mixture.covariances).matrices, try #require(again.covariances).matrices)
    #expect(largestDifference(expected.elements, found.elements) < 0.1)
    #expect(abs(expected[5, 4]) > 0.5 && largestDifference(mixture.means.elements, again.means.elements) < 0.1)
  }

  @Test func sameForAnyThreadCount() throws {
    let points = slantedPoints(groups: 3, columns: 110, count: 300)
    let runs = try resultsAcrossThreadCounts {
      try GaussianMixture.fit(points, componentCount: 3, options: Self.full, random: RandomSource(seed: 9))
    }
    #expect(runs.allSatisfy { $0 == runs[0] })
  }

  @Test func componentsAreJoinedAndSplit() throws {
    let points = slantedPoints(groups: 3, columns: 4)
    let mixture = try GaussianMixture.fit(points, componentCount: 3, options: Self.full, random: RandomSource(seed: 2))
      .mixture
    var clusters = ComponentClusters(mixture, clusterOfComponent: [0, 1, 2])
    let before = try clusters.assignments(of: points)
    try clusters.split(1, points: points, options: Self.full, random: RandomSource(seed: 3))
    #expect(clusters.clusterCount == 4 && clusters.mixture.covariance == .full)
    let after = try clusters.assignments(of: points)
    #expect(zip(before, after).allSatisfy { $0 == $1 || $0 == 1 } && after.contains(3))
    let merged = try mixture.merged(to: 1, points: points, random: RandomSource(seed: 4)).mixture
    // Of one component it is the points' own mean and covariance, but for what was added.
    let whole = try GaussianMixture.fit(points, componentCount: 1, options: Self.full, random: RandomSource(seed: 5))
      .mixture
    #expect(largestDifference(merged.means.elements, whole.means.elements) < 1e-9)
    #expect(
      largestDifference(
        try #require(merged.covariances).matrices.elements, try #require(whole.covariances).matrices.elements) < 1e-9)
  }

  @Test func whatIsNoMixtureIsRefused() throws {
    let elements: [Double] = (0..<90).map { place in place % 3 == 2 ? 1 : Double((place * place) % 17) }
    let flat = Matrix(rows: 30, columns: 3, elements: elements)
    let random = RandomSource(seed: 0)
    #expect(throws: ClusteringError.self) {
      try GaussianMixture.fit(
        flat, componentCount: 2, options: .init(regularisation: 0, covariance: .full), random: random)
    }
    _ = try GaussianMixture.fit(flat, componentCount: 2, options: Self.full, random: random)
    #expect(throws: FullCovariances.NotPositiveDefinite(component: 1)) {
      try FullCovariances(Matrix(rows: 4, columns: 2, elements: [1, 0, 0, 1, 1, 2, 2, 1]))
    }
    #expect(throws: FullCovariances.NotPositiveDefinite(component: 0)) {
      try FullCovariances(Matrix(rows: 1, columns: 1, elements: [.nan]))
    }
    #expect(throws: ClusteringError.self) {
      try GaussianMixture.Covariance.full.requireRoom(componentCount: 20, dimension: 16_384)
    }
    try GaussianMixture.Covariance.diagonal.requireRoom(componentCount: 20, dimension: 16_384)
  }
}

extension Matrix {
  fileprivate func columns(_ range: Range<Int>) -> Matrix {
    Matrix(rows: rows, columns: range.count, elements: (0..<rows).flatMap { row in range.map { self[row, $0] } })
  }
}
