/// Places from 0 that are drawn again and again, each as often as its weight says.
///
///     let images = WeightedPlaces(weights: memberships)?.drawn(200, from: source.derived(step))
public struct WeightedPlaces: Sendable {
  /// The sums of the weights up to each place.
  private let sums: [Double]

  /// Nil unless every weight is a number of at least 0 and their sum is above 0.
  public init?(weights: [Double]) {
    var total = 0.0
    var sums: [Double] = []
    sums.reserveCapacity(weights.count)
    for weight in weights {
      guard weight >= 0 else { return nil }
      total += weight
      sums.append(total)
    }
    guard total > 0, total.isFinite else { return nil }
    self.sums = sums
  }

  /// The sum of all weights.
  public var total: Double { sums.last! }

  /// `count` places, drawn with replacement; the first of a longer draw are those of a shorter.
  public func drawn(_ count: Int, from source: RandomSource) -> [Int] {
    var stream = source.makeStream()
    return (0..<count).map { _ in place(of: stream.uniform() * total) }
  }

  /// The first place whose sum is above `value`: never one of weight 0.
  private func place(of value: Double) -> Int {
    // A product that was rounded up to the sum of all is below it again.
    let value = min(value, total.nextDown)
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
