import Clustering
import ClusteringMethods
import Diffusion
import Images
import TensorEngine

/// A place in latent space to draw an image from, with a source for all its randomness.
struct LatentDraw {
  let latent: [Double]
  let source: RandomSource
}

extension ClusterDDPMModel: ReconstructingMethod {
  /// So many images of each cluster in `clusters` (Eq. 9-14): a component of the cluster by its weight, z from
  /// it, then the denoising. Images of a cluster follow one another.
  ///
  /// The images depend on the model, `number` (which call this is), the cluster and their position alone. Throws
  /// `ModelError.noMixture` before the first E-step, and whatever `afterStep` throws (called with steps done and asked).
  public func samples(
    counts: [Int], of clusters: [Int], options: SamplingOptions, number: Int,
    afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet {
    guard let mixture else { throw ModelError.noMixture(action: "sampling") }
    let root = source.derived("sampling").derived(number)
    let draws = zip(clusters, counts).flatMap { cluster, count in
      (0..<count).map { position in
        let source = root.derived(cluster).derived(position)
        return LatentDraw(latent: drawnLatent(ofCluster: cluster, mixture, source), source: source.derived("image"))
      }
    }
    return try denoised(draws, options: options, afterStep: afterStep)
  }

  /// Reconstructions of `images`: z is the encoder's μ. Errors as in `samples`.
  public func reconstructions(
    of images: ImageSet, options: SamplingOptions, afterStep: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> ImageSet {
    let latents = try latents(of: images)
    let root = source.derived("reconstruction")
    let draws = (0..<images.count).map { LatentDraw(latent: Array(latents.row($0)), source: root.derived($0)) }
    return try denoised(draws, options: options, afterStep: afterStep)
  }

  /// Steps that a sampler with these options takes: a discrete schedule has no more than its own.
  public func stepCount(_ options: SamplingOptions) -> Int {
    configuration.process.samplingTimes(steps: options.steps).count - 1
  }

  /// A component of a cluster by its weight, and z from it.
  func drawnLatent(ofCluster cluster: Int, _ mixture: GaussianMixture, _ source: RandomSource) -> [Double] {
    let members = clusterOfComponent.indices.filter { clusterOfComponent[$0] == cluster }
    precondition(!members.isEmpty, "cluster \(cluster) of \(configuration.clusterCount) has no components")
    let component = Self.drawn(from: members, weights: mixture.mixingWeights, source.derived("component"))
    return mixture.samples(of: [component], random: source.derived("latent")).elements
  }

  /// One of `members` by its weight; all alike if the weights are gone.
  private static func drawn(from members: [Int], weights: [Double], _ source: RandomSource) -> Int {
    let total = members.reduce(0) { $0 + weights[$1] }
    var stream = source.makeStream()
    guard total > 0 else { return members[stream.integer(below: members.count)] }
    var remaining = stream.uniform() * total
    for member in members.dropLast() {
      remaining -= weights[member]
      if remaining < 0 { return member }
    }
    return members.last!
  }

  private func denoised(
    _ draws: [LatentDraw], options: SamplingOptions, afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet {
    let sampler = Sampler(
      process: configuration.process, method: options.method, variance: configuration.samplingVariance,
      steps: options.steps)
    let batches = stride(from: 0, to: draws.count, by: evaluationBatch).map {
      draws[$0..<min($0 + evaluationBatch, draws.count)]
    }
    let stepsPerBatch = stepCount(options)
    var pixels: [UInt8] = []
    for (index, batch) in batches.enumerated() {
      let images = try sampler.sample(
        imageShape: imageShape.dimensions, from: batch.map(\.source),
        denoiser: denoiser(latents: batch.map(\.latent), guidanceScale: options.guidanceScale)
      ) { step in
        try afterStep(index * stepsPerBatch + step, batches.count * stepsPerBatch)
      }
      pixels += imageSet(of: images).pixels
    }
    return ImageSet(
      count: draws.count, height: imageShape.height, width: imageShape.width, channelCount: imageShape.channels,
      pixels: pixels)
  }

  /// The guided network as a function of x_t and the time.
  package func denoiser(latents: [[Double]], guidanceScale: Double) -> (Tensor, Double) -> Tensor {
    let z = Tensor(latents.joined().map(Float.init), shape: [latents.count, configuration.latentSize])
    let none = Tensor.zeros(z.shape)
    let w = Float(guidanceScale)
    let network = evaluatedNetwork
    return { noisy, time in
      var network = network
      let times = [Double](repeating: time, count: latents.count)
      let conditional = network.predict(noisy, times: times, latents: z, .evaluation)
      guard w != 0 else { return conditional }
      let unconditional = network.predict(noisy, times: times, latents: none, .evaluation)
      return conditional * (1 + w) - unconditional * w
    }
  }
}
