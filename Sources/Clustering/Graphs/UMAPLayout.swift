import ElementaryFunctions
import TensorEngine

/// The descent by which UMAP moves points: an edge draws its two points together in as many epochs as its weight is of the
/// largest, from each end, and the point at that end is pushed away from others drawn at random.
///
/// umap-learn's threads write over each other. Here points are dealt to sixteen blocks, and an epoch goes twice through
/// sixteen rounds, in each of which every block meets one other, or itself: a meeting goes through half of the edges between
/// the two, one after the other, and moves nobody else's points, so that meetings of a round go on at the same time
/// (stratified gradient descent: Gemulla et al., "Large-scale matrix factorization with distributed stochastic gradient
/// descent", 2011). Points that push are seen where they were when the round began. What a meeting draws depends on the
/// epoch, the round and on who meets.
///
/// Two things matter here. Both ends of an edge move at once: where each point moved by itself, seeing the others where they
/// had been, a tenth of the mutual information with the labels of small digits was lost. And the other end of an edge has
/// its turn half an epoch later: close ones draw each other past one another, which a second draw at once would take back;
/// 70,000 digits then came apart less, and a mixture found 0.88 of them instead of 0.93.
struct UMAPLayout: Sendable {
  private let curve: UMAPCurve
  private let dimension: Int
  /// Coordinates by fours, `stride` of them a place; what is over is 0. Block after block, the points i, i + 16, … in
  /// block i.
  private var places: [SIMD4<Float>]
  private let stride: Int
  /// The places of each block, and one number more.
  private let blockStarts: [Int]
  private let rounds: [[Meeting]]

  private static let blockCount = 16
  private static let longestMove: Float = 4

  /// Two blocks, or one and itself, and the edges between them.
  private struct Meeting: Sendable {
    let first: Int
    let second: Int
    var edges: [Edge] = []
  }

  /// An edge from the end that is pushed; ends count from the first place of the first block, then on in the second.
  private struct Edge: Sendable {
    let head: Int32
    let tail: Int32
    /// The weight as a share of the largest.
    let share: Double
  }

  init(_ graph: SymmetricGraph, curve: UMAPCurve, start: Matrix) {
    let n = graph.pointCount
    let blockCount = Self.blockCount
    precondition(start.rows == n, "\(start.rows) places for \(n) points")
    self.curve = curve
    dimension = start.columns
    stride = (dimension + 3) / 4
    var starts = [0]
    for block in 0..<blockCount { starts.append(starts[block] + (n - block + blockCount - 1) / blockCount) }
    blockStarts = starts
    var rounds = Self.schedule + Self.schedule
    var meetingOf = [[(round: Int, number: Int)]](
      repeating: [(round: Int, number: Int)](repeating: (0, 0), count: blockCount), count: blockCount)
    for (round, meetings) in Self.schedule.enumerated() {
      for (number, meeting) in meetings.enumerated() { meetingOf[meeting.first][meeting.second] = (round, number) }
    }
    let largest = graph.weights.max() ?? 1
    for point in 0..<n {
      let block = point % blockCount
      for (column, weight) in graph.edges(of: point) {
        let other = Int(column)
        let otherBlock = other % blockCount
        let (first, second) = (min(block, otherBlock), max(block, otherBlock))
        func end(_ point: Int, _ block: Int) -> Int32 {
          Int32(point / blockCount + (block == first ? 0 : starts[first + 1] - starts[first]))
        }
        let place = meetingOf[first][second]
        // One end of an edge in the first half of an epoch, the other in the second; as many ends of a block in either.
        let comesFirst = first == second ? point < other : (block == first) == ((first + second) % 2 == 0)
        rounds[place.round + (comesFirst ? 0 : blockCount)][place.number].edges.append(
          Edge(head: end(point, block), tail: end(other, otherBlock), share: weight / largest))
      }
    }
    self.rounds = rounds
    var places = [SIMD4<Float>](repeating: .zero, count: n * stride)
    for row in 0..<n {
      let place = starts[row % blockCount] + row / blockCount
      for axis in 0..<dimension { places[place * stride + axis / 4][axis % 4] = Float(start[row, axis]) }
    }
    self.places = places
  }

  /// Every block with itself, then with each other one, all of them in every round (the circle method of tournaments).
  private static var schedule: [[Meeting]] {
    let count = blockCount
    var rounds = [(0..<count).map { Meeting(first: $0, second: $0) }]
    for round in 0..<count - 1 {
      rounds.append(
        (0..<count / 2).map { pair in
          let a = pair == 0 ? count - 1 : (round + pair) % (count - 1)
          let b = (round + count - 1 - pair) % (count - 1)
          return Meeting(first: min(a, b), second: max(a, b))
        })
    }
    return rounds
  }

  /// A point a row, in the order of the graph's.
  var positions: Matrix {
    let n = blockStarts[Self.blockCount]
    var result = Matrix(rows: n, columns: dimension)
    for row in 0..<n {
      let place = blockStarts[row % Self.blockCount] + row / Self.blockCount
      for axis in 0..<dimension { result[row, axis] = Double(places[place * stride + axis / 4][axis % 4]) }
    }
    return result
  }

