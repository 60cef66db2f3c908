/// How images are drawn from a model.
public struct SamplingOptions: Sendable, Equatable {
  public var method: SamplingMethod
  public var steps: Int
  /// w in ε̂ = (1 + w)·ε_θ(x, t, z) − w·ε_θ(x, t, 0), as the published ClusterDDPM code computes it; 0 for none.
  public var guidanceScale: Double

  public init(method: SamplingMethod = .ddim, steps: Int = 50, guidanceScale: Double = 0) {
    (self.method, self.steps, self.guidanceScale) = (method, steps, guidanceScale)
  }
}
