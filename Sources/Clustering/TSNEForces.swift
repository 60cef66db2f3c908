import CKernels
import ElementaryFunctions
import TensorEngine

/// Attraction, repulsion and divergence of points in the plane.
///
/// With q_ij = 1/(1 + |y_i − y_j|²) and Z = Σ_{i≠j} q_ij, the gradient of KL(P‖Q) by y_i is 4·(a_i − r_i/Z), where
/// a_i = Σ_j p_ij q_ij (y_i − y_j) and r_i = Σ_j q_ij² (y_i − y_j) (van der Maaten and Hinton 2008). The affinities are
/// sparse, so attraction is always summed exactly; repulsion is what methods differ in.
package struct TSNEForces {
  private let affinities: TSNEAffinities
  private let singleValues: [Float]
  /// Σ p log p, the part of the divergence that no movement changes.
  private let negativeEntropy: Double
  private let repulsion: TSNERepulsion.Solver

  package init(_ affinities: TSNEAffinities, repulsion: TSNERepulsion) {
    self.affinities = affinities
    self.repulsion = repulsion.solver()
    singleValues = affinities.values.map(Float.init)
    negativeEntropy = affinities.values.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
  }

  /// A quarter of the gradient of KL, attraction times `exaggeration`: [2, n], x before y. `normaliser` is Z.
  package func gradient(at positions: [Double], exaggeration: Double) -> (gradient: [Double], normaliser: Double) {
    let n = affinities.pointCount
    precondition(positions.count == 2 * n, "\(positions.count) coordinates for \(n) points in the plane")
    let (attraction, _) = PlanarKernels.forces(at: positions) { x, y, range, forceX, forceY in
      ck_tsne_attraction(
        x, y, affinities.rowStarts, affinities.columns, singleValues, range.lowerBound, range.count, forceX, forceY)
    }
    let repulsion = repulsion(positions)
    // Two points far apart have a q of 0 in single precision.
    let normaliser = max(repulsion.normaliser, Double.leastNormalMagnitude)
    let gradient = zip(attraction, repulsion.forces).map { exaggeration * $0 - $1 / normaliser }
    return (gradient, normaliser)
  }

  /// KL(P‖Q) = Σ p log p + Σ p log(1 + |y_i − y_j|²) + log Z, without exaggeration.
  package func divergence(at positions: [Double], normaliser: Double) -> Double {
    let n = affinities.pointCount
    let parts = Parallel.map(PlanarKernels.blockCount(n)) { block in
      let range = PlanarKernels.range(ofBlock: block, of: n)
      return positions.withUnsafeBufferPointer { y in
        ck_tsne_divergence(
          y.baseAddress, y.baseAddress! + n, affinities.rowStarts, affinities.columns, affinities.values,
          range.lowerBound, range.count)
      }
    }
    return negativeEntropy + parts.reduce(0, +) + log(normaliser)
  }
}
