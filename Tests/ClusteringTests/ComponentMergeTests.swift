import Clustering
import TensorEngine
import TestSupport
import Testing

@Suite struct ComponentMergeTests {
  /// Clusters far apart, each made of two components 2.5 standard deviations apart that hold `shares` of its points.
  func split(
    clusterCount: Int, count: Int, distance: Double, shares: (Int) -> Double, seed: UInt64
  ) -> (mixture: GaussianMixture, points: Matrix, truth: [Int]) {
    let columns = 8
    let centres = scatteredCentres(clusterCount, columns: columns, scale: distance, seed: seed)
    let directions = scatteredCentres(clusterCount, columns: columns, scale: 1, seed: seed + 500)
    var means = Matrix(rows: 2 * clusterCount, columns: columns)
    var weights: [Double] = []
    var components: [Int] = []
    for c in 0..<clusterCount {
      let length = directions[c].reduce(0) { $0 + $1 * $1 }.squareRoot()
      for half in 0..<2 {
        // The halves of a cluster are components c and c + clusterCount, so that order gives nothing away.
        for j in 0..<columns {
          means[half * clusterCount + c, j] = centres[c][j] + Double(half) * 2.5 * directions[c][j] / length
        }
      }
    }
    for half in 0..<2 {
      for c in 0..<clusterCount {
        let share = half == 0 ? shares(c) : 1 - shares(c)
        weights.append(share / Double(clusterCount))
        components += Array(repeating: half * clusterCount + c, count: Int(share * Double(count)))
      }
    }
    let mixture = GaussianMixture(
      mixingWeights: weights, means: means, variances: Matrix(rows: means.rows, columns: columns, repeating: 1))
    let points = mixture.samples(of: components, random: RandomSource(seed: seed))
    return (mixture, points, components.map { $0 % clusterCount })
  }

  @Test(arguments: MergeCriterion.allCases) func reunitesHalves(criterion: MergeCriterion) throws {
    for seed in 0..<4 as Range<UInt64> {
      let (mixture, points, truth) = split(
        clusterCount: 10, count: 300, distance: 6, shares: { _ in 0.5 }, seed: seed)
      let merge = try mixture.merged(to: 10, by: criterion, points: points, random: RandomSource(seed: 0))
      #expect(merge.groups == Array(0..<10) + Array(0..<10))
      #expect(merge.agreement == 1)
      let found = try merge.mixture.assignments(of: points)
      #expect(zip(found, truth).count { $0 != $1 } < 10)
    }
  }

  @Test(arguments: [MergeCriterion.neighbours, .neighbourDensity, .demp])
  func reunitesUnequalPartsAfterAFit(criterion: MergeCriterion) throws {
    let (_, points, truth) = split(
      clusterCount: 6, count: 600, distance: 8, shares: { [0.5, 0.8, 0.65, 0.9, 0.5, 0.7][$0] }, seed: 3)
    let fit = try GaussianMixture.fit(
      points, componentCount: 12, options: .init(regularisation: 1e-4, restarts: 3), random: RandomSource(seed: 5))
    let merge = try fit.mixture.merged(to: 6, by: criterion, points: points, random: RandomSource(seed: 0))
    #expect(try samePartition(fit.mixture.assignments(of: points).map { merge.groups[$0] }, truth))
  }

  @Test func momentsOfTheWholeAreKept() throws {
    let (mixture, points, _) = split(clusterCount: 5, count: 200, distance: 3, shares: { _ in 0.3 }, seed: 9)
    func moments(_ mixture: GaussianMixture) -> [Double] {
      (0..<mixture.dimension).flatMap { j in
        let mean = (0..<mixture.componentCount).reduce(0) { $0 + mixture.mixingWeights[$1] * mixture.means[$1, j] }
        let square = (0..<mixture.componentCount).reduce(0) {
          $0 + mixture.mixingWeights[$1] * (mixture.variances[$1, j] + mixture.means[$1, j] * mixture.means[$1, j])
        }
        return [mean, square]
      }
    }
    for count in [1, 3, 7, 10] {
      let merge = try mixture.merged(to: count, points: points, random: RandomSource(seed: 0))
      #expect(merge.mixture.componentCount == count && Set(merge.groups).count == count)
      #expect(largestDifference(moments(merge.mixture), moments(mixture)) < 1e-12)
    }
    #expect(try mixture.merged(to: 10, points: points, random: RandomSource(seed: 0)).mixture == mixture)
  }

  @Test func emptyComponentsJoinTheirNearest() throws {
    let (points, truth) = blobs(about: [[0, 0], [20, 0], [0, 20]], count: 100, spread: 1)
    let mixture = GaussianMixture(
      mixingWeights: [0, 1 / 3, 1 / 3, 1 / 3, 0],
      means: Matrix(rows: 5, columns: 2, elements: [30, 0, 0, 0, 20, 0, 0, 20, 0, 25]),
      variances: Matrix(rows: 5, columns: 2, repeating: 1))
    for criterion in [MergeCriterion.neighbours, .neighbourDensity, .demp] {
      let merge = try mixture.merged(to: 3, by: criterion, points: points, random: RandomSource(seed: 0))
      #expect(merge.groups == [0, 1, 0, 2, 2])
      #expect(try samePartition(merge.mixture.assignments(of: points), truth))
    }
  }

  @Test func disagreementShowsTrouble() throws {
    // One shapeless cloud has no clusters to agree on.
    let (points, _) = blobs(about: [[0, 0, 0, 0, 0, 0]], count: 3000, spread: 1)
    let fit = try GaussianMixture.fit(points, componentCount: 12, random: RandomSource(seed: 0))
    let merge = try fit.mixture.merged(to: 5, points: points, random: RandomSource(seed: 0))
    #expect(merge.agreement < 0.8)
  }

  @Test func refusesWhatCannotBeMerged() throws {
    let (mixture, points, _) = split(clusterCount: 3, count: 50, distance: 6, shares: { _ in 0.5 }, seed: 1)
    let random = RandomSource(seed: 0)
    #expect(throws: ClusteringError.self) { try mixture.merged(to: 7, points: points, random: random) }
    #expect(throws: ClusteringError.self) { try mixture.merged(to: 0, points: points, random: random) }
    #expect(throws: ClusteringError.self) {
      try mixture.merged(to: 2, points: Matrix(rows: 50, columns: 2), random: random)
    }
    #expect(throws: ClusteringError.self) {
      try mixture.merged(to: 2, points: points.selecting(0..<10), random: random)
    }
  }
}
