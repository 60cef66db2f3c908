import Diffusion
import Glibc
import TensorEngine
import TestSupport
import Testing

@Suite("Samplers") struct SamplerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let process: DiffusionProcess
    let method: SamplingMethod
    let variance: AncestralVariance
    let steps: Int
    var sampler: Sampler { Sampler(process: process, method: method, variance: variance, steps: steps) }
    var testDescription: String {
      let schedule = if case .discrete = process.schedule { "linear" } else { "cosine" }
      return "\(schedule), \(process.target), \(method), \(variance) variance, \(steps) steps"
    }
  }

  private static let linear = NoiseSchedule.discrete(DiscreteSchedule(timestepCount: 1000))
  /// The forward variance is right for the small steps of a whole linear schedule, the others for large ones too.
  static let cases = [linear, .cosine].flatMap { schedule in
    PredictionTarget.allCases.flatMap { target in
      let process = DiffusionProcess(schedule: schedule, target: target)
      return [
        Case(process: process, method: .ddim, variance: .forward, steps: 150),
        Case(process: process, method: .dpm, variance: .forward, steps: 40),
        Case(process: process, method: .ancestral, variance: .posterior, steps: 300),
      ]
        + (schedule == linear
          ? [Case(process: process, method: .ancestral, variance: .forward, steps: 1000)] : [])
    }
  }

  @Test(arguments: cases) func perfectDenoiserGivesTheDataBack(test: Case) throws {
    let (mean, deviation) = (0.6, 0.35)
    let sources = (0..<64).map { RandomSource(seed: 8).derived($0) }
    let images = try test.sampler.sample(
      imageShape: [16, 16, 1], from: sources,
      denoiser: gaussianDenoiser(test.process, mean: mean, deviation: deviation))
    let found = images.scalars.map(Double.init)
    let n = Double(found.count)
    let average = found.reduce(0, +) / n
    let variance = found.reduce(0) { $0 + ($1 - average) * ($1 - average) } / n
    // Four standard errors, and what steps of this size leave.
    #expect(abs(average - mean) < deviation * (4 / n.squareRoot() + 0.01))
    #expect(abs(variance / (deviation * deviation) - 1) < 4 * (2 / n).squareRoot() + 0.03)
    // The kurtosis of a normal distribution, four standard errors.
    let kurtosis = found.reduce(0) { $0 + pow($1 - average, 4) } / n / (variance * variance)
    #expect(abs(kurtosis - 3) < 4 * (24 / n).squareRoot() + 0.03)
  }

  /// No network is perfect, least where all is noise: an error there must not be magnified into the image.
  @Test(arguments: cases) func imperfectDenoiserStaysNear(test: Case) throws {
    let (mean, deviation) = (0.6, 0.35)
    let perfect = gaussianDenoiser(test.process, mean: mean, deviation: deviation)
    let images = try test.sampler.sample(
      imageShape: [16, 16, 1], from: (0..<8).map { RandomSource(seed: 9).derived($0) }
    ) { x, time in perfect(x, time) * 0.999 + 0.001 }
    let found = images.scalars.map(Double.init)
    let average = found.reduce(0, +) / Double(found.count)
    let variance = found.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(found.count)
    #expect(abs(average - mean) < 0.3 * deviation)
    #expect(abs(variance / (deviation * deviation) - 1) < 0.3)
  }

  /// Each step of a whole linear schedule is Eq. 14: (x_t − β_t·ε̂/√(1−ᾱ_t))/√α_t + √β_t·n, and no n at t = 1.
  @Test(arguments: AncestralVariance.allCases) func ancestralStepsAreThePapers(variance: AncestralVariance) throws {
    let betas = DiscreteSchedule(timestepCount: 40)
    let process = DiffusionProcess(schedule: .discrete(betas), target: .noise)
    let sources = [RandomSource(seed: 2), RandomSource(seed: 3)]
    var visited: [(t: Int, x: [Double], epsilon: [Double])] = []
    let end = try Sampler(process: process, method: .ancestral, variance: variance, steps: 40)
      .sample(imageShape: [3, 2, 1], from: sources) { x, time in
        let epsilon = formulaTensor(x.shape, "epsilon at \(time)")
        visited.append(
          (Int((time * 40).rounded()), x.scalars.map(Double.init), epsilon.scalars.map(Double.init)))
        return epsilon
      }
    #expect(visited.map(\.t) == Array((1...40).reversed()))
    for (step, from) in visited.enumerated() {
      let to = step == 39 ? end.scalars.map(Double.init) : visited[step + 1].x
      let (alphaBar, before) = (betas.alphaBars[from.t], betas.alphaBars[from.t - 1])
      let beta = 1e-4 + (0.02 - 1e-4) * Double(from.t) / 40
      let spread = (variance == .forward ? beta : beta * (1 - before) / (1 - alphaBar)).squareRoot()
      let noise = Tensor.normals(imageShape: [3, 2, 1], from: sources.map { $0.derived("step").derived(step) })
        .scalars.map { from.t == 1 ? 0 : Double($0) }
      let expected = from.x.indices.map {
        (from.x[$0] - beta * from.epsilon[$0] / (1 - alphaBar).squareRoot()) / (1 - beta).squareRoot()
          + spread * noise[$0]
      }
      #expect(largestDifference(to, expected) < 1e-5, "t = \(from.t)")
    }
  }

  /// Song et al. 2021, Eq. 12 with η = 0, on a subset of the times.
  @Test func ddimStepsAreDeterministic() throws {
    let betas = DiscreteSchedule(timestepCount: 40)
    let process = DiffusionProcess(schedule: .discrete(betas), target: .noise)
    var visited: [(t: Int, x: [Double], epsilon: [Double])] = []
    let end = try Sampler(process: process, method: .ddim, variance: .forward, steps: 4)
      .sample(imageShape: [3, 2, 1], from: [RandomSource(seed: 2)]) { x, time in
        let epsilon = x * 0.7 + 0.1
        visited.append(
          (Int((time * 40).rounded()), x.scalars.map(Double.init), epsilon.scalars.map(Double.init)))
        return epsilon
      }
    #expect(visited.map(\.t) == [40, 30, 20, 10])
    for (step, from) in visited.enumerated() {
      let to = step == 3 ? end.scalars.map(Double.init) : visited[step + 1].x
      let alphaBar = betas.alphaBars[from.t]
      // The clean image is asked for at the end: ᾱ = 1.
      let next = step == 3 ? 1 : betas.alphaBars[visited[step + 1].t]
      let expected = zip(from.x, from.epsilon).map { x, epsilon in
        next.squareRoot() * (x - (1 - alphaBar).squareRoot() * epsilon) / alphaBar.squareRoot()
          + (1 - next).squareRoot() * epsilon
      }
      #expect(largestDifference(to, expected) < 1e-5)
    }
  }

  @Test(arguments: SamplingMethod.all) func imagesDoNotDependOnTheirCompany(method: SamplingMethod) throws {
    let process = DiffusionProcess(schedule: .cosine, target: .velocity)
    let sampler = Sampler(process: process, method: method, variance: .posterior, steps: 10)
    let sources = (0..<5).map { RandomSource(seed: 4).derived($0) }
    let denoiser = gaussianDenoiser(process, mean: 0.2, deviation: 0.5)
    let together = try sampler.sample(imageShape: [3, 3, 2], from: sources, denoiser: denoiser)
    for (index, source) in sources.enumerated() {
      let alone = try sampler.sample(imageShape: [3, 3, 2], from: [source], denoiser: denoiser)
      #expect(alone == together.rows(index..<index + 1))
    }
    #expect(together.rows(0..<1) != together.rows(1..<2))
  }

  @Test func stepsAreReportedAndMayEndTheSampling() {
    struct Stop: Error {}
    let sampler = Sampler(
      process: DiffusionProcess(schedule: .cosine, target: .velocity), method: .ddim, variance: .posterior, steps: 6)
    var steps: [Int] = []
    #expect(throws: Stop.self) {
      _ = try sampler.sample(
        imageShape: [1], from: [RandomSource(seed: 0)], denoiser: { x, _ in x },
        afterStep: { step in
          steps.append(step)
          if step == 4 { throw Stop() }
        })
    }
    #expect(steps == [1, 2, 3, 4])
  }
}
