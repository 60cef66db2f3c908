import ClusterDDPM
import Clustering
import ClusteringMethods
import Foundation
import TensorEngine
import TestSupport
import Testing

@Suite("Evidence bound") struct EvidenceBoundTests {
  /// What `make_prior.py` computed for one mixture and six images.
  struct Golden: Decodable, CustomTestStringConvertible {
    let name: String
    let latent: Int
    let weights: [Double]
    let spread, distance: Double
    let responsibilities: [Double]
    let live, fixed, unmoved: Double
    var testDescription: String { name }

    static let batch = 6
    private func values(_ rows: Int, _ part: String, scale: Double = 1, offset: Double = 0) -> Matrix {
      Matrix(
        rows: rows, columns: latent,
        elements: formulaValues(rows * latent, "\(name) \(part)").map { $0 * scale + offset })
    }
    var mixture: GaussianMixture {
      GaussianMixture(
        mixingWeights: weights, means: values(weights.count, "means"),
        variances: values(weights.count, "variances", scale: spread, offset: 1))
    }
    var mean: Matrix { values(Self.batch, "mean", scale: distance) }
    var logVariance: Matrix { values(Self.batch, "log variance", scale: 2, offset: -1) }
    var z: Matrix {
      let noise = values(Self.batch, "noise", scale: 1.5).elements
      let scales = zip(logVariance.elements, noise).map { exp($0 / 2) * $1 }
      return Matrix(rows: Self.batch, columns: latent, elements: zip(mean.elements, scales).map(+))
    }
    var unmovedMean: Matrix {
      Matrix(
        rows: Self.batch, columns: latent,
        elements: zip(mean.elements, values(Self.batch, "movement", scale: 0.2).elements).map(+))
    }
    /// Responsibilities from nowhere in particular, some of them 0.
    var held: Matrix {
      let k = weights.count
      var rows = (0..<Self.batch).map { row in
        formulaValues(Self.batch * k, "\(name) held")[row * k..<row * k + k].map { exp($0 * 20) }
      }
      rows[0] = [0, 0, 1, 0, 0]
      let alive = rows.map { row in zip(row, weights).map { $1 == 0 ? 0 : $0 } }
      return Matrix(rows: Self.batch, columns: k, elements: alive.flatMap { row in row.map { $0 / row.reduce(0, +) } })
    }
    var encoded: EncodedImages {
      EncodedImages(mean: EvidenceBoundTests.tensor(mean), logVariance: EvidenceBoundTests.tensor(logVariance))
    }
  }

  static let goldens = Result { try golden("prior", in: .module, as: [Golden].self) }

  static func tensor(_ matrix: Matrix) -> Tensor {
    Tensor(matrix.elements.map(Float.init), shape: [matrix.rows, matrix.columns])
  }

  private func average(_ golden: Golden, _ responsibilities: (Int) -> [Double]) -> Double {
    let plain = PlainEvidenceBound(golden.mixture)
    let (mean, logVariance) = (golden.mean, golden.logVariance)
    return (0..<Golden.batch).reduce(0) {
      $0 + plain.loss(responsibilities($1), mean: mean.row($1), logVariance: logVariance.row($1))
    } / Double(Golden.batch)
  }

  @Test func responsibilitiesAgreeWithNumpyAndTheMixture() throws {
    for golden in try Self.goldens.get() {
      let z = golden.z
      let found = MixtureConstants(golden.mixture).logResponsibilities(of: Self.tensor(z)).exponential.scalars
      #expect(largestDifference(found.map(Double.init), golden.responsibilities) < 2e-4, "\(golden.name)")
      #expect(try largestDifference(golden.mixture.responsibilities(of: z).elements, golden.responsibilities) < 1e-9)
      let plain = PlainEvidenceBound(golden.mixture)
      let own = (0..<Golden.batch).flatMap { plain.responsibilities(z.row($0)) }
      #expect(largestDifference(own, golden.responsibilities) < 1e-9)
    }
  }

