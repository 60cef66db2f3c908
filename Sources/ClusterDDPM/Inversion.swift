import Clustering
import ClusteringMethods
import Diffusion
import Images
import TensorEngine

extension ClusterDDPMModel: DiffusingMethod {
  public var process: DiffusionProcess { configuration.process }

  public func startingNoise(from sources: [RandomSource]) -> Tensor {
    .normals(imageShape: imageShape.dimensions, from: sources)
  }

  public func inverted(
    _ images: ImageSet, latents: Matrix, options: SamplingOptions, afterStep: (Int, Int) throws -> Void
  ) throws -> Tensor {
    let sampler = sampler(options)
    let (batches, steps) = (batches(of: images.count), sampler.times.count - 1)
    var noise: [Float] = []
    for (index, range) in batches.enumerated() {
      noise += try sampler.inverted(
        configuration.tensor(of: images, at: range),
        denoiser: denoiser(latents: latents.lists(range), guidanceScale: options.guidanceScale)
      ) { try afterStep(index * steps + $0, batches.count * steps) }.scalars
    }
    return Tensor(noise, shape: [images.count] + imageShape.dimensions)
  }

  public func denoised(
    _ noise: Tensor, latents: Matrix, options: SamplingOptions, source: RandomSource,
    afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet {
    let sampler = sampler(options)
    let (batches, steps) = (batches(of: latents.rows), sampler.times.count - 1)
    var pixels: [UInt8] = []
    for (index, range) in batches.enumerated() {
      let images = try sampler.denoised(
        noise.rows(range), from: range.map { source.derived($0) },
        denoiser: denoiser(latents: latents.lists(range), guidanceScale: options.guidanceScale)
      ) { try afterStep(index * steps + $0, batches.count * steps) }
      pixels += imageSet(of: images).pixels
    }
    return ImageSet(
      count: latents.rows, height: imageShape.height, width: imageShape.width, channelCount: imageShape.channels,
      pixels: pixels)
  }

  public func denoisingPath(
    from noise: Tensor, latents: Matrix, options: SamplingOptions, count: Int, afterStep: (Int, Int) throws -> Void
  ) throws -> [DenoisingStage] {
    let sampler = sampler(options)
    let (batches, steps) = (batches(of: latents.rows), sampler.times.count - 1)
    precondition((2...steps + 1).contains(count), "\(count) stages of \(steps) steps")
    let shown = (0..<count).map { ($0 * steps + (count - 1) / 2) / (count - 1) }
    var noisy = [[UInt8]](repeating: [], count: count)
    var clean = noisy
    for (index, range) in batches.enumerated() {
      let path = try sampler.trajectory(
        from: noise.rows(range), at: shown,
        denoiser: denoiser(latents: latents.lists(range), guidanceScale: options.guidanceScale)
      ) { try afterStep(index * steps + $0, batches.count * steps) }
      for (stage, found) in path.enumerated() {
        noisy[stage] += imageSet(of: found.noisy).pixels
        clean[stage] += imageSet(of: found.clean).pixels
      }
    }
    func images(_ pixels: [UInt8]) -> ImageSet {
      ImageSet(
        count: latents.rows, height: imageShape.height, width: imageShape.width, channelCount: imageShape.channels,
        pixels: pixels)
    }
    return shown.enumerated().map { stage, place in
      DenoisingStage(time: sampler.times[place], noisy: images(noisy[stage]), clean: images(clean[stage]))
    }
  }

  public func latent(ofCluster cluster: Int, source: RandomSource) throws -> [Double] {
    guard let mixture else { throw ModelError.noMixture(action: "sampling") }
    return drawnLatent(ofCluster: cluster, mixture, source)
  }

  private func sampler(_ options: SamplingOptions) -> Sampler {
    Sampler(
      process: configuration.process, method: options.method, variance: configuration.samplingVariance,
      steps: options.steps)
  }

  private func batches(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: evaluationBatch).map { $0..<min($0 + evaluationBatch, count) }
  }
}

extension Matrix {
  /// Some rows, each a list.
  fileprivate func lists(_ range: Range<Int>) -> [[Double]] { range.map { Array(row($0)) } }
}
