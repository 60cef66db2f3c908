import Interruptions
import TensorEngine

/// A mixture's components put together into fewer clusters.
public struct ComponentMerge: Sendable, Equatable {
  /// The criterion whose partition this is; never `consensus`.
  public let criterion: MergeCriterion
  /// The cluster of each component, 0..<clusterCount, numbered by first component.
  public let groups: [Int]
  /// A component for each cluster, with the weight, mean and variance of those it replaces.
  public let mixture: GaussianMixture
  /// How far the other criteria would divide the points alike: their mean adjusted Rand index against this one, at
  /// most 1. Well below 1 the merge is in doubt, for no label to tell.
  public let agreement: Double
}

extension GaussianMixture {
  /// Merges components, two at a time and without labels, until `clusterCount` are left.
  ///
  /// `points` are what the mixture was fitted to; the neighbour graph takes 20,000 of them, drawn by `random`. Throws
  /// `ClusteringError` if there are fewer components than clusters, hardly any points, or a coordinate is not finite.
  public func merged(
    to clusterCount: Int, by criterion: MergeCriterion = .consensus, points: Matrix, random: RandomSource
  ) throws -> ComponentMerge {
    guard clusterCount >= 1 && clusterCount <= componentCount else {
      throw ClusteringError.invalidOption(
        name: "clusterCount", found: "\(clusterCount)", expected: "between 1 and the \(componentCount) components")
    }
    guard points.columns == dimension else {
      throw ClusteringError.dimensionMismatch(found: points.columns, expected: dimension)
    }
    guard points.rows > Self.neighbourCount else {
      throw ClusteringError.tooFewPoints(
        found: points.rows, needed: Self.neighbourCount + 1, purpose: "merging components")
    }
    try points.requireFinite()
    let assignments = try assignments(of: points)
    var sizes = [Int](repeating: 0, count: componentCount)
    for component in assignments { sizes[component] += 1 }

    let edges = try neighbourEdges(of: points, assignments: assignments, random: random)
    let partitions = [
      MergeCriterion.neighbours: try merging(to: clusterCount, edges, likeness: EdgeLinkage.proportion.likeness),
      .neighbourDensity: try merging(to: clusterCount, edges, likeness: EdgeLinkage.density.likeness),
      .ward: try wardGroups(count: clusterCount),
      .demp: try merging(to: clusterCount, overlaps(of: points)) {
        $0.pairs[$1, $2] / min($0.masses[$1], $0.masses[$2])
      },
    ]
    // In the order of the cases, which a dictionary does not keep.
    let judged = MergeCriterion.allCases.filter { $0 != .consensus }
    func agreement(of one: MergeCriterion) -> Double {
      judged.filter { $0 != one }
        .reduce(0) { $0 + adjustedRandIndex(partitions[one]!, partitions[$1]!, sizes: sizes) }
        / Double(judged.count - 1)
    }
    let agreements = judged.map(agreement)
    let used = criterion == .consensus ? judged[agreements.firstIndex(of: agreements.max()!)!] : criterion
    let chosen = partitions[used]!
    return ComponentMerge(
      criterion: used, groups: chosen, mixture: try momentMatched(chosen, count: clusterCount),
      agreement: agreements[judged.firstIndex(of: used)!])
  }

  /// The mixture of `count` components that matches each group's weight, mean and covariance; throws `Interrupted`.
  func momentMatched(_ groups: [Int], count: Int) throws -> GaussianMixture {
    var weights = [Double](repeating: 0, count: count)
    var means = Matrix(rows: count, columns: dimension)
    var variances = Matrix(rows: count, columns: dimension)
    for (component, group) in groups.enumerated() { weights[group] += mixingWeights[component] }
    /// A component's share of its group; equal shares in a group without weight.
    func share(_ component: Int) -> Double {
      let group = groups[component]
      return weights[group] > 0
        ? mixingWeights[component] / weights[group] : 1 / Double(groups.count { $0 == group })
    }
    for (component, group) in groups.enumerated() {
      for j in 0..<dimension { means[group, j] += share(component) * self.means[component, j] }
    }
    if let covariances {
      var matrices = Matrix(rows: count * dimension, columns: dimension)
      for (component, group) in groups.enumerated() {
        let shifts = (0..<dimension).map { self.means[component, $0] - means[group, $0] }
        for i in 0..<dimension {
          for j in 0...i {
            let own = covariances.matrices[component * dimension + i, j] + shifts[i] * shifts[j]
            matrices[group * dimension + i, j] += share(component) * own
          }
        }
      }
      return GaussianMixture(mixingWeights: weights, means: means, covariances: try FullCovariances(matrices))
    }
    for (component, group) in groups.enumerated() {
      for j in 0..<dimension {
        let shift = self.means[component, j] - means[group, j]
        variances[group, j] += share(component) * (self.variances[component, j] + shift * shift)
      }
    }
    return GaussianMixture(mixingWeights: weights, means: means, variances: variances, freedom: freedom)
  }

  // MARK: - Statistics of pairs

  static var neighbourCount: Int { 15 }
  private static var graphSize: Int { 20_000 }

