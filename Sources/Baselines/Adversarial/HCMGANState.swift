import ClusteringMethods
import ElementaryFunctions
import Images
import NeuralNetworks
import TensorEngine

/// A node divided in two: who says which image belongs to which half, and who draws them.
struct ClusterSplit: Sendable {
  let node: Int
  /// Refinements that were made.
  let refinements: Int
  /// One of a raw split, of refinements two.
  let judges: [SplitJudge]
  /// Of the left and the right half; none of one that is divided in its turn.
  var generators: [SplitGenerators]
}

/// ln p(left | image) and ln p(right | image) of some images.
struct LogShares: Sendable {
  var left: [Double] = []
  var right: [Double] = []

  var leftShares: [Double] { left.map { exp($0) } }

  mutating func append(_ left: Double, _ right: Double) {
    self.left.append(left)
    self.right.append(right)
  }

  /// ln of how much the images belong to either half of a node, of which `whole` says it.
  func added(to whole: [Double]) -> [[Double]] { [zip(whole, left).map(+), zip(whole, right).map(+)] }
}

extension HCMGANMethod {
  public static let learnt: [StateField<Self>] = [
    StateField(save: { $0.saveSplits(to: &$1) }, restore: { try $0.restoreSplits(from: $1) }),
    StateField(
      save: { $1.add("masses", $0.masses) },
      restore: { method, state in
        let count = method.splits.isEmpty ? 0 : 2 * method.splits.count + 1
        method.masses = try state.numbers("masses", count: count)
        try state.require(method.masses.allSatisfy { $0 >= 0 }, "masses", "numbers of at least 0", found: "others")
      }),
    StateField(save: { $0.saveGrowth(to: &$1) }, restore: { try $0.restoreGrowth(from: $1) }),
    .value("position.rounds", \.roundsBegun),
    .value("position.beginnings", \.beginningsDropped),
  ]

  private func saveSplits(to state: inout StateWriter) {
    for (number, split) in splits.enumerated() {
      let name = "split.\(number)"
      state.add(
        "\(name).shape", [split.node, split.refinements, split.judges.count] + split.generators.map(\.all.count))
      for (place, judge) in split.judges.enumerated() {
        judge.saveTensors(to: &state, prefix: "\(name).judge.\(place).")
      }
      for (place, generators) in split.generators.enumerated() {
        generators.saveTensors(to: &state, prefix: "\(name).half.\(place).")
      }
    }
  }

  private mutating func restoreSplits(from state: StateReader) throws {
    (splits, known) = ([], [])
    while state.holds("split.\(splits.count)") {
      let name = "split.\(splits.count)"
      let shape = try state.integers("\(name).shape", count: 5, in: 0..<1 << 20)
      try state.require(
        splits.count < configuration.clusterCount - 1 && leaves.contains(shape[0]), "\(name).shape",
        "a leaf of a tree of at most \(configuration.clusterCount) leaves", found: shape[0])
      try state.require(
        (shape[1] == 0 ? shape[2] == 1 : shape[2] == 2) && shape[3...].allSatisfy { $0 <= 16 }, "\(name).shape",
        "one judge, or two after refinements, and at most 16 generators a half", found: shape)
      let judges = try (0..<shape[2]).map { place in
        var judge = try blankGroup(generators: 0, for: state).judge
        try judge.restoreTensors(from: state, prefix: "\(name).judge.\(place).")
        return judge
      }
      let generators = try (0..<2).map { place in
        var generators = try blankGroup(generators: shape[3 + place], for: state).generators
        try generators.restoreTensors(from: state, prefix: "\(name).half.\(place).")
        return generators
      }
      splits.append(ClusterSplit(node: shape[0], refinements: shape[1], judges: judges, generators: generators))
    }
    // Leaves draw, and what is divided no longer does.
    for (number, split) in splits.enumerated() {
      for (place, generators) in split.generators.enumerated() {
        let isLeaf = children(of: 2 * number + 1 + place) == nil
        try state.require(
          generators.all.isEmpty != isLeaf, "split.\(number).shape",
          isLeaf ? "a leaf with generators" : "no generators",
          found: generators.all.count)
      }
    }
  }

