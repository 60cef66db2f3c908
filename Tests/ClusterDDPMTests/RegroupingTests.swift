import ClusterDDPM
import Clustering
import ClusteringMethods
import Diffusion
import Images
import TensorEngine
import TestSupport
import Testing

@Suite("A model's clusters joined and split by hand") struct RegroupingTests {
  private static let images = patternImages(160)

  /// Trained models by grouping and components, each made once.
  private static let models: [String: Result<ClusterDDPMModel, any Error>] = {
    var models: [String: Result<ClusterDDPMModel, any Error>] = [:]
    for grouping in Grouping.allCases {
      for components in [4, 8] {
        models["\(grouping) \(components)"] = Result {
          var model = try smallModel {
            $0.componentCount = components
            $0.grouping = grouping
            $0.learningRate = 3e-3
            $0.responsibilities = .fixed
          }
          try model.pretrain(12, on: images)
          try model.run(rounds: 1, on: images)
          return model
        }
      }
    }
    return models
  }()

  private static func trained(_ grouping: Grouping, _ components: Int) throws -> ClusterDDPMModel {
    try models["\(grouping) \(components)"]!.get()
  }

  private func assignments(_ model: ClusterDDPMModel) throws -> [Int] {
    try model.assignments(ofLatents: model.latents(of: Self.images))
  }

  /// Whatever groups: as many clusters as it says, everything that goes by clusters in step, and training goes on.
  private func expectSound(_ model: ClusterDDPMModel, clusters: Int, found: [Int]) throws {
    #expect(model.clusterCount == clusters && model.componentCount == model.mixture?.componentCount)
    #expect(Set(model.clusterOfComponent) == Set(0..<clusters))
    #expect(try assignments(model) == found)
    #expect(found.allSatisfy { (0..<clusters).contains($0) })
    let probabilities = try model.clusterProbabilities(ofLatents: model.latents(of: Self.images))
    #expect(probabilities.columns == clusters)
    #expect((0..<clusters).reduce(0) { $0 + model.weight(ofCluster: $1) } - 1 < 1e-9)
    #expect(try model.samples(perCluster: 1, clusters: Array(0..<clusters), options: .init(steps: 2)).count == clusters)
    var later = model
    try later.run(rounds: 1, on: Self.images)
    #expect(later.clusterCount == clusters, "the next round looks for as many as there are")
    #expect(Set(later.clusterOfComponent) == Set(0..<clusters))
  }