  /// Edges between components in the neighbour graph, and points of each.
  private func neighbourEdges(of points: Matrix, assignments: [Int], random: RandomSource) throws -> PairSums {
    var rows = Array(0..<points.rows)
    if rows.count > Self.graphSize {
      var stream = random.derived("mixture.neighbours").makeStream()
      rows = stream.sample(Self.graphSize, of: points.rows)
    }
    return try NeighbourGraph(of: points.selecting(rows), neighbourCount: Self.neighbourCount)
      .edges(between: rows.map { assignments[$0] }, count: componentCount)
  }

  /// Σ_n r_ni r_nj, and Σ_n r_ni.
  private func overlaps(of points: Matrix) throws(Interrupted) -> PairSums {
    let terms = DensityTerms(self)
    let parts = try PointKernels.mapBlocks(of: points.rows, size: terms.blockSize) { range in
      let rows = terms.responsibilities(points, range).responsibilities
      var pairs = [Double](repeating: 0, count: componentCount * componentCount)
      var masses = [Double](repeating: 0, count: componentCount)
      for first in stride(from: 0, to: rows.count, by: componentCount) {
        for a in 0..<componentCount where rows[first + a] > 0 {
          masses[a] += rows[first + a]
          for b in 0..<componentCount {
            pairs[a * componentCount + b] += rows[first + a] * rows[first + b]
          }
        }
      }
      return (pairs: pairs, masses: masses)
    }
    var pairs = [Double](repeating: 0, count: componentCount * componentCount)
    var masses = [Double](repeating: 0, count: componentCount)
    for part in parts {
      for i in pairs.indices { pairs[i] += part.pairs[i] }
      for i in masses.indices { masses[i] += part.masses[i] }
    }
    return PairSums(
      pairs: Matrix(rows: componentCount, columns: componentCount, elements: pairs), masses: masses)
  }

  // MARK: - Agglomeration

  private func merging(to count: Int, _ start: PairSums, likeness: (PairSums, Int, Int) -> Double) throws(Interrupted)
    -> [Int]
  {
    var sums = start
    let scale = pooledVariances
    var agglomeration = Agglomeration(componentCount: componentCount)
    // Components without points resemble nothing; left alone they would each use up a cluster.
    for component in 0..<componentCount where sums.masses[component] == 0 && agglomeration.alive.count > count {
      try Interruption.check()
      let occupied = agglomeration.alive.filter { sums.masses[$0] > 0 }
      guard let nearest = occupied.min(by: { distance(component, $0, scale) < distance(component, $1, scale) }) else {
        break
      }
      agglomeration.join(nearest, component)
      if component < nearest { sums.add(nearest, to: component) } else { sums.add(component, to: nearest) }
    }
    try agglomeration.reduce(to: count) {
      likeness(sums, $0, $1)
    } joined: {
      sums.add($1, to: $0)
    }
    return agglomeration.numbered
  }

  func wardGroups(count: Int) throws(Interrupted) -> [Int] {
    var weights = mixingWeights
    var centres = means
    let scale = pooledVariances
    var agglomeration = Agglomeration(componentCount: componentCount)
    try agglomeration.reduce(to: count) { a, b in
      var square = 0.0
      for j in 0..<dimension {
        let difference = centres[a, j] - centres[b, j]
        square += difference * difference / scale[j]
      }
      return -square * weights[a] * weights[b] / max(weights[a] + weights[b], Double.leastNormalMagnitude)
    } joined: { kept, absorbed in
      let total = weights[kept] + weights[absorbed]
      let share = total > 0 ? weights[absorbed] / total : 0.5
      for j in 0..<dimension { centres[kept, j] += share * (centres[absorbed, j] - centres[kept, j]) }
      weights[kept] = total
    }
    return agglomeration.numbered
  }

  /// The variance within components, averaged over the points.
  private var pooledVariances: [Double] {
    (0..<dimension).map { j in
      (0..<componentCount).reduce(0) { $0 + mixingWeights[$1] * variances[$1, j] }
    }
  }

  private func distance(_ a: Int, _ b: Int, _ scale: [Double]) -> Double {
    (0..<dimension).reduce(0) { sum, j in
      let difference = means[a, j] - means[b, j]
      return sum + difference * difference / scale[j]
    }
  }
}

/// The adjusted Rand index (Hubert and Arabie, 1985) of two groupings of blocks that hold `sizes` points each.
func adjustedRandIndex(_ a: [Int], _ b: [Int], sizes: [Int]) -> Double {
  func pairs(_ key: (Int) -> Int, count: Int) -> Double {
    var sums = [Double](repeating: 0, count: count)
    for (block, size) in sizes.enumerated() { sums[key(block)] += Double(size) }
    return sums.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
  }
  let width = (b.max() ?? 0) + 1
  let height = (a.max() ?? 0) + 1
  let inA = pairs({ a[$0] }, count: height)
  let inB = pairs({ b[$0] }, count: width)
  let together = pairs({ a[$0] * width + b[$0] }, count: height * width)
  return adjustedRandIndex(together: together, inA, inB, points: Double(sizes.reduce(0, +)))
}

/// The same of two groupings of so many points, by the pairs of points that are together in one of them, and in both.
func adjustedRandIndex(together: Double, _ inA: Double, _ inB: Double, points: Double) -> Double {
  let expected = points > 1 ? inA * inB / (points * (points - 1) / 2) : 0
  let largest = (inA + inB) / 2
  return largest == expected ? 1 : (together - expected) / (largest - expected)
}
