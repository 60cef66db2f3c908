import Diffusion
import TensorEngine
import TestSupport
import Testing

@Suite("Diffusion process") struct DiffusionProcessTests {
  static let processes = ScheduleTests.schedules.flatMap { schedule in
    PredictionTarget.allCases.map { DiffusionProcess(schedule: schedule, target: $0) }
  }
  private let x0 = formulaTensor([3, 4, 5, 2], "x0")
  private let epsilon = fixedNormals([3, 4, 5, 2], "epsilon")

  @Test func eachImageIsNoisedToItsOwnTime() {
    let process = DiffusionProcess(schedule: .cosine, target: .velocity)
    let times = [0, 1.0 / 3, 1]
    let noisy = process.noised(x0, with: epsilon, at: times)
    let target = process.trainingTarget(x0, epsilon, at: times)
    let half = Float(3).squareRoot() / 2
    #expect(noisy.rows(0..<1) == x0.rows(0..<1))
    #expect(largestDifference(noisy.rows(2..<3).scalars, epsilon.rows(2..<3).scalars) < 1e-6)
    #expect(
      largestDifference(
        noisy.rows(1..<2).scalars, (x0.rows(1..<2) * half + epsilon.rows(1..<2) * 0.5).scalars) < 1e-6)
    #expect(target.rows(0..<1) == epsilon.rows(0..<1))
    #expect(
      largestDifference(
        target.rows(1..<2).scalars, (epsilon.rows(1..<2) * half - x0.rows(1..<2) * 0.5).scalars) < 1e-6)
    #expect(largestDifference(target.rows(2..<3).scalars, (-x0.rows(2..<3)).scalars) < 1e-6)
    #expect(DiffusionProcess(schedule: .cosine, target: .noise).trainingTarget(x0, epsilon, at: times) == epsilon)
  }

  /// What the network is trained to say leads back to the image and the noise.
  @Test(arguments: processes) func targetsImplyImageAndNoise(process: DiffusionProcess) {
    for time in [1.0 / 7, 3.0 / 7, 6.0 / 7] {
      let times = [Double](repeating: time, count: 3)
      let found = process.estimates(
        process.noised(x0, with: epsilon, at: times), prediction: process.trainingTarget(x0, epsilon, at: times),
        at: time)
      #expect(largestDifference(found.x0.scalars, x0.scalars) < 1e-5)
      #expect(largestDifference(found.epsilon.scalars, epsilon.scalars) < 1e-5)
    }
  }

  @Test func velocityNeedsNoDivisionAtTheEnds() {
    let process = DiffusionProcess(schedule: .cosine, target: .velocity)
    for time in [0.0, 1.0] {
      let times = [Double](repeating: time, count: 3)
      let found = process.estimates(
        process.noised(x0, with: epsilon, at: times), prediction: process.trainingTarget(x0, epsilon, at: times),
        at: time)
      #expect(largestDifference(found.x0.scalars, x0.scalars) < 1e-6)
      #expect(largestDifference(found.epsilon.scalars, epsilon.scalars) < 1e-6)
    }
  }
}
