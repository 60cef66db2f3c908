/// How far stated probabilities are from what comes true.
public struct Calibration: Sendable, Equatable {
  /// Points whose probability lies in a part of 0...1, the upper end included.
  public struct Bin: Sendable, Equatable {
    public let count: Int
    /// The mean of their probabilities; 0 without points.
    public let confidence: Double
    /// The share of them that was right; 0 without points.
    public let accuracy: Double
  }

  /// Parts of equal width, from 0 to 1.
  public let bins: [Bin]

  /// - Parameters:
  ///   - confidences: how probable each point's cluster is, 0...1.
  ///   - isRight: whether it is the one of its class.
  public init(confidences: [Double], isRight: [Bool], binCount: Int = 10) {
    precondition(confidences.count == isRight.count, "\(confidences.count) probabilities of \(isRight.count) points")
    precondition(binCount > 0, "\(binCount) bins hold nothing")
    var counts = [Int](repeating: 0, count: binCount)
    var sums = [Double](repeating: 0, count: binCount)
    var rights = [Int](repeating: 0, count: binCount)
    for (confidence, right) in zip(confidences, isRight) {
      // The number of the bin whose upper end is not below: (0, 0.1], (0.1, 0.2], …
      let bin = min(max(Int((confidence * Double(binCount)).rounded(.up)) - 1, 0), binCount - 1)
      counts[bin] += 1
      sums[bin] += confidence
      if right { rights[bin] += 1 }
    }
    bins = counts.indices.map { bin in
      let count = Double(max(counts[bin], 1))
      return Bin(count: counts[bin], confidence: sums[bin] / count, accuracy: Double(rights[bin]) / count)
    }
  }

  /// The expected calibration error: the bins' |accuracy − confidence|, each by its share of the points (Naeini, Cooper and
  /// Hauskrecht 2015); 0 where probabilities say how often clusters are right.
  public var expectedError: Double {
    let total = bins.reduce(0) { $0 + $1.count }
    return bins.reduce(0) { $0 + Double($1.count) / Double(max(total, 1)) * abs($1.accuracy - $1.confidence) }
  }
}
