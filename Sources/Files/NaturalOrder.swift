/// The order in which people number things: runs of digits compare as numbers, so `obj2` comes before `obj10`.
public enum NaturalOrder {
  /// Whether `left` comes before `right`.
  ///
  /// What is no digit compares byte by byte, the same in every locale. Names that differ in leading zeros alone have
  /// the one with fewer first.
  public static func precedes(_ left: String, _ right: String) -> Bool {
    let (a, b) = (Array(left.utf8), Array(right.utf8))
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if isDigit(a[i]), isDigit(b[j]) {
        let (first, second) = (number(a, from: &i), number(b, from: &j))
        if first.count != second.count { return first.count < second.count }
        if !first.elementsEqual(second) { return first.lexicographicallyPrecedes(second) }
      } else {
        if a[i] != b[j] { return a[i] < b[j] }
        i += 1
        j += 1
      }
    }
    if i < a.count || j < b.count { return j < b.count }
    return a.count != b.count ? a.count < b.count : a.lexicographicallyPrecedes(b)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// The digits at `position` without leading zeros; `position` moves behind them.
  private static func number(_ bytes: [UInt8], from position: inout Int) -> ArraySlice<UInt8> {
    let digits = bytes[position...].prefix(while: isDigit)
    position = digits.endIndex
    return digits.drop { $0 == UInt8(ascii: "0") }
  }
}
