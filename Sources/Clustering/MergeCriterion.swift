import Interruptions
import TensorEngine

/// Which two groups of a mixture's components are most alike, judged without labels.
public enum MergeCriterion: String, CaseIterable, Sendable {
  /// Whichever of the others agrees best with the rest of them, by the mean adjusted Rand index: each errs at times,
  /// seldom in the same way.
  case consensus
  /// Edges between two groups in the graph of 15 nearest neighbours, over √(n_i n_j).
  case neighbours
  /// Edges of the same graph over n_i n_j: the average linkage. It joins small groups sooner, so that two large
  /// clusters that touch are less often joined while a third stays split; clusters of about equal size suit it best.
  case neighbourDensity
  /// Ward's linkage of the means, whitened by the pooled within variance: the least gain of within-group scatter.
  case ward
  /// How easily one group's points are mistaken for another's, max Σ_n r_ni r_nj / Σ_n r_ni: Hennig, "Methods for
  /// merging Gaussian mixture components" (2010).
  case demp
}

/// Components being joined two at a time, always the most alike pair.
struct Agglomeration {
  /// The group of each component, named by its first component.
  private(set) var groups: [Int]

  init(componentCount: Int) {
    groups = Array(0..<componentCount)
  }

  /// The groups, by their first components.
  var alive: [Int] { groups.indices.filter { groups[$0] == $0 } }

  mutating func join(_ a: Int, _ b: Int) {
    for component in groups.indices where groups[component] == max(a, b) { groups[component] = min(a, b) }
  }

  /// Joins until `count` groups are left: the pair of largest `likeness`, the first of equal ones; `joined` then adds
  /// the second's statistics to the first's.
  ///
  /// - Parameters:
  ///   - likeness: of two groups, the first named by the earlier component; nil for a pair that may not join.
  ///   - fallback: which of the groups that are left join, the earlier first, where no pair may.
  mutating func reduce(
    to count: Int, likeness: (Int, Int) -> Double?, fallback: ([Int]) -> (Int, Int) = { ($0[0], $0[1]) },
    joined: (_ kept: Int, _ absorbed: Int) -> Void
  ) throws(Interrupted) {
    while alive.count > count {
      let alive = alive
      var best: (Int, Int)?
      var largest = -Double.infinity
      for (position, a) in alive.enumerated() {
        try Interruption.check()
        for b in alive[(position + 1)...] {
          if let value = likeness(a, b), value > largest { (best, largest) = ((a, b), value) }
        }
      }
      let (kept, absorbed) = best ?? fallback(alive)
      join(kept, absorbed)
      joined(kept, absorbed)
    }
  }

  /// The group of each component as 0..<number of groups, in the order of first components.
  var numbered: [Int] {
    let alive = alive
    return groups.map { alive.firstIndex(of: $0)! }
  }
}

/// What is known of a pair of groups and of each: sums that simply add when groups join.
package struct PairSums {
  /// Symmetric.
  package var pairs: Matrix
  package var masses: [Double]

  package init(pairs: Matrix, masses: [Double]) {
    (self.pairs, self.masses) = (pairs, masses)
  }

  mutating func add(_ absorbed: Int, to kept: Int) {
    for other in masses.indices { pairs[kept, other] += pairs[absorbed, other] }
    for other in masses.indices { pairs[other, kept] += pairs[other, absorbed] }
    masses[kept] += masses[absorbed]
  }

  /// What parts of components, 0..<count, share: the sums over theirs, `[count, count]`.
  func pairs(between parts: [Int], count: Int) -> Matrix {
    var between = Matrix(rows: count, columns: count)
    for a in parts.indices {
      for b in parts.indices { between[parts[a], parts[b]] += pairs[a, b] }
    }
    return between
  }
}
