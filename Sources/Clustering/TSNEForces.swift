import CKernels
import ElementaryFunctions
import TensorEngine

/// Attraction, repulsion and divergence of points in the plane, by exact sums over all pairs.
///
/// With q_ij = 1/(1 + |y_i − y_j|²) and Z = Σ_{i≠j} q_ij, the gradient of KL(P‖Q) by y_i is 4·(a_i − r_i/Z), where
/// a_i = Σ_j p_ij q_ij (y_i − y_j) and r_i = Σ_j q_ij² (y_i − y_j).
package struct TSNEForces {
  /// Points that one piece of work moves; fixed, so that sums do not depend on the number of threads.
  private static let rowBlock = 64

  private let affinities: TSNEAffinities
  private let singleValues: [Float]
  /// Σ p log p, the part of the divergence that no movement changes.
  private let negativeEntropy: Double

  package init(_ affinities: TSNEAffinities) {
    self.affinities = affinities
    singleValues = affinities.values.map(Float.init)
    negativeEntropy = affinities.values.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
  }

  private struct Part: Sendable {
    var attraction: [Float]
    var repulsion: [Float]
    var mass: Double
  }

  /// A quarter of the gradient of KL, attraction times `exaggeration`: [2, n], x before y. `normaliser` is Z.
  package func gradient(at positions: [Double], exaggeration: Double) -> (gradient: [Double], normaliser: Double) {
    let n = affinities.pointCount
    precondition(positions.count == 2 * n, "\(positions.count) coordinates for \(n) points in the plane")
    let single = positions.map(Float.init)
    let parts = map { range in
      let count = range.count
      var part = Part(
        attraction: Array(repeating: 0, count: 2 * count), repulsion: Array(repeating: 0, count: 2 * count), mass: 0)
      var masses = [Double](repeating: 0, count: count)
      single.withUnsafeBufferPointer { xy in
        let x = xy.baseAddress!
        part.repulsion.withUnsafeMutableBufferPointer { force in
          ck_tsne_repulsion(
            x, x + n, n, range.lowerBound, count, force.baseAddress, force.baseAddress! + count, &masses)
        }
        part.attraction.withUnsafeMutableBufferPointer { force in
          ck_tsne_attraction(
            x, x + n, affinities.rowStarts, affinities.columns, singleValues, range.lowerBound, count,
            force.baseAddress, force.baseAddress! + count)
        }
      }
      part.mass = masses.reduce(0, +)
      return part
    }
    // Two points far apart have a q of 0 in single precision.
    let normaliser = max(parts.reduce(0) { $0 + $1.mass }, Double.leastNormalMagnitude)
    var gradient = [Double](repeating: 0, count: 2 * n)
    var row = 0
    for part in parts {
      let count = part.attraction.count / 2
      for i in 0..<count {
        gradient[row + i] = exaggeration * Double(part.attraction[i]) - Double(part.repulsion[i]) / normaliser
        gradient[n + row + i] =
          exaggeration * Double(part.attraction[count + i]) - Double(part.repulsion[count + i]) / normaliser
      }
      row += count
    }
    return (gradient, normaliser)
  }

  /// KL(P‖Q) = Σ p log p + Σ p log(1 + |y_i − y_j|²) + log Z, without exaggeration.
  package func divergence(at positions: [Double], normaliser: Double) -> Double {
    let n = affinities.pointCount
    let parts = map { range in
      var sum = 0.0
      for row in range {
        for entry in Int(affinities.rowStarts[row])..<Int(affinities.rowStarts[row + 1]) {
          let column = Int(affinities.columns[entry])
          let dx = positions[row] - positions[column]
          let dy = positions[n + row] - positions[n + column]
          sum += affinities.values[entry] * log1p(dx * dx + dy * dy)
        }
      }
      return sum
    }
    return negativeEntropy + parts.reduce(0, +) + log(normaliser)
  }

  private func map<Result: Sendable>(_ body: (Range<Int>) -> Result) -> [Result] {
    let n = affinities.pointCount
    return Parallel.map((n + Self.rowBlock - 1) / Self.rowBlock) { block in
      body(block * Self.rowBlock..<min(n, (block + 1) * Self.rowBlock))
    }
  }
}
