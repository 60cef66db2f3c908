import ClusterDDPM
import Images
import TensorEngine
import TestSupport
import Testing

/// What every preset in the list promises, one that is added tomorrow too.
@Suite("Presets") struct PresetTests {
  @Test func namesAreWordsOfTheirOwn() {
    let names = Preset.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" } })
  }

  @Test(arguments: Preset.all) func wordsFitIntoTheirSentences(preset: Preset) {
    for words in [preset.summary, preset.configuration(clusterCount: 2, for: .example).design.imageRequirement] {
      #expect(words.first != " " && words.last?.isPunctuation == false && !words.contains("\n"), "\(words)")
    }
    #expect(preset.discussion.last == "." && !preset.discussion.contains("\n"))
  }

  @Test(arguments: Preset.all) func settingsAreForTheClustersAskedFor(preset: Preset) {
    let configuration = preset.configuration(clusterCount: 7, for: .example)
    #expect(configuration.preset == preset.name)
    #expect(configuration.clusterCount == 7 && configuration.componentCount >= 7)
    #expect(preset.configuration(clusterCount: 3, for: .example) != configuration)
  }

  /// The network of each preset has the shapes that a model needs of it, at the sizes that were asked for.
  @Test(arguments: Preset.all) func networkFollowsItsConfiguration(preset: Preset) throws {
    let model = try smallModel(preset) { $0.latentSize = 6 }
    var network = model.network
    let images = fixedNormals([2, preset.smallestSide, preset.smallestSide, 1], "images")
    let encoded = network.encode(images, .evaluation)
    #expect(encoded.mean.shape == [2, 6] && encoded.logVariance.shape == [2, 6])
    #expect(network.predict(images, times: [0.25, 1], latents: encoded.mean, .evaluation).shape == images.shape)
    #expect(try smallModel(preset) { $0.channelCount = 16 }.parameterCount > model.parameterCount)
  }

  @Test(arguments: Preset.all) func imagesThatDoNotFitAreRefused(preset: Preset) {
    let odd = ImageShape(height: 1, width: 1, channels: 1)
    let error = #expect(throws: ModelError.self) {
      try ClusterDDPMModel(
        preset.configuration(clusterCount: 2, for: .example), images: odd, source: RandomSource(seed: 0))
    }
    let requirement = preset.configuration(clusterCount: 2, for: .example).design.imageRequirement
    #expect(error == .imageShape(odd, preset: preset.name, requirement: requirement))
    #expect(error?.description.contains(requirement) == true && !preset.accepts(odd))
  }
}
