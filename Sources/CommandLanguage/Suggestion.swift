import Options

extension ValueCompletion {
  /// The word of the value that was probably meant.
  func nearest(to text: String) -> String? {
    if case .words(let words) = self { Suggestion.nearest(to: text, among: words) } else { nil }
  }
}

/// The nearest of some names to a mistyped one.
public enum Suggestion {
  /// The candidate closest to `word`, the first of equals; nil if none is close enough to have been meant.
  public static func nearest(to word: String, among candidates: [String]) -> String? {
    let wanted = Array(word.lowercased().unicodeScalars.prefix(64))
    guard !wanted.isEmpty else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate != word {
      let letters = Array(candidate.lowercased().unicodeScalars.prefix(64))
      var distance = editDistance(wanted, letters)
      // An unfinished word was probably meant to go on.
      if wanted.count >= 2, letters.starts(with: wanted) { distance = 0 }
      let limit = max(1, (min(wanted.count, letters.count) + 1) / 3)
      guard distance <= limit, distance < min(wanted.count, letters.count) || distance == 0 else { continue }
      if best == nil || distance < best!.distance { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that lead from `a` to `b` (optimal string
  /// alignment).
  static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for row in 0..<a.count {
      var current = [row + 1]
      current.reserveCapacity(b.count + 1)
      for column in 0..<b.count {
        var cost = min(
          previous[column + 1] + 1, current[column] + 1, previous[column] + (a[row] == b[column] ? 0 : 1))
        if row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
          cost = min(cost, beforePrevious[column - 1] + 1)
        }
        current.append(cost)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[b.count]
  }
}
