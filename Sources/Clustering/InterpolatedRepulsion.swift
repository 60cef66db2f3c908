extension TSNERepulsion {
  /// From the slopes of a potential on a grid (`PlanarPotential`): time grows with the points, and by a transform whose
  /// size is that of the embedding.
  ///
  /// With φ(z) = Σ_j 1/(1 + |z − y_j|²), Z is Σ_i φ(y_i) − n, and r_i is −½ ∇φ(y_i).
  public static let interpolated = TSNERepulsion(name: "interpolated") {
    let potential = PlanarPotential()
    return { positions in
      potential.place(over: positions)
      var (sum, _, forces) = potential.values(at: positions)
      for i in forces.indices { forces[i] *= -0.5 }
      return RepulsiveForces(forces: forces, normaliser: sum - Double(positions.count / 2))
    }
  }
}
