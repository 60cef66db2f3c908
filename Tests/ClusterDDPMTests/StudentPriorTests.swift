import ClusterDDPM
import Clustering
import ClusteringMethods
import ElementaryFunctions
import TensorEngine
import TestSupport
import Testing

/// The prior's loss where components are Student's t distributions.
@Suite struct StudentPriorTests {
  private func values(_ rows: Int, _ columns: Int, _ name: String, scale: Double = 1, offset: Double = 0) -> Matrix {
    Matrix(
      rows: rows, columns: columns, elements: formulaValues(rows * columns, name).map { $0 * scale + offset })
  }

  private func mixture(_ freedom: Double?) -> GaussianMixture {
    GaussianMixture(
      mixingWeights: [0.5, 0.3, 0.2], means: values(3, 4, "means", scale: 2),
      variances: values(3, 4, "variances", scale: 0.5, offset: 1), freedom: freedom)
  }

  private func tensor(_ matrix: Matrix) -> Tensor {
    Tensor(matrix.elements.map(Float.init), shape: [matrix.rows, matrix.columns])
  }

  private func loss(_ freedom: Double?, logVariance: Matrix, z: Matrix? = nil) -> Double {
    let constants = MixtureConstants(mixture(freedom))
    let mean = values(6, 4, "mean", scale: 2)
    return Double(
      mixturePriorLoss(
        EncodedImages(mean: tensor(mean), logVariance: tensor(logVariance)),
        logResponsibilities: constants.logResponsibilities(of: tensor(z ?? mean)), mixture: constants
      ).scalar)
  }

  @Test func responsibilitiesAreTheMixtures() throws {
    let z = values(6, 4, "z", scale: 4)
    for freedom in [1.5, 10] {
      let found = MixtureConstants(mixture(freedom)).logResponsibilities(of: tensor(z)).exponential.scalars
      #expect(
        try largestDifference(found.map(Double.init), mixture(freedom).responsibilities(of: z).elements) < 1e-5)
    }
  }

  @Test(arguments: [1.5, 4, 10])
  func lossIsDifferentiatedThroughEverything(freedom: Double) {
    let constants = MixtureConstants(mixture(freedom))
    let parameters = [
      values(6, 4, "mean", scale: 2), values(6, 4, "log variance", scale: 2, offset: -1), values(6, 4, "z", scale: 2),
    ].map(tensor)
    let error = gradientError(at: parameters) { p in
      mixturePriorLoss(
        EncodedImages(mean: p[0], logVariance: p[1]), logResponsibilities: constants.logResponsibilities(of: p[2]),
        mixture: constants)
    }
    #expect(error < 5e-3, "\(error)")
  }

  /// With many degrees of freedom it is the Gaussians' loss.
  @Test func manyDegreesOfFreedomAreGaussian() {
    let logVariance = values(6, 4, "log variance", scale: 2, offset: -1)
    #expect(abs(loss(1000, logVariance: logVariance) / loss(nil, logVariance: logVariance) - 1) < 5e-3)
  }

  /// Where latents hardly vary it is −ln p(z) less their entropy; else it is a bound of it from above, by draws.
  @Test(arguments: [2.5, 8])
  func aBoundThatIsExactForNarrowLatents(freedom: Double) throws {
    let mixture = mixture(freedom)
    let mean = values(6, 4, "mean", scale: 2)
    func entropy(_ logVariance: Double) -> Double { 4 * (1 + log(2 * Double.pi) + logVariance) / 2 }
    let narrow = loss(freedom, logVariance: values(6, 4, "narrow", scale: 0, offset: -12))
    let exact = try -mixture.logLikelihood(of: mean) - entropy(-12)
    #expect(abs(narrow - exact) < 1e-3 * abs(exact), "\(narrow), \(exact)")
    // E[−Σ_c w_c ln p(z|c)] by draws, the same w for all.
    let wide = 0.5
    let w = try mixture.responsibilities(of: mean)
    let noise = RandomSource(seed: 1).normals(count: 4000 * 6 * 4)
    var sum = 0.0
    for draw in 0..<4000 {
      let z = Matrix(
        rows: 6, columns: 4,
        elements: mean.elements.indices.map { mean.elements[$0] + exp(wide / 2) * Double(noise[draw * 24 + $0]) })
      let joint = try mixture.logDensities(of: z)
      for row in 0..<6 {
        for c in 0..<3 { sum += w[row, c] * (log(max(w[row, c], 1e-300)) - joint[row, c]) / 6 }
      }
    }
    let drawn = sum / 4000 - entropy(wide)
    let bound = loss(freedom, logVariance: values(6, 4, "wide", scale: 0, offset: wide))
    #expect(bound > drawn && bound - drawn < 0.35 * abs(drawn) + 0.5, "\(bound), \(drawn)")
  }
}
