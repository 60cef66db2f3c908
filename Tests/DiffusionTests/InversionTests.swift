import Diffusion
import Glibc
import TensorEngine
import TestSupport
import Testing

@Suite("Going back over DDIM's steps") struct InversionTests {
  private static let processes = [
    DiffusionProcess(schedule: .discrete(DiscreteSchedule()), target: .noise),
    DiffusionProcess(schedule: .cosine, target: .velocity),
    DiffusionProcess(schedule: .discrete(DiscreteSchedule(.linearZero)), target: .velocity),
  ]

  /// The network of a curved prediction, so that a step's noise is not the same at both its ends.
  private func curved(_ x: Tensor, _ time: Double) -> Tensor {
    Tensor(x.scalars.map { 0.6 * $0 + 0.3 * sin(2 * $0 + 3 * Float(time)) }, shape: x.shape)
  }

  private func rootMeanSquare(_ a: Tensor, _ b: Tensor) -> Double {
    let squares = zip(a.scalars, b.scalars).map { (Double($0) - Double($1)) * (Double($0) - Double($1)) }
    return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  /// What was sampled from noise is inverted to that noise, the better the more often a step's noise is asked for.
  @Test(arguments: processes) func leadsBackToTheNoise(process: DiffusionProcess) throws {
    let sampler = Sampler(process: process, method: .ddim, variance: .forward, steps: 40)
    let start = fixedNormals([3, 20], "start")
    let denoiser = gaussianDenoiser(process, mean: 0.2, deviation: 0.6)
    let images = try sampler.denoised(start, from: (0..<3).map { RandomSource(seed: $0) }, denoiser: denoiser)
    let errors = try [1, 2, 4, 8].map { rounds in
      rootMeanSquare(try sampler.inverted(images, rounds: rounds, denoiser: denoiser), start)
    }
    for (fewer, more) in zip(errors, errors.dropFirst()) { #expect(more < 0.7 * fewer + 1e-5, "\(errors)") }
    #expect(errors[3] < 1e-3, "\(errors)")
  }

  /// And an image comes back from the noise that it was inverted to.
  @Test(arguments: processes) func theImageComesBack(process: DiffusionProcess) throws {
    let sampler = Sampler(process: process, method: .ddim, variance: .forward, steps: 50)
    let images = fixedNormals([2, 30], "images") * 0.5
    var steps: [Int] = []
    let noise = sampler.inverted(images, rounds: 8, denoiser: curved) { steps.append($0) }
    #expect(steps == Array(1..<sampler.times.count))
    let back = try sampler.denoised(noise, from: [RandomSource(seed: 0), RandomSource(seed: 1)], denoiser: curved)
    #expect(rootMeanSquare(back, images) < 0.02)
    #expect(rootMeanSquare(noise, images) > 0.1)
  }

  @Test(arguments: processes) func aPathEndsWhereDDIMDoes(process: DiffusionProcess) throws {
    let sampler = Sampler(process: process, method: .ddim, variance: .forward, steps: 12)
    let start = fixedNormals([2, 10], "start")
    let path = try sampler.trajectory(from: start, at: Array(sampler.times.indices), denoiser: curved)
    #expect(path.map(\.time) == sampler.times)
    let some = try sampler.trajectory(from: start, at: [0, 5, 12], denoiser: curved)
    #expect(some.map(\.time) == [0, 5, 12].map { sampler.times[$0] })
    #expect(some[1].noisy == path[5].noisy && some[2].clean == path[12].clean)
    #expect(path[0].noisy == start)
    #expect(
      path.last!.clean
        == (try sampler.denoised(start, from: [RandomSource(seed: 0), RandomSource(seed: 1)], denoiser: curved)))
  }

  @Test func noiseBetweenNoiseStaysAsStrong() {
    let (a, b) = (fixedNormals([3, 4000], "a"), fixedNormals([3, 4000], "b"))
    let mixed = Tensor.sphericalMixes(a, b, fractions: [0, 0.5, 1])
    func norm(_ tensor: Tensor, _ row: Int) -> Double {
      tensor.rows(row..<row + 1).scalars.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    #expect(
      largestDifference(mixed.rows(0..<1).scalars.map(Double.init), a.rows(0..<1).scalars.map(Double.init)) < 1e-5)
    #expect(
      largestDifference(mixed.rows(2..<3).scalars.map(Double.init), b.rows(2..<3).scalars.map(Double.init)) < 1e-5)
    #expect(abs(norm(mixed, 1) / norm(a, 1) - 1) < 0.02)
    // The same noise has no circle: it stays what it is.
    #expect(rootMeanSquare(.sphericalMixes(a, a, fractions: [0.3, 0.5, 0.9]), a) < 1e-6)
  }
}
