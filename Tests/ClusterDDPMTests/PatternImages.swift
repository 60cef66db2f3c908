import ClusterDDPM
import Images
import TensorEngine

/// Images with something to find: bars in four places, under noise. Image i shows pattern i % 4.
func patternImages(_ count: Int, side: Int = 8, seed: UInt64 = 0) -> ImageSet {
  let noise = RandomSource(seed: seed).derived("pattern noise").uniforms(count: count * side * side)
  var pixels: [UInt8] = []
  for image in 0..<count {
    for row in 0..<side {
      for column in 0..<side {
        let along = image % 2 == 0 ? row : column
        let isBar = along * 4 / side == (image % 4 < 2 ? 0 : 3)
        let grain = 60 * noise[(image * side + row) * side + column]
        pixels.append(UInt8((isBar ? 195 : 0) + grain))
      }
    }
  }
  return ImageSet(count: count, height: side, width: side, channelCount: 1, pixels: pixels)
}

extension Preset {
  /// The side of the smallest square images with one channel that the preset takes.
  var smallestSide: Int {
    (1...64).first { accepts(ImageShape(height: $0, width: $0, channels: 1)) }!
  }
}

/// A model small enough to train in a test: 8 channels, 4 latents, 4 clusters, steps of 32 images.
func smallModel(
  _ preset: Preset = .fast, seed: UInt64 = 0, _ change: (inout ModelConfiguration) -> Void = { _ in }
) throws -> ClusterDDPMModel {
  var configuration = preset.configuration(clusterCount: 4, for: .example)
  configuration.channelCount = 8
  configuration.latentSize = 4
  configuration.batchSize = 32
  configuration.componentCount = configuration.clusterCount
  change(&configuration)
  let side = preset.smallestSide
  return try ClusterDDPMModel(
    configuration, images: ImageShape(height: side, width: side, channels: 1), source: RandomSource(seed: seed))
}

extension ClusterDDPMModel {
  /// Every bit that training has come to, as far as it can be seen from outside.
  var fingerprint: [[UInt64]] {
    networkState.map { $0.tensor.scalars.map { UInt64($0.bitPattern) } }
      + [
        mixture?.mixingWeights.map(\.bitPattern) ?? [], mixture?.means.elements.map(\.bitPattern) ?? [],
        mixture?.variances.elements.map(\.bitPattern) ?? [], clusterOfComponent.map { UInt64($0) },
        [UInt64(pretrainingEpochsBegun), UInt64(roundsBegun)],
      ]
  }

  mutating func pretrain(_ epochs: Int, on images: ImageSet) throws {
    for _ in 0..<epochs { _ = try pretrainEpoch(on: images) { _ in true } }
  }

  /// Rounds as `train` runs them: an E-step first if there has been none, then M and E in turn.
  mutating func run(rounds: Int, on images: ImageSet) throws {
    if mixture == nil { try expectationStep(on: images) }
    for _ in 0..<rounds {
      _ = try trainRound(on: images) { _ in true }
      try expectationStep(on: images)
    }
  }
}

extension ImageTraits {
  /// What MNIST is like.
  static let example = ImageTraits(shape: ImageShape(height: 28, width: 28, channels: 1), count: 70_000, margin: 0.2)
}
