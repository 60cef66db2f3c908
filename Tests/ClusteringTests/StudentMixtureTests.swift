import Clustering
import ElementaryFunctions
import TensorEngine
import TestSupport
import Testing

/// Mixtures of Student's t distributions.
@Suite struct StudentMixtureTests {
  struct Golden: Decodable {
    struct After: Decodable {
      let likelihoods, weights, means, variances: [Double]
    }
    let columns: Int
    let freedom: Double
    let points, weights, means, variances, densities: [Double]
    let after: After
  }

  @Test func agreesWithNumpy() throws {
    for golden in try golden("student", as: [Golden].self) {
      let columns = golden.columns
      let points = Matrix(rows: 60, columns: columns, elements: golden.points)
      let start = GaussianMixture(
        mixingWeights: golden.weights, means: Matrix(rows: 3, columns: columns, elements: golden.means),
        variances: Matrix(rows: 3, columns: columns, elements: golden.variances), freedom: golden.freedom)
      #expect(try largestDifference(start.logDensities(of: points).elements, golden.densities) < 1e-10)
      let fit = try start.refined(
        on: points, options: .init(maximumIterations: 4, tolerance: 0, regularisation: 1e-3))
      #expect(largestDifference(Array(fit.logLikelihoods.prefix(4)), golden.after.likelihoods) < 1e-10)
      #expect(largestDifference(fit.mixture.mixingWeights, golden.after.weights) < 1e-10)
      #expect(largestDifference(fit.mixture.means.elements, golden.after.means) < 1e-9)
      #expect(largestDifference(fit.mixture.variances.elements, golden.after.variances) < 1e-8)
      #expect(fit.mixture.freedom == golden.freedom)
    }
  }

  /// Blobs with points of a t distribution of `freedom` about each of their centres.
  private func heavyBlobs(_ freedom: Double, seed: UInt64) -> (points: Matrix, truth: [Int]) {
    let centres = [[0.0, 0], [5, 0], [0, 5]]
    let source = RandomSource(seed: seed)
    let mixture = GaussianMixture(
      mixingWeights: [1, 1, 1].map { $0 / 3 }, means: Matrix(rows: 3, columns: 2, elements: centres.flatMap(\.self)),
      variances: Matrix(rows: 3, columns: 2, repeating: 0.3), freedom: freedom)
    let truth = (0..<600).map { $0 % 3 }
    return (mixture.samples(of: truth, random: source), truth)
  }

  @Test(arguments: [1.2, 3, 30])
  func theLikelihoodNeverFalls(freedom: Double) throws {
    let (points, truth) = heavyBlobs(2.1, seed: 5)
    // Some are in the wrong place at first.
    let start = try GaussianMixture.fitted(
      to: points, assignments: truth.enumerated().map { $0 % 7 == 0 ? ($1 + 1) % 3 : $1 }, componentCount: 3)
    let student = GaussianMixture(
      mixingWeights: start.mixingWeights, means: start.means, variances: start.variances, freedom: freedom)
    let fit = try student.refined(
      on: points, options: .init(maximumIterations: 60, tolerance: 0, regularisation: 0))
    #expect(fit.iterationCount == 60)
    for (before, after) in zip(fit.logLikelihoods, fit.logLikelihoods.dropFirst()) {
      #expect(after >= before - 1e-12 * abs(before), "\(before) to \(after)")
    }
  }

  /// Far points pull Gaussians away from clusters that Student's t distributions find.
  @Test func heavyTailsAreRecoveredBetter() throws {
    var errors = (gaussian: 0, student: 0)
    for seed in 0..<3 {
      let (points, truth) = heavyBlobs(1.8, seed: UInt64(seed))
      func wrong(_ freedom: Double?) throws -> Int {
        // Both begin near the centres: k-means takes far points for clusters.
        let start = GaussianMixture(
          mixingWeights: [1, 1, 1].map { $0 / 3 }, means: Matrix(rows: 3, columns: 2, elements: [1, 0, 4, 0, 0, 4]),
          variances: Matrix(rows: 3, columns: 2, repeating: 1), freedom: freedom)
        let mixture = try start.refined(on: points, options: .init(maximumIterations: 300, tolerance: 1e-8)).mixture
        let found = try mixture.assignments(of: points)
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        return orders.map { order in zip(found, truth).count { order[$0] != $1 } }.min()!
      }
      errors.gaussian += try wrong(nil)
      errors.student += try wrong(1.8)
    }
    // Of 1,800 points.
    #expect(errors.student < 150 && errors.gaussian > 3 * errors.student, "\(errors)")
  }

