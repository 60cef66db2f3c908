import ClusterDDPM
import Clustering
import Images
import Testing

@Suite struct ExemplarTests {
  private static let images = patternImages(60)

  private static func trained() throws -> ClusterDDPMModel {
    var model = try smallModel { $0.componentCount = 6 }
    try model.pretrain(2, on: images)
    try model.expectationStep(on: images)
    return model
  }

  @Test func probabilitiesOfClusters() throws {
    let model = try Self.trained()
    let latents = try model.latents(of: Self.images)
    let probabilities = try model.clusterProbabilities(ofLatents: latents)
    #expect(probabilities.rows == 60 && probabilities.columns == 4)
    let responsibilities = try model.mixture!.responsibilities(of: latents)
    for image in 0..<60 {
      for cluster in 0..<4 {
        let sum = (0..<6).filter { model.clusterOfComponent[$0] == cluster }
          .reduce(0) { $0 + responsibilities[image, $1] }
        #expect(abs(probabilities[image, cluster] - sum) < 1e-12)
      }
      #expect(abs((0..<4).reduce(0) { $0 + probabilities[image, $1] } - 1) < 1e-9)
    }
  }

  /// The nearest are the likeliest under a component alone: for one covariance density falls with the distance.
  @Test func nearestToComponents() throws {
    let model = try Self.trained()
    let latents = try model.latents(of: Self.images)
    let nearest = try model.nearestToComponents(ofLatents: latents, count: 5)
    #expect(nearest.count == 6)
    for (component, images) in nearest.enumerated() {
      let mixture = model.mixture!
      let alone = GaussianMixture(
        mixingWeights: [1],
        means: Matrix(rows: 1, columns: 4, elements: (0..<4).map { mixture.means[component, $0] }),
        variances: Matrix(rows: 1, columns: 4, elements: (0..<4).map { mixture.variances[component, $0] }))
      let density = try (0..<60).map { image in
        try alone.logLikelihood(of: Matrix(rows: 1, columns: 4, elements: (0..<4).map { latents[image, $0] }))
      }
      #expect(images == Array((0..<60).sorted { density[$0] > density[$1] }.prefix(5)))
    }
  }

  @Test func withoutAMixture() throws {
    let model = try smallModel()
    let latents = try model.latents(of: Self.images)
    #expect(throws: ModelError.self) { try model.clusterProbabilities(ofLatents: latents) }
    #expect(throws: ModelError.self) { try model.nearestToComponents(ofLatents: latents, count: 1) }
  }
}