  @Test(arguments: Grouping.allCases, [4, 8]) func joining(grouping: Grouping, components: Int) throws {
    var model = try Self.trained(grouping, components)
    let (before, count) = (model, model.clusterCount)
    let old = try assignments(model)
    let found = try model.joinClusters([count - 1, 1], on: Self.images) { _ in }
    #expect(found == old.map { $0 == count - 1 ? 1 : $0 })
    // Nothing that is trained changes.
    #expect(model.mixture == before.mixture)
    #expect(model.networkState.map(\.tensor.scalars) == before.networkState.map(\.tensor.scalars))
    try expectSound(model, clusters: count - 1, found: found)
    let again = try model.joinClusters([0, 2], on: Self.images) { _ in }
    #expect(
      model.clusterCount == count - 2 && again == found.map { clusterNumbers(joining: [0, 2], of: count - 1)[$0] })
  }

  @Test(arguments: Grouping.allCases, [4, 8]) func splitting(grouping: Grouping, components: Int) throws {
    var model = try Self.trained(grouping, components)
    let count = model.clusterCount
    let old = try assignments(model)
    let sizes = (0..<count).map { cluster in old.count { $0 == cluster } }
    let largest = sizes.firstIndex(of: sizes.max()!)!
    let own = model.clusterOfComponent.count { $0 == largest }
    let before = model.mixture!.componentCount
    let found = try model.splitCluster(largest, on: Self.images) { _ in }
    let halves = [largest, count].map { half in found.count { $0 == half } }
    #expect(halves[0] >= halves[1] && halves[1] > 0, "\(halves)")
    // Where images are divided, or components are, no other image moves; two Gaussians for one may move some.
    if grouping == .graph || model.mixture!.componentCount == before {
      #expect(zip(old, found).allSatisfy { $0 == largest ? [largest, count].contains($1) : $0 == $1 })
    }
    if own == 1 { #expect(model.mixture!.componentCount == before + 1) }
    try expectSound(model, clusters: count + 1, found: found)
  }

  /// A cluster of two components comes apart as it was put together.
  @Test func splittingUndoesJoining() throws {
    var model = try Self.trained(.none, 4)
    let old = try assignments(model)
    _ = try model.joinClusters([0, 3], on: Self.images) { _ in }
    let found = try model.splitCluster(0, on: Self.images) { _ in }
    #expect(model.mixture == (try Self.trained(.none, 4)).mixture)
    #expect(zip(old, found).allSatisfy { [1, 2].contains($0) == ($0 == $1 && [1, 2].contains($1)) })
    #expect(Set(zip(old, found).map { "\($0) \($1)" }).count == 4)
  }

  /// Without grouping what was joined stays joined, and a merge by criterion comes down to what was asked for.
  @Test func withoutGroupingHandsStay() throws {
    var model = try Self.trained(.none, 8)
    _ = try model.joinClusters([2, 5], on: Self.images) { _ in }
    let homes = model.clusterOfComponent
    #expect(homes == [0, 1, 2, 3, 4, 2, 5, 6])
    try model.run(rounds: 2, on: Self.images)
    #expect(model.clusterOfComponent == homes && model.clusterCount == 7)
    _ = try model.mergeComponents(by: .ward, on: Self.images)
    #expect(model.clusterCount == 4 && model.clusterOfComponent == [0, 1, 2, 3])
  }

  /// With grouping the next E-step judges anew which components belong together.
  @Test func groupingJudgesAnew() throws {
    var model = try Self.trained(.consensus, 8)
    let found = try #require(model.mixture).merged(
      to: 3, by: .consensus, points: model.latents(of: Self.images), random: RandomSource(seed: 0)
    ).groups
    // Two clusters that the criteria would not join.
    let all = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    let pair = try #require(
      all.first { a, b in
        let numbers = clusterNumbers(joining: [a, b], of: 4)
        let joined = model.clusterOfComponent.map { numbers[$0] }
        return Set(zip(joined, found).map { $0 * 8 + $1 }).count > 3
      })
    _ = try model.joinClusters([pair.0, pair.1], on: Self.images) { _ in }
    let byHand = model.clusterOfComponent
    try model.expectationStep(on: Self.images)
    #expect(model.clusterCount == 3 && model.clusterOfComponent != byHand)
  }

  @Test func whatCannotBe() throws {
    var untrained = try smallModel()
    #expect(throws: ModelError.noMixture(action: "merge")) {
      try untrained.joinClusters([0, 1], on: Self.images) { _ in }
    }
    #expect(throws: ModelError.noMixture(action: "split")) {
      try untrained.splitCluster(0, on: Self.images) { _ in }
    }
    var model = try Self.trained(.consensus, 4)
    let same = Self.images.selecting(Array(repeating: 0, count: 20))
    let home = try model.assignments(ofLatents: model.latents(of: same))[0]
    #expect(throws: MethodError.indivisible(cluster: home, images: 20)) {
      try model.splitCluster(home, on: same) { _ in }
    }
    #expect(throws: MethodError.indivisible(cluster: (home + 1) % 4, images: 0)) {
      try model.splitCluster((home + 1) % 4, on: same) { _ in }
    }
    #expect(throws: MethodError.indivisible(cluster: home, images: 1)) {
      try model.splitCluster(home, on: same.selecting([0])) { _ in }
    }
  }
}
