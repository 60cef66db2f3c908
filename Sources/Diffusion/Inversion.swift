import ElementaryFunctions
import TensorEngine

extension Sampler {
  /// The x_T that DDIM's steps lead from to given images: they are gone backwards (Song et al. 2021, arXiv 2010.02502,
  /// section 4.3), each step solved for its beginning.
  ///
  /// A step from x' at the noisier t' to x = α·x̂0(x') + σ·ε̂(x') is undone by x' = (α'/α)·(x − σ·ε̂) + σ'·ε̂, or by
  /// x' = (σ'/σ)·(x − α·x̂0) + α'·x̂0: that which divides by the larger of α and σ is taken. As the estimates are of x', which
  /// is looked for, they begin with those of x and are asked for anew a few times. `denoised` with `.ddim` leads back, up to
  /// that.
  ///
  /// - Parameters:
  ///   - images: `[images, …]`.
  ///   - rounds: how often a step's estimates are asked for.
  ///   - afterStep: called with the number of steps done; what it throws ends the inversion.
  public func inverted(
    _ images: Tensor, rounds: Int = 3, denoiser: (Tensor, Double) -> Tensor, afterStep: (Int) throws -> Void = { _ in }
  ) rethrows -> Tensor {
    precondition(rounds > 0, "a step needs its estimates at least once")
    let levels = Array(times.map(process.schedule.level).reversed())
    var x = images
    for (index, (from, to)) in zip(levels, levels.dropFirst()).enumerated() {
      // The last of DDIM's steps ends at the clean image, whatever noise the schedule has left at time 0.
      let (signal, noise) = index == 0 ? (1, 0) : (from.signal, from.noise)
      var noisier = x
      for _ in 0..<rounds {
        let (x0, epsilon) = process.estimates(noisier, prediction: denoiser(noisier, to.time), at: to.time)
        noisier =
          signal > noise
          ? (x - epsilon * Float(noise)) * Float(to.signal / signal) + epsilon * Float(to.noise)
          : (x - x0 * Float(signal)) * Float(to.noise / noise) + x0 * Float(to.signal)
      }
      x = noisier
      try afterStep(index + 1)
    }
    return x
  }

  /// What a sampler passes through on its way: x_t before some of its steps, and the clean image that the step takes it
  /// for.
  ///
  /// Deterministic steps of first order (DDIM) from a given x_T, `[images, …]`.
  ///
  /// - Parameter stages: places among `times`, ascending; at the last of these both are the result.
  public func trajectory(
    from start: Tensor, at stages: [Int], denoiser: (Tensor, Double) -> Tensor,
    afterStep: (Int) throws -> Void = { _ in }
  ) rethrows -> [(time: Double, noisy: Tensor, clean: Tensor)] {
    precondition(
      zip(stages, stages.dropFirst()).allSatisfy { $0 < $1 } && stages.allSatisfy { times.indices.contains($0) },
      "\(stages) are no ascending places among \(times.count) times")
    var x = start
    var visited: [(time: Double, noisy: Tensor, clean: Tensor)] = []
    for (index, (from, to)) in zip(times, times.dropFirst()).enumerated() {
      let estimates = process.estimates(x, prediction: denoiser(x, from), at: from)
      if stages.contains(index) { visited.append((from, x, estimates.x0)) }
      let level = process.schedule.level(at: to)
      x =
        index == times.count - 2
        ? estimates.x0 : estimates.x0 * Float(level.signal) + estimates.epsilon * Float(level.noise)
      try afterStep(index + 1)
    }
    if stages.last == times.count - 1 { visited.append((0, x, x)) }
    return visited
  }
}

extension Tensor {
  /// Noise between two pieces of noise, image by image along the great circle, so that it stays as strong as noise is:
  /// (sin((1 − w)·θ)·a + sin(w·θ)·b)/sin θ with θ the angle between them (Shoemake 1985); `[images, …]`, untraced.
  ///
  /// - Parameter fractions: w for each image, 0 for `a` and 1 for `b`.
  public static func sphericalMixes(_ a: Tensor, _ b: Tensor, fractions: [Double]) -> Tensor {
    precondition(
      a.shape == b.shape && a.shape[0] == fractions.count,
      "noise of \(a.shape) and \(b.shape) is mixed by \(fractions.count) fractions")
    let (first, second) = (a.scalars, b.scalars)
    let size = first.count / max(fractions.count, 1)
    var mixed: [Float] = []
    mixed.reserveCapacity(first.count)
    for (image, fraction) in fractions.enumerated() {
      let range = image * size..<(image + 1) * size
      let (x, y) = (first[range], second[range])
      func product(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      let lengths = (product(x, x) * product(y, y)).squareRoot()
      let angle = acos(lengths > 0 ? min(max(product(x, y) / lengths, -1), 1) : 1)
      let whole = sin(angle)
      // Noise in one direction or in opposite ones has no circle of its own: mixed straight.
      let weights =
        whole > 1e-6 ? (sin((1 - fraction) * angle) / whole, sin(fraction * angle) / whole) : (1 - fraction, fraction)
      for index in range { mixed.append(first[index] * Float(weights.0) + second[index] * Float(weights.1)) }
    }
    return Tensor(mixed, shape: a.shape)
  }
}
