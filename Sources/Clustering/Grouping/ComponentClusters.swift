import TensorEngine

/// Clusters as groups of a mixture's components, one or several each, which can be joined and split one by one.
public struct ComponentClusters: Sendable, Equatable {
  public private(set) var mixture: GaussianMixture
  /// The cluster of each component, 0..<clusterCount.
  public private(set) var clusterOfComponent: [Int]
  public private(set) var clusterCount: Int

  /// Traps unless every component has a cluster and every cluster a component.
  public init(_ mixture: GaussianMixture, clusterOfComponent: [Int]) {
    (self.mixture, self.clusterOfComponent) = (mixture, clusterOfComponent)
    clusterCount = (clusterOfComponent.max() ?? -1) + 1
    precondition(
      clusterOfComponent.count == mixture.componentCount && Set(clusterOfComponent) == Set(0..<clusterCount),
      "\(mixture.componentCount) components cannot be in the clusters \(clusterOfComponent)")
  }

  /// The cluster of each point: that of its most responsible component.
  public func assignments(of points: Matrix) throws -> [Int] {
    try mixture.assignments(of: points).map { clusterOfComponent[$0] }
  }

  /// p(cluster | point) of each point, the sum over the cluster's components.
  public func probabilities(of points: Matrix) throws -> Matrix {
    try mixture.responsibilities(of: points).summed(by: clusterOfComponent, count: clusterCount)
  }

  /// Makes one cluster of some, numbered as `clusterNumbers` says; the components stay as they are.
  public mutating func join(_ clusters: [Int]) {
    let numbers = clusterNumbers(joining: clusters, of: clusterCount)
    clusterOfComponent = clusterOfComponent.map { numbers[$0] }
    clusterCount -= clusters.count - 1
  }

  /// Makes two of a cluster: the half with more points keeps its number, the other has the last.
  ///
  /// Of several components that hold points, the most alike are joined until there are two groups of them, by the
  /// criterion that agrees best with the others; a single one is replaced by two, fitted to its points. At least two
  /// points of the cluster are to be distinct. Throws `ClusteringError` if a fit collapses, `Interrupted`, and what
  /// `beforeIteration` throws.
  public mutating func split(
    _ cluster: Int, points: Matrix, options: GaussianMixture.Options, random: RandomSource,
    beforeIteration: () throws -> Void = {}
  ) throws {
    let components = try mixture.assignments(of: points)
    let members = components.indices.filter { clusterOfComponent[components[$0]] == cluster }
    let own = points.selecting(members)
    let occupied = Set(members.map { components[$0] }).sorted()
    guard occupied.count > 1 else {
      let pair = try Self.pair(fittedTo: own, options, random, beforeIteration)
      return replace(occupied[0], by: pair)
    }
    let groups = try mixture.selecting(occupied).halves(points: own, random: random)
    let groupOfComponent = Dictionary(uniqueKeysWithValues: zip(occupied, groups))
    let halves = ClusterHalves(members, members.map { groupOfComponent[components[$0]]! })
    for (member, half) in zip(members, halves.halves) where half == 1 {
      clusterOfComponent[components[member]] = clusterCount
    }
    clusterCount += 1
  }

  /// Makes two of a cluster whose points were divided by other means: a component goes with most of its points among
  /// them, and neither half is left without one. A single component is replaced by two with the halves' moments.
  ///
  /// Throws `ClusteringError` if a half has no spread and nothing is added to it.
  package mutating func split(
    _ cluster: Int, along halves: ClusterHalves, points: Matrix, regularisation: Double
  ) throws {
    let own = points.selecting(halves.members)
    let components = clusterOfComponent.indices.filter { clusterOfComponent[$0] == cluster }
    guard components.count > 1 else {
      let pair = try GaussianMixture.fitted(
        to: own, assignments: halves.halves, componentCount: 2, regularisation: regularisation,
        covariance: mixture.covariance)
      return replace(components[0], by: pair)
    }
    var counts = [[Int]](repeating: [0, 0], count: mixture.componentCount)
    for (component, half) in zip(try mixture.assignments(of: own), halves.halves) { counts[component][half] += 1 }
    var moving = components.filter { counts[$0][1] > counts[$0][0] }
    func best(_ half: Int) -> Int { components.max { (counts[$0][half], $1) < (counts[$1][half], $0) }! }
    if moving.isEmpty { moving = [best(1)] }
    if moving.count == components.count { moving.removeAll { $0 == best(0) } }
    for component in moving { clusterOfComponent[component] = clusterCount }
    clusterCount += 1
  }