  @Test func lossAgreesForEverySourceOfResponsibilities() throws {
    for golden in try Self.goldens.get() {
      let constants = MixtureConstants(golden.mixture)
      let plain = PlainEvidenceBound(golden.mixture)
      let (z, unmoved, held) = (golden.z, golden.unmovedMean, golden.held)
      let cases: [(Double, Double, Tensor)] = [
        (
          golden.live, average(golden) { plain.responsibilities(z.row($0)) },
          constants.logResponsibilities(of: Self.tensor(z))
        ),
        (
          golden.fixed, average(golden) { Array(held.row($0)) },
          ClusterDDPMModel.logRows(of: held, Array(0..<Golden.batch))
        ),
        (
          golden.unmoved, average(golden) { plain.responsibilities(unmoved.row($0)) },
          constants.logResponsibilities(of: Self.tensor(unmoved))
        ),
      ]
      for (index, (expected, own, logResponsibilities)) in cases.enumerated() {
        let loss = mixturePriorLoss(golden.encoded, logResponsibilities: logResponsibilities, mixture: constants)
        #expect(abs(own / expected - 1) < 1e-9, "\(golden.name), \(index)")
        #expect(abs(Double(loss.scalar) / expected - 1) < 1e-5, "\(golden.name), \(index)")
      }
    }
  }

  @Test func lossIsDifferentiatedThroughEverything() throws {
    for golden in try Self.goldens.get() where golden.name != "far" {
      let constants = MixtureConstants(golden.mixture)
      let parameters = [golden.mean, golden.logVariance, golden.z].map(Self.tensor)
      let error = gradientError(at: parameters) { p in
        mixturePriorLoss(
          EncodedImages(mean: p[0], logVariance: p[1]), logResponsibilities: constants.logResponsibilities(of: p[2]),
          mixture: constants)
      }
      #expect(error < 5e-3, "\(golden.name): \(error)")
    }
  }

