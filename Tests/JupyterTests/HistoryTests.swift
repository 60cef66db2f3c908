import JSONValues
import Jupyter
import Testing

@Suite struct EntryHistoryTests {
  private var history: EntryHistory {
    var history = EntryHistory()
    for (place, text) in ["seed 1", "load strokes", "seed 1", "model fast"].enumerated() {
      history.add(text, line: place + 1)
    }
    return history
  }

  private func lines(_ request: JSONObject) -> [Int?] {
    history.answer(to: request)["history"]?.array?.map { $0.array?[1].integer } ?? []
  }

  @Test func kindsOfRequests() {
    #expect(lines(["hist_access_type": "tail", "n": 2]) == [3, 4])
    #expect(lines(["hist_access_type": "range", "session": 0, "start": 2, "stop": 4]) == [2, 3])
    #expect(lines(["hist_access_type": "range", "session": 0, "start": 3]) == [3, 4])
    #expect(lines(["hist_access_type": "range", "session": 7, "start": 1, "stop": 4]) == [])
    #expect(lines(["hist_access_type": "search", "pattern": "seed*"]) == [1, 3])
    #expect(lines(["hist_access_type": "search", "pattern": "seed*", "unique": true]) == [3])
    #expect(lines(["hist_access_type": "search", "pattern": "*o*", "n": 1]) == [4])
  }

  @Test func outputsAreAskedFor() {
    let answer = history.answer(to: ["hist_access_type": "tail", "n": 1, "output": true])
    #expect(answer["history"] == [[1, 4, ["model fast", nil]]])
  }

  @Test(arguments: [
    ("", "", true), ("a", "", false), ("", "*", true), ("abc", "a*c", true), ("abc", "a?c", true),
    ("abcbd", "a*b?", true), ("abc", "a*b", false), ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "*a*a*a*a*c", false),
  ])
  func patterns(text: String, pattern: String, fits: Bool) {
    #expect(EntryHistory.fits(Array(text), Array(pattern)) == fits)
  }
}
