import ElementaryFunctions

/// Round values along an axis, with their labels.
public struct Ticks: Sendable, Equatable {
  /// Ascending.
  public let values: [Double]
  /// One a value; times 10 to `exponent`, the value.
  public let labels: [String]
  /// The power of ten that the labels leave out; 0 unless the values are very large or very small.
  public let exponent: Int

  /// Ticks at 1, 2 or 5 times a power of ten apart, the first at or below `range` and the last at or above it.
  ///
  /// There are at most `maximumCount` (itself at least 3) and as many as that allows. A range without extent is
  /// widened first.
  public static func linear(covering range: ClosedRange<Double>, maximumCount: Int, whole: Bool = false) -> Ticks {
    let range = widened(range)
    let maximumCount = max(maximumCount, 3)
    // From the first step that could be fine enough, upwards: 1, 2, 5 of each power of ten.
    let finest = (range.upperBound - range.lowerBound) / Double(maximumCount)
    var power = Int(log10(finest).rounded(.down))
    if whole { power = max(power, 0) }
    while true {
      for mantissa in [1, 2, 5] {
        let step = Step(mantissa: mantissa, power: power)
        // Rounding must not add a tick to a range that starts or ends on one.
        let first = (step.count(upTo: range.lowerBound) + 1e-9).rounded(.down)
        let last = (step.count(upTo: range.upperBound) - 1e-9).rounded(.up)
        if last - first < Double(maximumCount) {
          return Ticks(Int(first)...Int(last), step: step)
        }
      }
      power += 1
    }
  }

  /// Ticks at powers of ten, or at 1, 2 and 5 times them where the range is short, covering it as `linear` does.
  ///
  /// - Parameter range: positive.
  public static func logarithmic(covering range: ClosedRange<Double>, maximumCount: Int) -> Ticks {
    precondition(range.lowerBound > 0, "a logarithmic axis needs positive values, not \(range.lowerBound)")
    let maximumCount = max(maximumCount, 3)
    let low = log10(range.lowerBound)
    let high = log10(range.upperBound)
    let tolerance = 1e-9
    // 1, 2, 5 of each decade; then 1 alone; then every second decade, and so on.
    let firstDecade = Int(low.rounded(.down))
    let lastDecade = Int(high.rounded(.up))
    var marks: [(mantissa: Int, power: Int)] = []
    for power in firstDecade...lastDecade {
      for mantissa in [1, 2, 5] { marks.append((mantissa, power)) }
    }
    func place(_ mark: (mantissa: Int, power: Int)) -> Double {
      Double(mark.power) + log10(Double(mark.mantissa))
    }
    let start = marks.lastIndex { place($0) <= low + tolerance } ?? 0
    let end = marks.firstIndex { place($0) >= high - tolerance } ?? marks.count - 1
    marks = Array(marks[min(start, end)...end])
    if marks.count == 1 { marks = [(1, marks[0].power), (1, marks[0].power + 1)] }
    var stride = 1
    while marks.count > maximumCount {
      let first = Int((low + tolerance).rounded(.down))
      let count = Int(((high - tolerance - Double(first)) / Double(stride)).rounded(.up))
      marks = (0...max(count, 1)).map { (1, first + $0 * stride) }
      stride += 1
    }
    let isPlain = marks.allSatisfy { (-3...4).contains($0.power) }
    return Ticks(
      values: marks.map { Step(mantissa: $0.mantissa, power: $0.power).value(1) },
      labels: marks.map { mark in
        if isPlain { return decimal(mark.mantissa, power: mark.power) }
        return (mark.mantissa == 1 ? "" : "\(mark.mantissa)×") + "10" + superscript(mark.power)
      }, exponent: 0)
  }

  /// The ticks inside `range` alone.
  public func inside(_ range: ClosedRange<Double>) -> Ticks {
    let slack = 1e-9 * (range.upperBound - range.lowerBound)
    let kept = values.indices.filter {
      values[$0] >= range.lowerBound - slack && values[$0] <= range.upperBound + slack
    }
    return Ticks(values: kept.map { values[$0] }, labels: kept.map { labels[$0] }, exponent: exponent)
  }

  /// The power of ten that the labels leave out, as in "×10⁶"; empty if it is 1.
  public var factor: String { exponent == 0 ? "" : "×10" + Self.superscript(exponent) }

  private init(values: [Double], labels: [String], exponent: Int) {
    self.values = values
    self.labels = labels
    self.exponent = exponent
  }

  private init(_ multiples: ClosedRange<Int>, step: Step) {
    let largest = max(abs(multiples.lowerBound), abs(multiples.upperBound)) * step.mantissa
    let magnitude = step.power + String(largest).count - 1
    // Large numbers are told in thousands, millions, and so on.
    let exponent: Int
    switch magnitude {
    case -3...4: exponent = 0
    case 5...: exponent = magnitude / 3 * 3
    default: exponent = magnitude
    }
    self.init(
      values: multiples.map { step.value($0) },
      labels: multiples.map { Self.decimal($0 * step.mantissa, power: step.power - exponent) },
      exponent: exponent)
  }

  /// A range wide enough to divide: a single value gets room on both sides, as much as a tenth of itself.
  private static func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    // Beyond this, differences overflow.
    let limit = 1e300
    let low = min(max(range.lowerBound, -limit), limit)
    let high = min(max(range.upperBound, -limit), limit)
    let size = max(abs(low), abs(high))
    if high - low > max(1e-9 * size, 1e-290) { return low...high }
    let room = size > 1e-280 ? 0.1 * size : 1
    return (low - room)...(high + room)
  }
}

// MARK: - Numbers

/// 1, 2 or 5 times a power of ten.
private struct Step {
  let mantissa: Int
  let power: Int

  /// Divides by powers of ten rather than multiply by negative ones, which are not exact: 3/10 is 0.3.
  func value(_ multiple: Int) -> Double {
    let digits = Double(multiple * mantissa)
    return power >= 0 ? digits * tenTo(power) : digits / tenTo(-power)
  }

  private func tenTo(_ exponent: Int) -> Double { ElementaryFunctions.power(10, exponent) }

  func count(upTo bound: Double) -> Double {
    let scaled = power >= 0 ? bound / tenTo(power) : bound * tenTo(-power)
    return scaled / Double(mantissa)
  }
}

extension Ticks {
  /// `digits` · 10^power written out, with a true minus sign.
  private static func decimal(_ digits: Int, power: Int) -> String {
    var text = String(abs(digits))
    if power >= 0 {
      if digits != 0 { text += String(repeating: "0", count: power) }
    } else {
      text = String(repeating: "0", count: max(0, 1 - power - text.count)) + text
      text.insert(".", at: text.index(text.endIndex, offsetBy: power))
    }
    return (digits < 0 ? "−" : "") + text
  }

  private static func superscript(_ exponent: Int) -> String {
    let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (exponent < 0 ? "⁻" : "") + String(String(abs(exponent)).map { raised[$0.wholeNumberValue!] })
  }
}
