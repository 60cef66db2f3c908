import ElementaryFunctions
import TensorEngine

/// The descent by which UMAP moves points: along each edge in as many epochs as its weight is of the largest, and away from
/// points drawn at random.
///
/// umap-learn moves both ends of an edge at once, edge after edge, on threads that write over each other. Here every point
/// goes through its own edges, one after the other from where the last one left it, and sees the others where they were
/// when its turn began: points take turns in `turnCount` groups, those of a group at the same time. An edge is drawn from
/// both ends, so that its points move each other twice, as they do there; a point expects the other to move as it does
/// itself. What a point draws depends on the epoch and the point alone.
struct UMAPLayout: Sendable {
  private let graph: SymmetricGraph
  /// Weights as shares of the largest.
  private let shares: [Double]
  private let curve: UMAPCurve
  private let dimension: Int
  /// Coordinates by fours, `stride` of them a point; what is over is 0.
  private var places: [SIMD4<Float>]
  private let stride: Int

  private static let turnCount = 8
  private static let blockSize = 128
  private static let longestMove: Float = 4

  init(_ graph: SymmetricGraph, curve: UMAPCurve, start: Matrix) {
    precondition(start.rows == graph.pointCount, "\(start.rows) places for \(graph.pointCount) points")
    let largest = graph.weights.max() ?? 1
    (self.graph, self.curve) = (graph, curve)
    shares = graph.weights.map { $0 / largest }
    dimension = start.columns
    stride = (dimension + 3) / 4
    var places = [SIMD4<Float>](repeating: .zero, count: start.rows * stride)
    for row in 0..<start.rows {
      for axis in 0..<dimension { places[row * stride + axis / 4][axis % 4] = Float(start[row, axis]) }
    }
    self.places = places
  }

  var positions: Matrix {
    var result = Matrix(rows: graph.pointCount, columns: dimension)
    for row in 0..<graph.pointCount {
      for axis in 0..<dimension { result[row, axis] = Double(places[row * stride + axis / 4][axis % 4]) }
    }
    return result
  }

  /// One epoch, counted from 1; the cross-entropy of an edge with what pushes it, the mean over the edges that every
  /// eighth point draws, 0 if those draw none.
  mutating func advance(epoch: Int, rate: Double, negativeSampleCount: Int, random: RandomSource) -> Double {
    let n = graph.pointCount
    var entropy = (sum: 0.0, count: 0)
    for turn in 0..<min(Self.turnCount, n) {
      let memberCount = (n - turn + Self.turnCount - 1) / Self.turnCount
      let blockCount = (memberCount + Self.blockSize - 1) / Self.blockSize
      let frozen = self
      let blocks = Parallel.map(blockCount) { block -> Moved in
        let members = block * Self.blockSize..<min(memberCount, (block + 1) * Self.blockSize)
        var moved = Moved(places: [], entropy: 0, edgeCount: 0)
        moved.places.reserveCapacity(members.count * frozen.stride)
        for member in members {
          frozen.move(
            turn + member * Self.turnCount, epoch: epoch, rate: Float(rate),
            negativeSampleCount: negativeSampleCount, random: random, measures: turn == 0, into: &moved)
        }
        return moved
      }
      for (block, moved) in blocks.enumerated() {
        let first = block * Self.blockSize
        for number in 0..<moved.places.count / stride {
          let point = turn + (first + number) * Self.turnCount
          for part in 0..<stride { places[point * stride + part] = moved.places[number * stride + part] }
        }
        entropy.sum += moved.entropy
        entropy.count += moved.edgeCount
      }
    }
    return entropy.count > 0 ? entropy.sum / Double(entropy.count) : 0
  }

  /// Where a block's points went, and their cross-entropy over so many edges.
  private struct Moved: Sendable {
    var places: [SIMD4<Float>]
    var entropy: Double
    var edgeCount: Int
  }

  private func move(
    _ point: Int, epoch: Int, rate: Float, negativeSampleCount: Int, random: RandomSource, measures: Bool,
    into moved: inout Moved
  ) {
    let (a, b) = (curve.a, curve.b)
    let n = graph.pointCount
    let own = moved.places.count
    for part in 0..<stride { moved.places.append(places[point * stride + part]) }
    var other = [SIMD4<Float>](repeating: .zero, count: stride)
    var stream = random.derived(point).makeStream()
    for edge in graph.rowStarts[point]..<graph.rowStarts[point + 1] {
      let share = shares[edge]
      guard (Double(epoch) * share).rounded(.down) > (Double(epoch - 1) * share).rounded(.down) else { continue }
      let neighbour = Int(graph.columns[edge]) * stride
      for part in 0..<stride { other[part] = places[neighbour + part] }
      for end in 0..<2 {
        let squared = Self.squaredDistance(moved.places, own, other, 0, count: stride)
        let raised = squared > 0 ? exp(b * log(squared)) : 0
        if measures && end == 0 {
          moved.entropy += log1p(a * raised)
          moved.edgeCount += 1
        }
        guard squared > 0 else { continue }
        let pull = Float(-2 * a * b * (raised / squared) / (1 + a * raised))
        for part in 0..<stride {
          let step = rate * Self.clipped(pull * (moved.places[own + part] - other[part]))
          moved.places[own + part] += step
          other[part] -= step
        }
      }
      for _ in 0..<negativeSampleCount {
        let drawn = stream.integer(below: n)
        let squared = Self.squaredDistance(moved.places, own, places, drawn * stride, count: stride)
        guard drawn != point, squared > 0 else { continue }
        let raised = exp(b * log(squared))
        if measures { moved.entropy += log1p(1 / (a * raised)) }
        let push = Float(2 * b / ((0.001 + squared) * (1 + a * raised)))
        for part in 0..<stride {
          moved.places[own + part] +=
            rate * Self.clipped(push * (moved.places[own + part] - places[drawn * stride + part]))
        }
      }
    }
  }

  private static func squaredDistance(
    _ a: [SIMD4<Float>], _ first: Int, _ b: [SIMD4<Float>], _ second: Int, count: Int
  ) -> Double {
    var sum = SIMD4<Float>.zero
    for part in 0..<count {
      let difference = a[first + part] - b[second + part]
      sum += difference * difference
    }
    return Double((sum.x + sum.z) + (sum.y + sum.w))
  }

  private static func clipped(_ move: SIMD4<Float>) -> SIMD4<Float> {
    move.clamped(lowerBound: SIMD4(repeating: -longestMove), upperBound: SIMD4(repeating: longestMove))
  }
}