  /// With as many degrees of freedom as that they are Gaussians.
  @Test func manyDegreesOfFreedomAreGaussian() throws {
    let (points, _) = blobs(about: scatteredCentres(3, columns: 5, scale: 2, seed: 2), count: 40, spread: 1)
    let gaussian = try GaussianMixture.fitted(
      to: points, assignments: (0..<120).map { $0 / 40 }, componentCount: 3)
    let student = GaussianMixture(
      mixingWeights: gaussian.mixingWeights, means: gaussian.means, variances: gaussian.variances, freedom: 1e7)
    #expect(
      try largestDifference(student.logDensities(of: points).elements, gaussian.logDensities(of: points).elements)
        < 1e-4)
    let options = GaussianMixture.Options(maximumIterations: 5, tolerance: 0)
    let fits = try [gaussian, student].map { try $0.refined(on: points, options: options).mixture }
    #expect(largestDifference(fits[0].means.elements, fits[1].means.elements) < 1e-5)
    #expect(largestDifference(fits[0].variances.elements, fits[1].variances.elements) < 1e-5)
  }

  /// Quantiles of draws are those of the distribution: of a t of 2 degrees P(|t| < √2) = √½.
  @Test func drawsAreOfTheDistribution() throws {
    let mixture = GaussianMixture(
      mixingWeights: [1], means: Matrix(rows: 1, columns: 2, elements: [3, -1]),
      variances: Matrix(rows: 1, columns: 2, elements: [4, 0.25]), freedom: 2)
    let drawn = mixture.samples(of: [Int](repeating: 0, count: 20_000), random: RandomSource(seed: 3))
    for column in 0..<2 {
      let scale = mixture.variances[0, column].squareRoot()
      let within = (0..<drawn.rows).count {
        abs(drawn[$0, column] - mixture.means[0, column]) < 2.0.squareRoot() * scale
      }
      #expect(abs(Double(within) / 20_000 - 0.5.squareRoot()) < 0.012)
    }
    // Below 2 degrees gamma draws have a shape below 1: the mean of Gamma(0.6, 1) is 0.6, its variance too.
    let source = RandomSource(seed: 8)
    let gammas = (0..<20_000).map { GammaDraw.value(shape: 0.6, from: source.derived($0)) }
    let mean = gammas.reduce(0, +) / 20_000
    let variance = gammas.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - 0.6) < 0.02 && abs(variance - 0.6) < 0.05)
  }

  @Test func threadsChangeNoByte() throws {
    let (points, _) = heavyBlobs(2, seed: 3)
    let fits = try resultsAcrossThreadCounts {
      try GaussianMixture.fit(
        points, componentCount: 3, options: .init(maximumIterations: 20, freedom: 3), random: RandomSource(seed: 1))
    }
    #expect(fits.allSatisfy { $0 == fits[0] })
  }

  /// Components that are joined, picked or split stay Student's t.
  @Test func tailsStayWhatTheyAre() throws {
    let (points, _) = heavyBlobs(3, seed: 4)
    let mixture = try GaussianMixture.fit(
      points, componentCount: 5, options: .init(freedom: 4), random: RandomSource(seed: 1)
    ).mixture
    #expect(mixture.freedom == 4)
    let merged = try mixture.merged(to: 3, points: points, random: RandomSource(seed: 2)).mixture
    #expect(merged.freedom == 4 && merged.componentCount == 3)
  }
}
