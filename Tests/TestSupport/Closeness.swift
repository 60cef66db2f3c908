/// The largest difference between two sequences, relative to the larger of 1 and the expected magnitude.
public func largestDifference<T: BinaryFloatingPoint>(_ found: [T], _ expected: [T]) -> T {
  guard found.count == expected.count else { return .infinity }
  var largest: T = 0
  for (a, b) in zip(found, expected) {
    let difference = abs(a - b) / max(1, abs(b))
    // NaN must fail the comparison, and max() would drop it.
    if !(difference <= largest) { largest = difference.isNaN ? .infinity : difference }
  }
  return largest
}
