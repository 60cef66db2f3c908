import JSONValues
import TestSupport
import Testing

@Suite struct JSONScannerTests {
  private func parsed(_ text: String) throws -> JSONValue { try JSONValue(parsing: text.utf8) }

  @Test(arguments: [
    #"{"a": [1, -2.5, 1e+20, true, false, null], "b": {"c": "d"}, "": []}"#, "\"\\u0001\\n\\\"\\\\ é \u{1F600}\"",
    "0.1",
    "-0.0", "9223372036854775807", "1e-320", "{}", "[]",
  ])
  func whatIsWrittenIsReadAgain(text: String) throws {
    let value = try parsed(text)
    #expect(value.description == text)
    #expect(try parsed(value.compact) == value)
  }

  @Test func numbersKeepTheirKind() throws {
    #expect(try parsed("[3, 3.0, 9223372036854775808, -0]") == [3, 3.0, 9_223_372_036_854_775_808.0, -0.0])
    let all: JSONValue = [.number(.nan), .number(-.infinity), 1, ["x": .number(.infinity)]]
    let back = try parsed(all.spellingAllNumbers.description).withNumbers
    #expect(back.array?[0].number?.isNaN == true)
    #expect(back.array?.dropFirst() == all.array?.dropFirst())
  }

  @Test func escapes() throws {
    #expect(try parsed(#""\u0041\uD83D\uDE00\/\b\f\r\t""#) == "A\u{1F600}/\u{8}\u{C}\r\t")
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{a:1}", "01", "+1", "1.", ".5", "1e",
    "--1", "NaN", "Infinity", "nul", "truefalse", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\uD83D\"", "\"\\uDE00\"",
    "\"\n\"", "1 1", "{} x", "1e999", "\u{FEFF}1", "'a'", "[1]]", "/**/1",
  ])
  func whatIsNoJSONIsRefused(text: String) {
    #expect(throws: JSONError.self) { try parsed(text) }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
      #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }
  }

  @Test func depthIsBounded() throws {
    let limit = JSONScanner.depthLimit
    _ = try parsed(String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
    #expect(throws: JSONError.self) { try parsed(String(repeating: "[", count: 100_000)) }
    #expect(throws: JSONError.self) { try parsed(String(repeating: "{\"a\":", count: limit + 1)) }
  }

  @Test func errorsSayWhere() {
    #expect {
      try parsed(#"{"a": 1, "a": 2}"#)
    } throws: {
      "\($0)" == "expected each name once at byte 9, found \"a\" twice"
    }
  }
}
