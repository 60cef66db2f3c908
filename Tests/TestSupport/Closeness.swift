/// FNV-1a over the bits of numbers: equal for the same bits and, in practice, for nothing else.
public func checksum(_ numbers: some Sequence<Double>) -> UInt64 {
  numbers.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1.bitPattern) &* 0x0000_0100_0000_01B3 }
}

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
