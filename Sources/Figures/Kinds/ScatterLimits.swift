/// What part of the plane some points cover.
public struct ScatterLimits: Sendable, Equatable {
  /// A stretch of an axis; without points its extent is negative.
  struct Stretch: Sendable, Equatable {
    var low = Double.infinity
    var high = -Double.infinity

    var extent: Double { low <= high ? high - low : 0 }
    // Halves: a sum of huge numbers overflows.
    var middle: Double { low <= high ? low / 2 + high / 2 : 0 }
  }

  private(set) var x = Stretch()
  private(set) var y = Stretch()

  /// - Parameter coordinates: x and y of each point in turn; points that are not finite are left out.
  public init(of coordinates: [Float]) {
    for index in stride(from: 0, to: coordinates.count - 1, by: 2)
    where coordinates[index].isFinite && coordinates[index + 1].isFinite {
      let (x, y) = (Double(coordinates[index]), Double(coordinates[index + 1]))
      (self.x.low, self.x.high) = (min(self.x.low, x), max(self.x.high, x))
      (self.y.low, self.y.high) = (min(self.y.low, y), max(self.y.high, y))
    }
  }

  /// What covers both.
  public func union(with other: ScatterLimits) -> ScatterLimits {
    var both = self
    (both.x.low, both.x.high) = (min(x.low, other.x.low), max(x.high, other.x.high))
    (both.y.low, both.y.high) = (min(y.low, other.y.low), max(y.high, other.y.high))
    return both
  }
}