  /// In 32 dimensions the peak of a unit Gaussian is 1.7e-13: nothing may be added to densities.
  @Test func responsibilitiesStaySharpInManyDimensions() {
    let mixture = GaussianMixture(
      mixingWeights: [Double](repeating: 0.1, count: 10),
      means: Matrix(rows: 10, columns: 32, elements: formulaValues(320, "sharp").map { $0 * 2 }),
      variances: Matrix(rows: 10, columns: 32, repeating: 1))
    let z = Tensor(mixture.means.elements.map(Float.init), shape: [10, 32])
    let w = MixtureConstants(mixture).logResponsibilities(of: z).exponential.scalars
    for c in 0..<10 { #expect(w[c * 10 + c] > 0.999) }
  }

  /// Latents beyond all reason, variances at their floor, a component all but dead: numbers, and gradients, throughout.
  @Test(arguments: [1, 100, 1e4, 1e6] as [Double], [1e-6, 1e-4, 1, 100] as [Double])
  func extremesStayNumbers(distance: Double, variance: Double) {
    let mixture = GaussianMixture(
      mixingWeights: [0, 1e-300, 0.5, 0.5], means: Matrix(rows: 4, columns: 8, elements: formulaValues(32, "extreme")),
      variances: Matrix(rows: 4, columns: 8, repeating: variance))
    let constants = MixtureConstants(mixture)
    let mean = formulaTensor([5, 8], "far mean", scale: distance)
    let z = mean + 0.1
    let logVariance = Tensor((0..<40).map { $0 % 2 == 0 ? -10 : 5 }, shape: [5, 8])
    let w = constants.logResponsibilities(of: z).exponential
    for row in 0..<5 { #expect(abs(w.rows(row..<row + 1).sum.scalar - 1) < 1e-5) }
    let (loss, gradients) = valueAndGradient(at: [mean, logVariance, z]) { p in
      mixturePriorLoss(
        EncodedImages(mean: p[0], logVariance: p[1]), logResponsibilities: constants.logResponsibilities(of: p[2]),
        mixture: constants)
    }
    #expect(loss.isFinite)
    #expect(gradients.allSatisfy { $0.isFinite })
  }

  @Test func oneStandardComponentIsTheStandardPrior() {
    let encoded = EncodedImages(
      mean: formulaTensor([7, 5], "mean", scale: 2), logVariance: formulaTensor([7, 5], "log variance", scale: 2))
    let constants = MixtureConstants(
      GaussianMixture(
        mixingWeights: [1], means: Matrix(rows: 1, columns: 5), variances: Matrix(rows: 1, columns: 5, repeating: 1)))
    let logResponsibilities = constants.logResponsibilities(of: encoded.mean)
    #expect(logResponsibilities == .zeros([7, 1]))
    let mixture = mixturePriorLoss(encoded, logResponsibilities: logResponsibilities, mixture: constants)
    #expect(abs(mixture.scalar / standardPriorLoss(encoded).scalar - 1) < 1e-6)
    let standard = EncodedImages(mean: .zeros([2, 3]), logVariance: .zeros([2, 3]))
    #expect(standardPriorLoss(standard).scalar == 0)
  }

  /// The closed form against its definition, E_q[log q(z, c|x) − log p(z, c)] with q(z, c|x) = q(z|x)·w_c.
  @Test func closedFormIsTheExpectation() {
    let mixture = GaussianMixture(
      mixingWeights: [0.2, 0.5, 0.3], means: Matrix(rows: 3, columns: 4, elements: formulaValues(12, "means")),
      variances: Matrix(rows: 3, columns: 4, elements: formulaValues(12, "variances").map { 1 + 0.6 * $0 }))
    let w = [0.7, 0.1, 0.2]
    let mean = formulaValues(4, "mean")
    let logVariance = formulaValues(4, "log variance")

    let count = 200_000
    let noise = RandomSource(seed: 6).normals(count: count * 4)
    func logNormal(_ x: Double, _ mean: Double, _ variance: Double) -> Double {
      -0.5 * (log(2 * .pi * variance) + (x - mean) * (x - mean) / variance)
    }
    var (sum, squares) = (0.0, 0.0)
    var (standardSum, standardSquares) = (0.0, 0.0)
    for n in 0..<count {
      let z = (0..<4).map { mean[$0] + exp(logVariance[$0] / 2) * Double(noise[n * 4 + $0]) }
      let logQ = (0..<4).reduce(0.0) { $0 + logNormal(z[$1], mean[$1], exp(logVariance[$1])) }
      var value = 0.0
      for c in 0..<3 {
        let logP = (0..<4).reduce(log(mixture.mixingWeights[c])) {
          $0 + logNormal(z[$1], mixture.means[c, $1], mixture.variances[c, $1])
        }
        value += w[c] * (logQ + log(w[c]) - logP)
      }
      let standard = logQ - z.reduce(0) { $0 + logNormal($1, 0, 1) }
      sum += value
      squares += value * value
      standardSum += standard
      standardSquares += standard * standard
    }
    func check(_ closed: Tensor, _ sum: Double, _ squares: Double) {
      let average = sum / Double(count)
      let standardError = ((squares / Double(count) - average * average) / Double(count)).squareRoot()
      #expect(abs(Double(closed.scalar) - average) < 4 * standardError)
      #expect(standardError < 0.01)
    }
    let encoded = EncodedImages(
      mean: Tensor(mean.map { Float($0) }, shape: [1, 4]),
      logVariance: Tensor(logVariance.map { Float($0) }, shape: [1, 4]))
    let logW = Tensor(w.map { Float(log($0)) }, shape: [1, 3])
    check(
      mixturePriorLoss(encoded, logResponsibilities: logW, mixture: MixtureConstants(mixture)), sum, squares)
    check(standardPriorLoss(encoded), standardSum, standardSquares)
  }

  @Test func reconstructionIsASumOverPixelsAndAMeanOverImages() {
    let (a, b) = (formulaTensor([3, 2, 2, 1], "a"), formulaTensor([3, 2, 2, 1], "b"))
    let expected = zip(a.scalars, b.scalars).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) } / 3
    #expect(abs(Double(reconstructionLoss(a, target: b).scalar) - expected) < 1e-6)
  }
}
