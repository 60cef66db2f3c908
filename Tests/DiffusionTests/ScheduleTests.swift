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

  static let schedules: [NoiseSchedule] = [.discrete(DiscreteSchedule()), .discrete(DiscreteSchedule(timestepCount: 7)), .cosine]

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
    case .cosine:
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
      #expect(times.last == 0 && times.first! > 0.99 && times.first! <= 1)
      #expect(zip(times, times.dropFirst()).allSatisfy { $0 > $1 })
      guard case .discrete(let betas) = schedule else {
        #expect(times.count == steps + 1)
        continue
      }
      #expect(times.count == min(steps, betas.timestepCount) + 1)
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
