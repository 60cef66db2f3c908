/// k-nearest-neighbour classification by majority vote, for several k at once (the paper's Table 3).
public struct NeighbourVote: Sendable {
  /// The numbers of neighbours that vote, ascending.
  public let counts: [Int]
  private let classes: Labels

  /// Votes of the points that `classes` labels; traps unless `counts` are positive and ascending.
  public init(counts: [Int], classes: Labels) {
    precondition(
      !counts.isEmpty && counts[0] > 0 && zip(counts, counts.dropFirst()).allSatisfy { $0 < $1 },
      "numbers of neighbours must be positive and ascending, not \(counts)")
    self.counts = counts
    self.classes = classes
  }

  /// The class that the first k of `neighbours` vote for, for each k of `counts`; of equally many votes the lowest
  /// class wins. `neighbours` are rows of the voters, nearest first, at least as many as the largest k.
  public func predictions(neighbours: some Collection<Int32>) -> [Int] {
    precondition(
      neighbours.count >= counts.last!, "\(neighbours.count) neighbours where \(counts.last!) must vote")
    var votes = [Int](repeating: 0, count: classes.classCount)
    var predicted: [Int] = []
    var voted = 0
    for neighbour in neighbours {
      votes[classes.classes[Int(neighbour)]] += 1
      voted += 1
      if voted == counts[predicted.count] {
        predicted.append(votes.indices.max { (votes[$0], $1) < (votes[$1], $0) }!)
        if predicted.count == counts.count { break }
      }
    }
    return predicted
  }
}
