import ClusterDDPM
import Clustering
import ClusteringMethods
import Diffusion
import Images
import TensorEngine
import TestSupport
import Testing

@Suite("Grouping of a model's components") struct GroupingTests {
  private static let images = patternImages(160)

  private static func trained(_ grouping: Grouping, components: Int = 8) throws -> ClusterDDPMModel {
    var model = try smallModel {
      $0.componentCount = components
      $0.grouping = grouping
      $0.learningRate = 3e-3
    }
    try model.pretrain(12, on: images)
    try model.expectationStep(on: images)
    return model
  }

  @Test func theGraphDividesImages() throws {
    var model = try Self.trained(.graph)
    var activities: [Activity] = []
    let report = try model.expectationStep(on: Self.images) { activities.append($0) }
    let found = try #require(model.neighbourClusters)
    #expect(report.assignments == found.clusters && found.confidence.count == 160)
    let latents = try model.latents(of: Self.images)
    #expect(try model.assignments(ofLatents: latents) == report.assignments)
    let probabilities = try model.clusterProbabilities(ofLatents: latents)
    for image in 0..<160 {
      let row = probabilities.row(image)
      #expect(abs(row.reduce(0, +) - 1) < 1e-9 && probabilities[image, report.assignments[image]] == row.max())
    }
    #expect(
      activities.contains { if case .fitting(let what) = $0 { what.contains("partition 24 of 48") } else { false } })
    // Every cluster has a component to draw images from.
    #expect(Set(model.clusterOfComponent) == [0, 1, 2, 3])
    let drawn = try model.samples(perCluster: 1, clusters: [0, 1, 2, 3], options: SamplingOptions(steps: 2))
    #expect(drawn.count == 4)
    #expect(model.state.contains { $0.name == "graph.clusters" && $0.shape == [160] })
  }

  /// Images that were not trained on go with their neighbours.
  @Test func newImagesGoWithTheirNeighbours() throws {
    let model = try Self.trained(.graph)
    let others = patternImages(80, seed: 9)
    let latents = try model.latents(of: others)
    let assignments = try model.assignments(ofLatents: latents)
    let found = try #require(model.neighbourClusters)
    let nearest = try NearestNeighbours(of: latents, among: found.points, count: 3)
    let agreeing = assignments.indices.filter { image in
      nearest.indices(ofRow: image).count { found.clusters[Int($0)] == assignments[image] } >= 2
    }
    #expect(agreeing.count >= 70)
    #expect(try model.clusterProbabilities(ofLatents: latents).rows == 80)
  }

  /// So many groupings are remembered, and only of the images that are there.
  @Test func earlierGroupingsAreRemembered() throws {
    var model = try Self.trained(.graph)
    model.configuration.graph.partitionCount = 4
    func remembered() -> [[Int]] {
      model.state.filter { $0.name.hasPrefix("partitions.") && $0.name.hasSuffix(".clusters") }.map(\.shape)
    }
    #expect(remembered() == [[48, 160]])
    try model.run(rounds: 2, on: Self.images)
    #expect(remembered() == [[4, 160], [4, 160]])
    model.configuration.memory = 1
    try model.run(rounds: 1, on: Self.images)
    #expect(remembered() == [[4, 160]])
    model.forgetImages()
    #expect(remembered().isEmpty)
    model.configuration.memory = 0
    try model.run(rounds: 1, on: Self.images)
    #expect(remembered().isEmpty)
  }

  @Test func withoutGroupingComponentsAreClusters() throws {
    let model = try Self.trained(.none)
    #expect(model.clusterCount == 8 && model.clusterOfComponent == Array(0..<8) && model.neighbourClusters == nil)
    let assignments = try model.assignments(ofLatents: model.latents(of: Self.images))
    #expect(Set(assignments).count > 4)
    var merged = model
    _ = try merged.mergeComponents(by: .ward, on: Self.images)
    #expect(merged.clusterCount == 4 && merged.clusterOfComponent == [0, 1, 2, 3])
  }

  @Test func mergingEndsTheGraphsClusters() throws {
    var model = try Self.trained(.graph)
    _ = try model.mergeComponents(by: .consensus, on: Self.images)
    #expect(model.neighbourClusters == nil && model.clusterOfComponent == [0, 1, 2, 3])
    try model.run(rounds: 1, on: Self.images)
    #expect(model.neighbourClusters != nil)
  }

  /// Grouping reads the latents and changes nothing that is trained.
  @Test func trainingIsTheSameWhateverGroups() throws {
    let networks = try Grouping.allCases.map { grouping in
      var model = try Self.trained(grouping)
      try model.run(rounds: 1, on: Self.images)
      return model.networkState.map(\.tensor.scalars)
    }
    #expect(networks[0] == networks[1] && networks[1] == networks[2])
  }

  @Test func interruptsEndIt() throws {
    struct Stop: Error {}
    var model = try Self.trained(.graph)
    let before = model.state
    #expect(throws: Stop.self) {
      try model.expectationStep(on: Self.images) {
        if case .fitting(let what) = $0, what.contains("partition 5") { throw Stop() }
      }
    }
    // What was begun is the caller's to drop.
    model = try Self.trained(.graph)
    #expect(model.state == before)
  }
}
