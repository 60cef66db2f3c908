import Evaluation
import Foundation
import Testing

@Suite struct ClusteringScoreTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let name: String
      let assignments, classes: [Int]
      let classCount: Int
      let accuracy, nmi, ari, purity: Double
      let homogeneity, completeness, vMeasure: Double
      let classAccuracies: [Double?]
    }
    struct Calibrated: Decodable {
      let confidences: [Double]
      let isRight: [Bool]
      let error: Double
    }
    struct Assignment: Decodable {
      let rows, columns: Int
      let profits: [Double]
      let best: Double
    }
    let cases: [Case]
    let assignments: [Assignment]
    let calibrations: [Calibrated]
  }

  func golden() throws -> Golden {
    let file = Bundle.module.resourceURL!.appendingPathComponent("Goldens/scores.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }

  func labels(_ classes: [Int], of classCount: Int) -> Labels {
    Labels(classes: classes, names: (0..<classCount).map(String.init))
  }

  @Test func agreesWithScikitLearn() throws {
    for expected in try golden().cases {
      let score = ClusteringScore(
        assignments: expected.assignments, labels: labels(expected.classes, of: expected.classCount))
      #expect(abs(score.accuracy - expected.accuracy) < 1e-12, "accuracy, \(expected.name)")
      #expect(abs(score.nmi - expected.nmi) < 1e-12, "NMI, \(expected.name)")
      #expect(abs(score.ari - expected.ari) < 1e-12, "ARI, \(expected.name)")
      #expect(abs(score.purity - expected.purity) < 1e-12, "purity, \(expected.name)")
      #expect(abs(score.homogeneity - expected.homogeneity) < 1e-12, "homogeneity, \(expected.name)")
      #expect(abs(score.completeness - expected.completeness) < 1e-12, "completeness, \(expected.name)")
      #expect(abs(score.vMeasure - expected.vMeasure) < 1e-12, "V-measure, \(expected.name)")
      #expect(abs(score.vMeasure - score.nmi) < 1e-12)
      // Where several matchings are best, which classes they favour is anybody's choice: the sum is not.
      let sizes = score.contingency.classSizes
      func matched(_ shares: [Double?]) -> Double { zip(shares, sizes).reduce(0) { $0 + ($1.0 ?? 0) * Double($1.1) } }
      #expect(abs(matched(score.classAccuracies) - matched(expected.classAccuracies)) < 1e-9, "\(expected.name)")
      #expect(score.classAccuracies.map { $0 == nil } == expected.classAccuracies.map { $0 == nil })
    }
  }

  @Test func calibrationAgrees() throws {
    for expected in try golden().calibrations {
      let found = Calibration(confidences: expected.confidences, isRight: expected.isRight)
      #expect(abs(found.expectedError - expected.error) < 1e-12)
      #expect(found.bins.count == 10 && found.bins.reduce(0) { $0 + $1.count } == expected.isRight.count)
    }
    let sure = Calibration(confidences: [0, 1, 1], isRight: [false, true, true])
    #expect(sure.expectedError == 0 && sure.bins[0].count == 1 && sure.bins[9].count == 2)
    #expect(Calibration(confidences: [], isRight: []).expectedError == 0)
  }

  @Test func assignmentsAreOptimalAndOneToOne() throws {
    for expected in try golden().assignments {
      let columns = optimalAssignment(profits: expected.profits, rows: expected.rows, columns: expected.columns)
      var profit = 0.0
      for (row, column) in columns.enumerated() {
        if let column { profit += expected.profits[row * expected.columns + column] }
      }
      #expect(abs(profit - expected.best) < 1e-12)
      let used = columns.compactMap { $0 }
      #expect(Set(used).count == used.count && used.count == min(expected.rows, expected.columns))
    }
    #expect(optimalAssignment(profits: [], rows: 2, columns: 0) == [nil, nil])
    #expect(optimalAssignment(profits: [], rows: 0, columns: 2) == [])
  }

  @Test func namesOfClustersDoNotMatter() {
    let classes = (0..<300).map { $0 * $0 % 7 % 4 }
    let found = (0..<300).map { $0 * 31 % 17 % 5 }
    let renamed = found.map { [3, 0, 4, 1, 2][$0] }
    let a = ClusteringScore(assignments: found, labels: labels(classes, of: 4))
    let b = ClusteringScore(assignments: renamed, labels: labels(classes, of: 4))
    #expect(a.accuracy == b.accuracy)
    #expect(abs(a.nmi - b.nmi) < 1e-14 && abs(a.ari - b.ari) < 1e-14)
  }

  @Test func leftOverClustersPredictNothing() {
    let score = ClusteringScore(assignments: [0, 0, 0, 1, 2, 2], labels: labels([0, 0, 0, 0, 1, 1], of: 2))
    #expect(score.matching == [0, nil, 1])
    #expect(score.predictedClasses(of: [0, 1, 2]) == [0, nil, 1])
    #expect(score.contingency[1, 0] == 1)
    #expect(score.contingency.clusterSizes == [3, 1, 2])
    #expect(score.contingency.classSizes == [4, 2])
  }

  @Test func emptyClustersKeepTheirRows() {
    let table = ContingencyTable(assignments: [1, 1], labels: labels([0, 1], of: 2), clusterCount: 4)
    #expect(table.clusterCount == 4 && table.counts.count == 8)
    #expect(ClusteringScore(table).matching.count == 4)
  }

  @Test func neighboursVote() {
    let vote = NeighbourVote(counts: [1, 3, 4], classes: labels([2, 0, 0, 2, 1], of: 3))
    // One vote of class 2; two of class 0 against one; two against two, where the lower class wins.
    #expect(vote.predictions(neighbours: [0, 1, 2, 3, 4] as [Int32]) == [2, 0, 0])
  }
}
