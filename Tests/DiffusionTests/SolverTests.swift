import Diffusion
import Glibc
import TensorEngine
import TestSupport
import Testing

@Suite("Deterministic solvers") struct SolverTests {
  /// What `make_samplers.py` computed.
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    let schedule, target: String
    let times, ddim, dpm: [Double]

    var process: DiffusionProcess {
      DiffusionProcess(
        schedule: schedule == "linear" ? .discrete(DiscreteSchedule()) : .cosine,
        target: PredictionTarget(rawValue: target)!)
    }
    var testDescription: String { "\(schedule), \(target), \(times.count - 1) steps" }

    static let all = Result { try golden("samplers", in: .module, as: [Golden].self) }
  }

  @Test(arguments: try Golden.all.get()) func stepsAgreeWithThePapers(golden: Golden) throws {
    for (method, expected) in [(SamplingMethod.ddim, golden.ddim), (.dpm, golden.dpm)] {
      var visited: [Double] = []
      let sampler = Sampler(
        process: golden.process, method: method, variance: .forward, steps: golden.times.count - 1)
      let found = try sampler.denoised(formulaTensor([1, 12], "start", scale: 1.5), from: [RandomSource(seed: 0)]) {
        x, time in
        visited.append(time)
        return Tensor(x.scalars.map { 0.6 * $0 + 0.3 * sin(2 * $0 + 3 * Float(time)) }, shape: x.shape)
      }
      #expect(largestDifference(visited, Array(golden.times.dropLast())) < 1e-12)
      #expect(largestDifference(found.scalars.map(Double.init), expected) < 2e-5, "\(method)")
    }
  }

  @Test func theFirstTwoStepsOfTwoAreDDIMs() throws {
    let process = DiffusionProcess(schedule: .cosine, target: .velocity)
    let start = fixedNormals([2, 6], "start")
    let sources = [RandomSource(seed: 0), RandomSource(seed: 1)]
    func end(_ method: SamplingMethod, steps: Int) throws -> Tensor {
      try Sampler(process: process, method: method, variance: .forward, steps: steps)
        .denoised(start, from: sources) { x, time in x.squared * Float(time) }
    }
    for steps in 1...2 { #expect(try end(.dpm, steps: steps) == end(.ddim, steps: steps)) }
    #expect(try end(.dpm, steps: 3) != end(.ddim, steps: 3))
  }

  /// For pixels that are N(m, s²) the diffusion's ODE has a solution: x_t − α·m keeps its ratio to the deviation of x_t.
  /// Between two fixed times, the error that a method of order p leaves falls with the p-th power of the number of steps.
  @Test(arguments: [(SamplingMethod.ddim, 1.0), (.dpm, 2.0)], Ladder.all)
  func errorsFallWithTheOrder(_ expected: (method: SamplingMethod, order: Double), _ ladder: Ladder) throws {
    let (mean, deviation) = (0.4, 0.7)
    let process = ladder.process
    let denoiser = gaussianDenoiser(process, mean: mean, deviation: deviation)
    func level(_ time: Double) -> (signal: Double, noise: Double, spread: Double) {
      let (signal, noise) = (process.schedule.signal(at: time), process.schedule.noise(at: time))
      return (signal, noise, (signal * signal * deviation * deviation + noise * noise).squareRoot())
    }
    let start = fixedNormals([1, 64], "start")
    let errors = try [32, 64, 128].map { steps in
      let times = ladder.times(steps)
      let (first, last) = (level(times.first!), level(times.last!))
      // What the network sees in the last time's exact x_t, which the step to 0 returns.
      let gain = last.signal * deviation * deviation / (last.spread * last.spread)
      let exact = start.scalars.map {
        mean + gain * last.spread / first.spread * (Double($0) - first.signal * mean)
      }
      let sampler = Sampler(process: process, method: expected.method, variance: .forward, times: times + [0])
      let found = try sampler.denoised(start, from: [RandomSource(seed: 0)], denoiser: denoiser)
      let squares = zip(found.scalars, exact).map { (Double($0) - $1) * (Double($0) - $1) }
      return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      #expect(abs(log2(coarse / fine) - expected.order) < 0.15, "\(errors)")
    }
  }

  /// Times between which λ = ln(α/σ) falls evenly from 1.8 to −1.8, or as evenly as a discrete schedule has it.
  struct Ladder: Sendable, CustomTestStringConvertible {
    let process: DiffusionProcess

    func times(_ steps: Int) -> [Double] {
      (0...steps).map { step in
        let ratio = exp(1.8 * (2 * Double(step) / Double(steps) - 1))
        guard case .discrete(let betas) = process.schedule else { return atan(1 / ratio) * 2 / .pi }
        let alphaBar = ratio * ratio / (1 + ratio * ratio)
        return Double(betas.alphaBars.firstIndex { $0 <= alphaBar }!) / Double(betas.timestepCount)
      }
    }

    var testDescription: String {
      "\(process.schedule == .cosine ? "cosine" : "linear"), \(process.target)"
    }

    static let all = [
      NoiseSchedule.cosine, .discrete(DiscreteSchedule(betaStart: 1e-5, betaEnd: 2e-3, timestepCount: 10_240)),
    ].flatMap { schedule in
      PredictionTarget.allCases.map { Ladder(process: DiffusionProcess(schedule: schedule, target: $0)) }
    }
  }
}
