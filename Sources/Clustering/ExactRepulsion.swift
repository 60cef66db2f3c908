import CKernels

extension TSNERepulsion {
  /// Sums over all pairs, in single precision: n² operations (van der Maaten and Hinton 2008).
  public static let exact = TSNERepulsion(name: "exact") {
    { positions in forces(at: positions) }
  }

  private static func forces(at positions: [Double]) -> RepulsiveForces {
    let n = positions.count / 2
    let (forces, masses) = PlanarKernels.forces(at: positions) { x, y, range, forceX, forceY in
      var masses = [Double](repeating: 0, count: range.count)
      ck_tsne_repulsion(x, y, n, range.lowerBound, range.count, forceX, forceY, &masses)
      return masses.reduce(0, +)
    }
    return RepulsiveForces(forces: forces, normaliser: masses.reduce(0, +))
  }
}
