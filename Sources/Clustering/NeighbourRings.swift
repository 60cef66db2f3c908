import Interruptions
import TensorEngine

/// The nearest neighbours of some queries as rings: the k₁ nearest, then what makes them the k₂ nearest, and so on.
///
/// Who are in a ring is exact, as `NearestNeighbours` has it: by Σ_j (x_j − y_j)² in double precision, the lower row first
/// of equally near ones. Inside a ring they come by their rows. Where thousands of neighbours are asked for, as in the
/// paper's Table 3, that is far quicker than to sort them: few pairs must be looked at in double precision.
public enum NeighbourRings {
  /// `body` of each query's neighbours, in the order of the queries; of those that it is given, the first k are the k
  /// nearest, for each k of `counts`.
  ///
  /// Takes queries·points·columns operations in single precision. Traps unless `counts` are positive and ascending, and
  /// there are as many points as the largest.
  ///
  /// - Parameter progress: is told how many queries are done; what it throws ends the search.
  public static func map<Result: Sendable>(
    of queries: Matrix, among points: Matrix, counts: [Int], progress: (Int) throws -> Void = { _ in },
    _ body: @Sendable ([Int32]) -> Result
  ) throws -> [Result] {
    precondition(
      !counts.isEmpty && counts[0] > 0 && zip(counts, counts.dropFirst()).allSatisfy { $0 < $1 },
      "numbers of neighbours must be positive and ascending, not \(counts)")
    precondition(
      counts.last! <= points.rows, "\(counts.last!) neighbours were asked for where there are \(points.rows)")
    let search = try PairSearch(points, queries: queries, inOrder: true)
    var results: [Result] = []
    results.reserveCapacity(queries.rows)
    // So many that their products with all points take some megabytes.
    let size = min(max((1 << 22) / max(1, search.rowLength), 1), PairSearch.blockSize)
    let wave = size * 8
    for start in stride(from: 0, to: queries.rows, by: wave) {
      let end = min(start + wave, queries.rows)
      results += try PointKernels.mapBlocks(of: end - start, size: size) { range in
        let rows = range.map { Int32(start + $0) }
        let block = search.block(queries: rows)
        var products = [Float](repeating: 0, count: rows.count * search.rowLength)
        search.products(block, into: &products)
        return rows.indices.map { place in
          let begin = place * search.rowLength
          return body(
            rings(
              of: Int(rows[place]), products[begin..<begin + points.rows], queries, points, counts, slack: search.slack)
          )
        }
      }.joined()
      try progress(end)
    }
    return results
  }

  /// Bins that the products of a query are counted in.
  private static let binCount = 4096

  /// The rings of a query, given its products with all points.
  private static func rings(
    of query: Int, _ products: ArraySlice<Float>, _ queries: Matrix, _ points: Matrix, _ counts: [Int], slack: Double
  ) -> [Int32] {
    let brackets = brackets(products, counts, slack: slack)
    // Who is surely among the k nearest lies below the bracket, who surely is not above it.
    let reach = brackets.map(\.upperBound).max()!
    var candidates: [(row: Int32, product: Float)] = []
    candidates.reserveCapacity(counts.last! * 5 / 4)
    for (row, product) in products.enumerated() where !(product > reach) { candidates.append((Int32(row), product)) }
    let doubtful = candidates.indices.filter { place in
      let product = candidates[place].product
      return brackets.contains { !(product < $0.lowerBound) && !(product > $0.upperBound) }
    }
    let exact = PointKernels.squaredDistances(
      queries, query..<query + 1, to: points.selecting(doubtful.map { Int(candidates[$0].row) }))
    // A distance that is not a number is of no order: it counts as the farthest.
    let ordered = doubtful.indices.map { (exact[$0].isNaN ? .infinity : exact[$0], doubtful[$0]) }.sorted { $0 < $1 }

    var isTaken = [Bool](repeating: false, count: candidates.count)
    var found: [Int32] = []
    found.reserveCapacity(counts.last!)
    for (count, bracket) in zip(counts, brackets) {
      var chosen: [Int] = []
      var certain = 0
      for place in candidates.indices where candidates[place].product < bracket.lowerBound {
        certain += 1
        if !isTaken[place] { chosen.append(place) }
      }
      var missing = count - certain
      for (_, place) in ordered {
        guard missing > 0 else { break }
        let product = candidates[place].product
        guard !(product < bracket.lowerBound), !(product > bracket.upperBound) else { continue }
        missing -= 1
        if !isTaken[place] { chosen.append(place) }
      }
      chosen.sort()
      for place in chosen {
        isTaken[place] = true
        found.append(candidates[place].row)
      }
    }
    return found
  }

  /// For each k a range of products: those below belong to the k nearest, those above do not. It is everything where
  /// products say nothing.
  private static func brackets(
    _ products: ArraySlice<Float>, _ counts: [Int], slack: Double
  ) -> [ClosedRange<Float>] {
    let everything = -Float.infinity...Float.infinity
    var (lowest, highest) = (products.first!, products.first!)
    var sum: Float = 0
    for product in products {
      lowest = min(lowest, product)
      highest = max(highest, product)
      sum += product * 0
    }
    // 0 times what is not finite is no number.
    guard sum == 0, slack.isFinite else { return counts.map { _ in everything } }
    let scale = Float(binCount) / max(highest - lowest, .leastNormalMagnitude)
    guard scale.isFinite else { return counts.map { _ in everything } }
    var sizes = [Int32](repeating: 0, count: binCount + 1)
    func bin(_ product: Float) -> Int { Int((product - lowest) * scale) }
    for product in products { sizes[min(bin(product), binCount)] += 1 }
    var (reached, number) = (0, -1)
    // The k-th lies in a bin, whose edges are rounded; the k-th nearest is one slack from there, and each product one.
    let width = 1 / scale
    let margin = Float(2.01 * slack) + width + max(abs(lowest), abs(highest)) * 0x1p-20
    return counts.map { count in
      while reached < count {
        number += 1
        reached += Int(sizes[number])
      }
      let low = lowest + Float(number) * width
      return low - margin...low + width + margin
    }
  }
}