  private func saveGrowth(to state: inout StateWriter) {
    guard let growth else { return }
    state.add(
      "growth.position",
      [
        growth.node, growth.stage, growth.failures, growth.failuresInAll, growth.epoch, growth.step,
        growth.groups.count,
      ])
    state.add("growth.shares", growth.shares)
    state.add("growth.change", growth.change.map { [$0] } ?? [])
    state.add("growth.losses", growth.losses.means)
    state.add("growth.steps", [growth.losses.steps])
    for (number, (group, optimisers)) in zip(growth.groups, growth.optimisers).enumerated() {
      let prefix = "growth.\(number)."
      group.saveTensors(to: &state, prefix: prefix)
      group.critic.saveOptimiser(optimisers.critic, to: &state, prefix: prefix + "critic.")
      group.classifier.saveOptimiser(optimisers.classifier, to: &state, prefix: prefix + "classifier.")
      group.generators.saveOptimiser(optimisers.generators, to: &state, prefix: prefix + "generators.")
    }
  }

  private mutating func restoreGrowth(from state: StateReader) throws {
    guard state.holds("growth") else {
      growth = nil
      return
    }
    let position = try state.integers("growth.position", count: 7, in: 0..<1 << 40)
    try state.require(
      splits.count < configuration.clusterCount - 1 && leaves.contains(position[0]), "growth.position", "a leaf",
      found: position[0])
    try state.require(
      position[1] <= configuration.refinements && position[6] == (position[1] == 0 ? 1 : 2), "growth.position",
      "a stage of at most \(configuration.refinements) refinements with its networks", found: position)
    var growth = SplitGrowth(node: position[0])
    (growth.stage, growth.failures, growth.failuresInAll) = (position[1], position[2], position[3])
    (growth.epoch, growth.step) = (position[4], position[5])
    growth.shares = try state.numbers("growth.shares")
    try state.require(
      growth.shares.isEmpty == (growth.stage == 0) && growth.shares.allSatisfy { (0...1).contains($0) },
      "growth.shares", "shares of 0 to 1, after the raw split", found: "others")
    let change = try state.numbers("growth.change")
    try state.require(change.count <= 1, "growth.change", "one number at most", found: change.count)
    growth.change = change.first
    // Files of earlier versions have none.
    if state.holds("growth.losses") {
      growth.losses.means = try state.numbers("growth.losses", count: 3)
      growth.losses.steps = try state.integers("growth.steps", count: 1, in: 0..<1 << 40)[0]
    }
    for number in 0..<position[6] {
      let prefix = "growth.\(number)."
      var group = try blankGroup(
        generators: growth.stage == 0 ? 2 : configuration.generatorCount, for: state)
      try group.restoreTensors(from: state, prefix: prefix)
      let fresh = freshOptimisers()
      growth.groups.append(group)
      growth.optimisers.append(
        SplitGrowth.Optimisers(
          critic: try group.critic.restoredOptimiser(fresh.critic, from: state, prefix: prefix + "critic."),
          classifier: try group.classifier.restoredOptimiser(
            fresh.classifier, from: state, prefix: prefix + "classifier."),
          generators: try group.generators.restoredOptimiser(
            fresh.generators, from: state, prefix: prefix + "generators.")))
    }
    self.growth = growth
  }

  /// Networks whose numbers are to be read; throws where the file cannot hold them.
  private func blankGroup(generators: Int, for state: StateReader) throws -> SplitGroup {
    let size = Self.groupSize(configuration, imageShape, generators: generators)
    guard let size, size <= 2 * state.floatCount else {
      throw StateError.tooSmall(file: state.file.path, method: name, found: state.floatCount)
    }
    return blankGroup(generators: generators)
  }
}