  /// One epoch, counted from 1; the cross-entropy of an edge with what pushes its end, the mean over those drawn in the
  /// epoch that end in the first block, 0 if none was.
  mutating func advance(epoch: Int, rate: Double, negativeSampleCount: Int, random: RandomSource) -> Double {
    var entropy = (sum: 0.0, count: 0)
    for (round, meetings) in rounds.enumerated() {
      let frozen = places
      let random = random.derived(round)
      let outcomes = Parallel.map(meetings.count) { number in
        met(
          meetings[number], among: frozen, epoch: epoch, rate: Float(rate),
          negativeSampleCount: negativeSampleCount,
          random: random.derived(meetings[number].first * Self.blockCount + meetings[number].second))
      }
      for (meeting, outcome) in zip(meetings, outcomes) {
        let first = coordinates(of: meeting.first)
        places.replaceSubrange(first, with: outcome.places.prefix(first.count))
        if meeting.second != meeting.first {
          places.replaceSubrange(coordinates(of: meeting.second), with: outcome.places.dropFirst(first.count))
        }
        entropy.sum += outcome.entropy
        entropy.count += outcome.edgeCount
      }
    }
    return entropy.count > 0 ? entropy.sum / Double(entropy.count) : 0
  }

  private func coordinates(of block: Int) -> Range<Int> {
    blockStarts[block] * stride..<blockStarts[block + 1] * stride
  }

  /// What a meeting comes to: the places of both blocks, and the cross-entropy over so many edges.
  private struct Outcome: Sendable {
    var places: [SIMD4<Float>]
    var entropy = 0.0
    var edgeCount = 0
  }

  private func met(
    _ meeting: Meeting, among frozen: [SIMD4<Float>], epoch: Int, rate: Float, negativeSampleCount: Int,
    random: RandomSource
  ) -> Outcome {
    let firstSize = blockStarts[meeting.first + 1] - blockStarts[meeting.first]
    let pointCount = blockStarts[Self.blockCount]
    var outcome = Outcome(places: Array(frozen[coordinates(of: meeting.first)]))
    if meeting.second != meeting.first { outcome.places += frozen[coordinates(of: meeting.second)] }
    let measures = meeting.first == 0
    let (a, b) = (curve.a, curve.b)
    var stream = random.makeStream()
    var entropy = 0.0
    var edgeCount = 0
    outcome.places.withUnsafeMutableBufferPointer { own in
      frozen.withUnsafeBufferPointer { all in
        for edge in meeting.edges {
          // Drawn whenever epochs times share passes a whole number.
          guard (Double(epoch) * edge.share).rounded(.down) > (Double(epoch - 1) * edge.share).rounded(.down) else {
            continue
          }
          let head = Int(edge.head) * stride
          let tail = Int(edge.tail) * stride
          let squared = Self.squaredDistance(own.baseAddress! + head, own.baseAddress! + tail, stride)
          let raised = squared > 0 ? exp(b * log(squared)) : 0
          if measures {
            entropy += log1p(a * raised)
            edgeCount += 1
          }
          if squared > 0 {
            let pull = Float(-2 * a * b * (raised / squared) / (1 + a * raised))
            for part in 0..<stride {
              let step = rate * Self.clipped(pull * (own[head + part] - own[tail + part]))
              own[head + part] += step
              own[tail + part] -= step
            }
          }
          let place =
            Int(edge.head) < firstSize
            ? blockStarts[meeting.first] + Int(edge.head)
            : blockStarts[meeting.second] + Int(edge.head) - firstSize
          for _ in 0..<negativeSampleCount {
            let drawn = stream.integer(below: pointCount)
            let squared = Self.squaredDistance(own.baseAddress! + head, all.baseAddress! + drawn * stride, stride)
            guard drawn != place, squared > 0 else { continue }
            let raised = exp(b * log(squared))
            if measures { entropy += log1p(1 / (a * raised)) }
            let push = Float(2 * b / ((0.001 + squared) * (1 + a * raised)))
            for part in 0..<stride {
              own[head + part] += rate * Self.clipped(push * (own[head + part] - all[drawn * stride + part]))
            }
          }
        }
      }
    }
    (outcome.entropy, outcome.edgeCount) = (entropy, edgeCount)
    return outcome
  }

  private static func squaredDistance(
    _ a: UnsafePointer<SIMD4<Float>>, _ b: UnsafePointer<SIMD4<Float>>, _ count: Int
  ) -> Double {
    var sum = SIMD4<Float>.zero
    for part in 0..<count {
      let difference = a[part] - b[part]
      sum += difference * difference
    }
    return Double((sum.x + sum.z) + (sum.y + sum.w))
  }

  private static func clipped(_ move: SIMD4<Float>) -> SIMD4<Float> {
    move.clamped(lowerBound: SIMD4(repeating: -longestMove), upperBound: SIMD4(repeating: longestMove))
  }
}
