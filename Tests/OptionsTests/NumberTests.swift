import Options
import TensorEngine
import Testing

@Suite struct NumberTests {
  @Test(
    arguments: [
      ("3", 3), ("-2", -2), ("+4", 4), ("70_000", 70_000), ("1e3", 1_000), ("5.0", 5), ("9223372036854775807", Int.max),
      ("1e15", 1_000_000_000_000_000), ("1.5", nil), ("1e-3", nil), ("_1", nil), ("1_", nil), ("1__0", nil),
      ("1_e3", nil),
      ("0x10", nil), ("", nil), ("-", nil), ("1e99", nil), ("9223372036854775808", nil), ("nan", nil), ("٣", nil),
    ] as [(String, Int?)])
  func integers(text: String, expected: Int?) {
    #expect(Number.integer(text) == expected)
  }

  @Test(
    arguments: [
      ("3", 3), ("-2.5", -2.5), ("1e-3", 0.001), (".5", 0.5), ("1_000.5", 1_000.5), ("inf", nil), ("0x1p3", nil),
      ("1e999", nil), ("1 ", nil), ("e5", nil),
    ] as [(String, Double?)])
  func reals(text: String, expected: Double?) {
    #expect(Number.real(text) == expected)
  }

  @Test func spellingsReadBack() {
    var stream = RandomSource(seed: 1).derived("numbers").makeStream()
    for _ in 0..<10_000 {
      let value = Double(bitPattern: stream.next())
      guard value.isFinite else { continue }
      #expect(Number.real(Number.spelling(value)) == value)
    }
    #expect(Number.spelling(5) == "5")
    #expect(Number.spelling(0.1) == "0.1")
  }
}
