import ClusterDDPM
import Clustering
import TensorEngine
import TestSupport
import Testing

@Suite("Networks") struct NetworkTests {
  static let mnist = ImageShape(height: 28, width: 28, channels: 1)

  @Test func referenceHasThePublishedParameterCount() throws {
    let configuration = ModelConfiguration.preset(.reference, clusterCount: 10)
    let model = try ClusteringModel(configuration, images: Self.mnist, source: RandomSource(seed: 0))
    #expect(model.parameterCount == 1_996_673)
    let encoder = model.outline.filter { $0.name.hasPrefix("encoder") }.reduce(0) { $0 + $1.parameterCount }
    #expect(encoder == 342_144)
    #expect(model.outline.reduce(0) { $0 + $1.parameterCount } == model.parameterCount)
  }
}
