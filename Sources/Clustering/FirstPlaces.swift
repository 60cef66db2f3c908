/// Where rows of numbers stand first, by which a row that is one of them, to the bit, is found again.
public struct FirstPlaces: Sendable, Equatable {
  /// The first row of each key; never gone through in its own order.
  private let firstPlace: [UInt64: Int]

  /// Of `count` rows, each named by its `key`.
  public init(count: Int, key: (Int) -> UInt64) {
    var first: [UInt64: Int] = [:]
    first.reserveCapacity(count)
    for place in 0..<count {
      let key = key(place)
      if first[key] == nil { first[key] = place }
    }
    firstPlace = first
  }

  /// The first row of a key, which may be another's too: to be compared with what is looked for.
  public subscript(key: UInt64) -> Int? { firstPlace[key] }

  /// FNV-1a over the words of a row.
  @inlinable public static func key(_ words: some Sequence<UInt64>) -> UInt64 {
    words.reduce(14_695_981_039_346_656_037) { ($0 ^ $1) &* 1_099_511_628_211 }
  }
}
