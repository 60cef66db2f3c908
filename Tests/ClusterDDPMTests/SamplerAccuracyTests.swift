import ClusterDDPM
import Diffusion
import Foundation
import TensorEngine
import TestSupport
import Testing

/// How near a sampler comes, in few steps, to what it comes to in many, on networks that have learnt something.
///
/// The golden table is the engine's own: `DDPM_WRITE_GOLDENS=1 swift test --filter SamplerAccuracyTests` writes it anew.
@Suite("Accuracy of samplers") struct SamplerAccuracyTests {
  /// Mean squared distances, in the network's range of pixels, of images drawn in so many steps from those that DPM-Solver
  /// draws in 1,000 from the same noise.
  struct Row: Codable {
    let steps: Int
    let ddim, dpm: Double
  }

  private static let stepCounts = [5, 10, 15, 20, 30, 50, 100]

  @Test(arguments: [PredictionTarget.velocity, .noise]) func secondOrderNeedsFewerSteps(target: PredictionTarget) throws
  {
    let images = patternImages(96)
    var model = try smallModel {
      $0.learningRate = 3e-3
      $0.target = target
      // As noisy as the published 400 timesteps, in 1,000.
      if target == .noise {
        $0.schedule = .discrete(DiscreteSchedule(betaStart: 4e-5, betaEnd: 0.008, timestepCount: 1000))
      }
    }
    try model.pretrain(60, on: images)
    let latents = try model.latents(of: images.selecting(0..<16))
    let denoiser = model.denoiser(latents: (0..<16).map { Array(latents.row($0)) }, guidanceScale: 0)
    func drawn(_ method: SamplingMethod, _ steps: Int) throws -> [Float] {
      try Sampler(process: model.configuration.process, method: method, variance: .posterior, steps: steps)
        .sample(imageShape: [8, 8, 1], from: (0..<16).map { RandomSource(seed: 5).derived($0) }, denoiser: denoiser)
        .scalars
    }
    let limit = try drawn(.dpm, 1000)
    func distance(_ method: SamplingMethod, _ steps: Int) throws -> Double {
      zip(try drawn(method, steps), limit).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        / Double(limit.count)
    }
    let rows = try Self.stepCounts.map { Row(steps: $0, ddim: try distance(.ddim, $0), dpm: try distance(.dpm, $0)) }

    let name = "sampler-steps-\(target)"
    if ProcessInfo.processInfo.environment["DDPM_WRITE_GOLDENS"] != nil {
      let lines = rows.map {
        "  {\"steps\": \($0.steps), \"ddim\": \(String(format: "%.4g", $0.ddim)), \"dpm\": \(String(format: "%.4g", $0.dpm))}"
      }
      try "[\n\(lines.joined(separator: ",\n"))\n]\n".write(
        toFile: #filePath.replacing("SamplerAccuracyTests.swift", with: "Goldens/\(name).json"), atomically: true,
        encoding: .utf8)
      return
    }
    let expected = try golden(name, in: .module, as: [Row].self)
    #expect(rows.map(\.steps) == expected.map(\.steps))
    for (found, expected) in zip(rows, expected) {
      #expect(abs(found.ddim / expected.ddim - 1) < 1e-3, "ddim, \(found.steps) steps")
      #expect(abs(found.dpm / expected.dpm - 1) < 1e-3, "dpm, \(found.steps) steps")
      #expect(found.dpm < found.ddim, "\(found.steps) steps")
    }
    // Two thirds of the steps do.
    #expect(rows.first { $0.steps == 20 }!.dpm < rows.first { $0.steps == 30 }!.ddim)
  }
}