  /// Puts a pair in a component's place: the first where it was, the second last, as the last cluster.
  private mutating func replace(_ component: Int, by pair: GaussianMixture) {
    mixture = mixture.replacing(component, by: pair)
    clusterOfComponent.append(clusterCount)
    clusterCount += 1
  }

  /// Two components fitted to some points, the one of more points first.
  private static func pair(
    fittedTo points: Matrix, _ options: GaussianMixture.Options, _ random: RandomSource,
    _ beforeIteration: () throws -> Void
  ) throws -> GaussianMixture {
    var mixture = try GaussianMixture.fit(
      points, componentCount: 2, options: options, random: random, beforeIteration: beforeIteration
    ).mixture
    var second = try mixture.assignments(of: points).reduce(0, +)
    if second == 0 || second == points.rows {
      // One has taken all: what two-means finds is two at least.
      let partition = try KMeans.fit(points, clusterCount: 2, random: random).assignments
      second = partition.reduce(0, +)
      mixture = try .fitted(
        to: points, assignments: partition, componentCount: 2, regularisation: options.regularisation,
        covariance: options.covariance)
    }
    return 2 * second > points.rows ? mixture.selecting([1, 0]) : mixture
  }
}

extension GaussianMixture {
  /// Some of the components, in the order given, their weights scaled to sum to 1; equal where they have none.
  func selecting(_ components: [Int]) -> GaussianMixture {
    let weights = components.map { mixingWeights[$0] }
    let sum = weights.reduce(0, +)
    let shares = weights.map { sum > 0 ? $0 / sum : 1 / Double(components.count) }
    if let covariances {
      return GaussianMixture(
        mixingWeights: shares, means: means.selecting(components), covariances: covariances.selecting(components))
    }
    return GaussianMixture(
      mixingWeights: shares, means: means.selecting(components), variances: variances.selecting(components),
      freedom: freedom)
  }

  /// The mixture with a pair, which shares the weight, in a component's place: the second of it last.
  func replacing(_ component: Int, by pair: GaussianMixture) -> GaussianMixture {
    func rows(_ own: Matrix, _ new: Matrix) -> Matrix {
      var elements = own.elements
      elements.replaceSubrange(component * dimension..<(component + 1) * dimension, with: new.row(0))
      return Matrix(rows: own.rows + 1, columns: dimension, elements: elements + new.row(1))
    }
    var weights = mixingWeights + [mixingWeights[component] * pair.mixingWeights[1]]
    weights[component] *= pair.mixingWeights[0]
    if let covariances, let others = pair.covariances {
      // The first of the pair, which is behind all others then, where the component was.
      var order = Array(0..<componentCount) + [componentCount + 1]
      order[component] = componentCount
      return GaussianMixture(
        mixingWeights: weights, means: rows(means, pair.means),
        covariances: covariances.appending(others).selecting(order))
    }
    precondition(pair.covariance == covariance, "a \(pair.covariance) pair in a \(covariance) mixture")
    return GaussianMixture(
      mixingWeights: weights, means: rows(means, pair.means), variances: rows(variances, pair.variances),
      freedom: freedom)
  }

  /// The half of each component, 0 or 1, by how alike they are; with hardly any points by Ward's linkage of the means.
  func halves(points: Matrix, random: RandomSource) throws -> [Int] {
    points.rows > Self.neighbourCount
      ? try merged(to: 2, by: .consensus, points: points, random: random).groups : try wardGroups(count: 2)
  }
}
