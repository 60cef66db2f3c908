import Diffusion
import Foundation
import TensorEngine
import TestSupport
import Testing

@Suite("Noise schedules") struct ScheduleTests {
  /// What `make_schedule.py` computed.
  struct Golden: Decodable {
    let betaStart, betaEnd: Double
    let timestepCount: Int
    let times: [Int]
    let alphaBars: [Double]
  }

  /// α and σ² of a schedule at some times.
  struct Levels: Decodable {
    let name: String
    /// T of a discrete one; of the shifted one the images' side and d0.
    let timestepCount: Int?
    let sides: [Int]?
    let times, alphas, variances: [Double]
  }
  struct Weights: Decodable {
    let gamma: Double
    let times, noise, velocity: [Double]
  }

  static let schedules: [NoiseSchedule] =
    DiscreteSchedule.Form.allCases.map { .discrete(DiscreteSchedule($0)) }
    + [
      .discrete(DiscreteSchedule(timestepCount: 7)), .cosine, .shiftedCosine(ShiftedCosine(side: 28)),
      .shiftedCosine(ShiftedCosine(side: 64)),
    ]

  @Test func levelsAgreeWithNumpy() throws {
    for expected in try golden("levels", in: .module, as: [Levels].self) {
      let schedule: NoiseSchedule
      if let sides = expected.sides {
        schedule = .shiftedCosine(ShiftedCosine(side: sides[0], referenceSide: sides[1]))
      } else {
        let form = try #require(DiscreteSchedule.Form(rawValue: expected.name))
        schedule = .discrete(DiscreteSchedule(form, timestepCount: expected.timestepCount))
      }
      for (time, (alpha, variance)) in zip(expected.times, zip(expected.alphas, expected.variances)) {
        let noise = schedule.noise(at: time)
        #expect(abs(schedule.signal(at: time) - alpha) < 1e-12, "\(expected.name) at \(time)")
        #expect(abs(noise * noise - variance) < 1e-12, "\(expected.name) at \(time)")
      }
    }
  }

  @Test func lossWeightsAgreeWithNumpy() throws {
    for expected in try golden("weights", in: .module, as: [Weights].self) {
      for (target, weights) in [(PredictionTarget.noise, expected.noise), (.velocity, expected.velocity)] {
        let process = DiffusionProcess(schedule: .discrete(DiscreteSchedule(.linearZero)), target: target)
        for (time, weight) in zip(expected.times, weights) {
          let found = process.lossWeight(.minSNR, limit: expected.gamma, at: time)
          #expect(abs(found - weight) < 1e-10, "\(target) at \(time)")
          #expect(process.lossWeight(.uniform, limit: expected.gamma, at: time) == 1)
        }
      }
    }
  }

  /// Either way of predicting is weighted as min(S, γ) times the clean image's squared error, where S is finite.
  @Test(arguments: schedules, [0.5, 5]) func lossWeightsAreOneWeightOfTheImage(schedule: NoiseSchedule, gamma: Double) {
    for time in [0.1, 0.3, 0.5, 0.8, 0.95] {
      let (signal, noise) = (schedule.signal(at: time), schedule.noise(at: time))
      let ratio = signal * signal / (noise * noise)
      func weight(_ target: PredictionTarget) -> Double {
        DiffusionProcess(schedule: schedule, target: target).lossWeight(.minSNR, limit: gamma, at: time)
      }
      // ε − ε̂ = (α/σ)(x̂0 − x0) and v − v̂ = (x̂0 − x0)/σ, at a given x_t.
      #expect(abs(weight(.noise) * ratio / min(ratio, gamma) - 1) < 1e-9)
      #expect(abs(weight(.velocity) / (noise * noise) / min(ratio, gamma) - 1) < 1e-9)
      #expect(weight(.noise) <= 1 && weight(.velocity) <= 1)
    }
  }

  @Test func nothingIsLeftAtTheEndOfAZeroedSchedule() {
    for count in [1, 2, 1000] {
      let schedule = NoiseSchedule.discrete(DiscreteSchedule(.linearZero, timestepCount: count))
      #expect(schedule.isEmptyAtItsEnd && Float(schedule.signal(at: 1)) == 0 && schedule.noise(at: 1) == 1)
      let process = DiffusionProcess(schedule: schedule, target: .velocity)
      #expect(process.lossWeight(.minSNR, limit: 5, at: 1) < 1e-99)
    }
    #expect(Self.schedules.filter(\.isEmptyAtItsEnd).count == 1)
  }

  /// ln S moves by 2·ln(d0/d) everywhere.
  @Test func largeImagesShiftTheCosine() {
    let (small, large) = (ShiftedCosine(side: 32), ShiftedCosine(side: 128))
    func logRatio(_ curve: ShiftedCosine, _ time: Double) -> Double {
      let schedule = NoiseSchedule.shiftedCosine(curve)
      return 2 * log(schedule.signal(at: time) / schedule.noise(at: time))
    }
    for time in [0.0, 0.2, 0.5, 0.9, 1] {
      #expect(abs(logRatio(large, time) - logRatio(small, time) - 2 * log(0.25)) < 1e-9)
    }
    #expect(abs(logRatio(small, 0) - 15) < 1e-9 && abs(logRatio(small, 1) + 15) < 1e-9)
  }

