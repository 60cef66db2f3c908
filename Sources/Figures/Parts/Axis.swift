import ElementaryFunctions

/// How values are laid along an axis.
public enum AxisScale: Sendable {
  case linear
  /// By powers of ten; values that are not positive have no place.
  case logarithmic
}

/// A range of values laid along a length, with its ticks.
struct Axis {
  let scale: AxisScale
  let range: ClosedRange<Double>
  let ticks: Ticks

  /// An axis from one tick to another around `values`.
  static func covering(
    _ values: some Sequence<Double>, scale: AxisScale, limits: ClosedRange<Double>?, maximumCount: Int
  ) -> Axis {
    let ticks = ticks(around: extent(of: values, scale: scale, limits: limits), scale, maximumCount, whole: false)
    return Axis(scale: scale, range: ticks.values[0]...ticks.values[ticks.values.count - 1], ticks: ticks)
  }

  /// An axis that reaches a little beyond `values` on both sides, with the ticks that fall inside.
  static func tight(
    _ values: some Sequence<Double>, scale: AxisScale, whole: Bool, maximumCount: Int
  ) -> Axis {
    var range = extent(of: values, scale: scale, limits: nil)
    let ticks = ticks(around: range, scale, maximumCount, whole: whole)
    switch scale {
    case .linear:
      if range.lowerBound == range.upperBound {
        range = ticks.values[0]...ticks.values[ticks.values.count - 1]
      } else {
        let room = 0.02 * (range.upperBound - range.lowerBound)
        range = (range.lowerBound - room)...(range.upperBound + room)
      }
    case .logarithmic:
      if range.lowerBound == range.upperBound {
        range = ticks.values[0]...ticks.values[ticks.values.count - 1]
      } else {
        let room = exp(0.02 * log(range.upperBound / range.lowerBound))
        range = (range.lowerBound / room)...(range.upperBound * room)
      }
    }
    return Axis(scale: scale, range: range, ticks: ticks.inside(range))
  }

  /// Where `value` lies: 0 at the axis's start, 1 at its end; not finite if it has no place.
  func fraction(_ value: Double) -> Double {
    switch scale {
    case .linear:
      // Halves: a difference of huge numbers overflows.
      return (value / 2 - range.lowerBound / 2) / (range.upperBound / 2 - range.lowerBound / 2)
    case .logarithmic:
      guard value > 0 else { return .nan }
      return (log10(value) - log10(range.lowerBound)) / (log10(range.upperBound) - log10(range.lowerBound))
    }
  }

  private static func ticks(
    around extent: ClosedRange<Double>, _ scale: AxisScale, _ maximumCount: Int, whole: Bool
  ) -> Ticks {
    switch scale {
    case .linear: .linear(covering: extent, maximumCount: maximumCount, whole: whole)
    case .logarithmic: .logarithmic(covering: extent, maximumCount: maximumCount)
    }
  }

  /// From the least to the greatest value that has a place; a plain range if none has.
  private static func extent(
    of values: some Sequence<Double>, scale: AxisScale, limits: ClosedRange<Double>?
  ) -> ClosedRange<Double> {
    if let limits, scale == .linear || limits.lowerBound > 0 { return limits }
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.isFinite && (scale == .linear || value > 0) {
      low = min(low, value)
      high = max(high, value)
    }
    if low <= high { return low...high }
    return scale == .linear ? 0...1 : 1...10
  }
}
