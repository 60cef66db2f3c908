import Figures
import Glibc
import TensorEngine
import Testing

/// The value that a label stands for.
private func value(_ label: String, exponent: Int) -> Double {
  let plain = String(label.map { $0 == "−" ? "-" : $0 })
  return strtod("\(plain)e\(exponent)", nil)
}

private func closeEnough(_ a: Double, _ b: Double, scale: Double) -> Bool { abs(a - b) <= 1e-9 * scale }

@Suite("Linear ticks")
struct LinearTicksTests {
  @Test("cover any range, 1, 2 or 5 times a power of ten apart, as many as allowed and no more")
  func properties() {
    var random = RandomSource(seed: 11).makeStream()
    for _ in 0..<2_000 {
      let size = pow(10, 24 * random.uniform() - 12)
      let low = (random.uniform() - 0.5) * size
      let high = low + size * pow(10, -5 * random.uniform())
      let maximumCount = 3 + Int(10 * random.uniform())
      let ticks = Ticks.linear(covering: low...high, maximumCount: maximumCount)
      let step = ticks.values[1] - ticks.values[0]
      let context = "\(low)...\(high), at most \(maximumCount): \(ticks)"
      #expect((2...maximumCount).contains(ticks.values.count), "\(context)")
      #expect(ticks.values[0] <= low + 1e-8 * step && ticks.values.last! >= high - 1e-8 * step, "\(context)")
      // None beyond the first that covers.
      #expect(ticks.values[1] > low && ticks.values[ticks.values.count - 2] < high, "\(context)")
      let mantissa = step / pow(10, (log10(step) + 1e-6).rounded(.down))
      #expect([1, 2, 5].contains { closeEnough(mantissa, $0, scale: 1e3) }, "\(context)")
      for (tick, label) in zip(ticks.values, ticks.labels) {
        #expect(
          closeEnough(value(label, exponent: ticks.exponent), tick, scale: max(abs(low), abs(high))), "\(context)")
      }
      #expect(Set(ticks.labels).count == ticks.labels.count, "\(context)")
    }
  }

  @Test("familiar ranges give familiar labels")
  func familiar() {
    #expect(Ticks.linear(covering: 0...1, maximumCount: 6).labels == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(Ticks.linear(covering: 0.3...0.9, maximumCount: 8).values.first == 0.3)
    #expect(Ticks.linear(covering: -7...12, maximumCount: 6).labels == ["−10", "−5", "0", "5", "10", "15"])
    let thousands = Ticks.linear(covering: 0...200_000, maximumCount: 5)
    #expect(thousands.labels == ["0", "50", "100", "150", "200"])
    #expect(thousands.factor == "×10³")
    let small = Ticks.linear(covering: 0...2e-4, maximumCount: 3)
    #expect(small.labels == ["0", "1", "2"])
    #expect(small.factor == "×10⁻⁴")
  }

  @Test("a range without extent is widened around its value", arguments: [0, 5, -0.25, 1e-30, 3e12, 1e300, -1e308])
  func degenerate(value: Double) {
    let ticks = Ticks.linear(covering: value...value, maximumCount: 6)
    #expect((2...6).contains(ticks.values.count))
    #expect(ticks.values.allSatisfy { $0.isFinite })
    if abs(value) < 1e300 { #expect(ticks.values[0] < value && ticks.values.last! > value) }
  }

  @Test("a range that spans all numbers does not overflow")
  func huge() {
    let ticks = Ticks.linear(
      covering: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, maximumCount: 5)
    #expect(ticks.values.allSatisfy { $0.isFinite })
  }

  @Test("counts have whole ticks", arguments: [1...1, 1...2, 0...3, 1...12, 1...500] as [ClosedRange<Double>])
  func whole(range: ClosedRange<Double>) {
    let ticks = Ticks.linear(covering: range, maximumCount: 8, whole: true)
    #expect(ticks.values.allSatisfy { $0 == $0.rounded() })
    #expect(ticks.labels == ticks.values.map { "\(Int($0))" })
  }

  @Test("fewer than three ticks are never asked of a range around zero")
  func fewest() {
    #expect(Ticks.linear(covering: -1...1, maximumCount: 1).values.count <= 3)
  }
}

@Suite("Logarithmic ticks")
struct LogarithmicTicksTests {
  @Test("cover any range, at 1, 2 or 5 times powers of ten, within the count")
  func properties() {
    var random = RandomSource(seed: 12).makeStream()
    for _ in 0..<1_000 {
      let low = pow(10, 30 * random.uniform() - 15)
      let high = low * pow(10, 12 * random.uniform())
      let maximumCount = 3 + Int(8 * random.uniform())
      let ticks = Ticks.logarithmic(covering: low...high, maximumCount: maximumCount)
      let context = "\(low)...\(high), at most \(maximumCount): \(ticks)"
      #expect((2...maximumCount).contains(ticks.values.count), "\(context)")
      #expect(ticks.values[0] <= low * (1 + 1e-8) && ticks.values.last! >= high * (1 - 1e-8), "\(context)")
      #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 }, "\(context)")
      for tick in ticks.values {
        let mantissa = tick / pow(10, (log10(tick) + 1e-9).rounded(.down))
        #expect([1, 2, 5].contains { closeEnough(mantissa, $0, scale: 1e3) }, "\(context)")
      }
    }
  }

  @Test("labels are plain near one and powers elsewhere")
  func labels() {
    #expect(Ticks.logarithmic(covering: 0.001...1, maximumCount: 6).labels == ["0.001", "0.01", "0.1", "1"])
    #expect(Ticks.logarithmic(covering: 0.02...0.09, maximumCount: 6).labels == ["0.02", "0.05", "0.1"])
    #expect(Ticks.logarithmic(covering: 1e-6...1e-4, maximumCount: 4).labels == ["10⁻⁶", "10⁻⁵", "10⁻⁴"])
    #expect(Ticks.logarithmic(covering: 3...3, maximumCount: 4).labels == ["2", "5"])
    #expect(Ticks.logarithmic(covering: 100...100, maximumCount: 4).values.count == 2)
  }
}