  @Test func linearProductsAgreeWithNumpy() throws {
    for expected in try golden("schedule", in: .module, as: [Golden].self) {
      let betas = DiscreteSchedule(
        betaStart: expected.betaStart, betaEnd: expected.betaEnd, timestepCount: expected.timestepCount)
      #expect(betas.alphaBars.count == expected.timestepCount + 1)
      let schedule = NoiseSchedule.discrete(betas)
      for (t, alphaBar) in zip(expected.times, expected.alphaBars) {
        #expect(abs(betas.alphaBars[t] - alphaBar) < 1e-13)
        let time = Double(t) / Double(expected.timestepCount)
        #expect(abs(schedule.signal(at: time) - alphaBar.squareRoot()) < 1e-13)
        #expect(abs(schedule.noise(at: time) - (1 - alphaBar).squareRoot()) < 1e-13)
      }
    }
  }

  @Test(arguments: schedules) func signalAndNoiseShareAUnitVariance(schedule: NoiseSchedule) {
    var last = 2.0
    for step in 0...1000 {
      let time = Double(step) / 1000
      let (signal, noise) = (schedule.signal(at: time), schedule.noise(at: time))
      #expect(abs(signal * signal + noise * noise - 1) < 1e-14)
      #expect(signal <= last && signal >= 0 && noise >= 0)
      last = signal
    }
    #expect(schedule.signal(at: 0) > 0.99)
  }

  @Test(arguments: schedules) func trainingTimesAreUniform(schedule: NoiseSchedule) {
    let count = 70_000
    let times = (0..<count).map { schedule.trainingTime(from: RandomSource(seed: 3).derived($0)) }
    // Cells that a uniform time falls into equally often: the timesteps, or tenths.
    let cells: [Int]
    switch schedule {
    case .discrete(let betas):
      cells = times.map { Int(($0 * Double(betas.timestepCount)).rounded()) - 1 }
      #expect(times.allSatisfy { $0 > 0 && $0 <= 1 })
      #expect(Set(cells).count == betas.timestepCount)
    case .cosine, .shiftedCosine:
      cells = times.map { Int($0 * 10) }
      #expect(times.allSatisfy { $0 >= 0 && $0 < 1 })
    }
    let kinds = cells.max()! + 1
    var counts = [Int](repeating: 0, count: kinds)
    for cell in cells { counts[cell] += 1 }
    let expected = Double(count) / Double(kinds)
    let chiSquared = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    let freedom = Double(kinds - 1)
    #expect(chiSquared < freedom + 5 * (2 * freedom).squareRoot())
  }

  @Test(arguments: schedules, PredictionTarget.allCases)
  func samplingTimesFallToZero(schedule: NoiseSchedule, target: PredictionTarget) {
    let process = DiffusionProcess(schedule: schedule, target: target)
    for steps in [1, 2, 5, 7, 50, 399, 400, 401, 5000] {
      let times = process.samplingTimes(steps: steps)
      // A noise prediction is of no use where hardly anything of the image is left, which zeroed schedules reach early.
      #expect(times.last == 0 && times.first! > (schedule.isEmptyAtItsEnd ? 0.9 : 0.99) && times.first! <= 1)
      #expect(zip(times, times.dropFirst()).allSatisfy { $0 > $1 })
      guard case .discrete(let betas) = schedule else {
        #expect(times.count == steps + 1)
        continue
      }
      let latest = Int((times[0] * Double(betas.timestepCount)).rounded())
      #expect(times.count == min(steps, latest) + 1)
      if target == .velocity { #expect(latest == betas.timestepCount) }
      for time in times {
        let t = time * Double(betas.timestepCount)
        #expect(abs(t - t.rounded()) < 1e-9)
      }
    }
  }

  /// Settings that a user may give leave no image at all in the last timesteps.
  @Test(arguments: PredictionTarget.allCases) func steepSchedulesStayFinite(target: PredictionTarget) throws {
    for betas in [
      DiscreteSchedule(betaStart: 0.5, betaEnd: 0.99, timestepCount: 1000), DiscreteSchedule(timestepCount: 100_000),
    ] {
      let process = DiffusionProcess(schedule: .discrete(betas), target: target)
      #expect(betas.alphaBars.allSatisfy { $0 > 0 })
      for method in SamplingMethod.all {
        let sampler = Sampler(process: process, method: method, variance: .posterior, steps: 20)
        let images = try sampler.sample(imageShape: [2, 2, 1], from: [RandomSource(seed: 1)]) { x, _ in x * 0.9 }
        #expect(images.isFinite)
      }
    }
  }
}
