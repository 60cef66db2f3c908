import ClusterDDPM
import Diffusion
import TensorEngine
import TestSupport
import Testing

/// The bits that training comes to, for every machine alike. Where a change to the arithmetic is meant, it changes them:
/// raise `arithmeticVersion`, then write the new ones here.
@Suite("Arithmetic") struct ArithmeticTests {
  @Test(arguments: [(Preset.fast, 6_260_021_100_734_016_145 as UInt64), (.reference, 15_481_066_733_671_662_749)])
  func trainingComesToTheseBits(preset: Preset, wanted: UInt64) throws {
    #expect(arithmeticVersion == 1)
    let images = patternImages(72, side: preset.smallestSide)
    var model = try smallModel(preset) { $0.learningRate = 1e-4 }
    try model.pretrain(2, on: images)
    try model.run(rounds: 2, on: images)
    let options = SamplingOptions(method: .ancestral, steps: 3, guidanceScale: 0.5)
    let drawn = try model.samples(perCluster: 1, clusters: [0, 3], options: options)
    let bits = model.fingerprint.joined().map { Double(bitPattern: $0) } + drawn.pixels.map(Double.init)
    #expect(checksum(bits) == wanted)
  }
}
