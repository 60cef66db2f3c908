import ElementaryFunctions

extension Tensor {
  /// ln Γ(x) of every x above 0, worked out in Double.
  public var logGamma: Tensor {
    let x = detached
    return mapped(GammaFunctions.logGamma).derived(from: [self]) { dy in [dy * x.mapped(GammaFunctions.digamma)] }
  }

  /// ψ(x), the derivative of ln Γ, of every x above 0, worked out in Double.
  public var digamma: Tensor {
    let x = detached
    return mapped(GammaFunctions.digamma).derived(from: [self]) { dy in [dy * x.mapped(GammaFunctions.trigamma)] }
  }

  private func mapped(_ function: (Double) -> Double) -> Tensor {
    Tensor(scalars.map { Float(function(Double($0))) }, shape: shape)
  }
}
