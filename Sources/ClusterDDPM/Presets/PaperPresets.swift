import Clustering
import ClusteringMethods
import Diffusion
import Images

extension Preset {
  /// The paper's Fashion-MNIST experiment: the published MNIST network at J = 64, with the paper's λ for it.
  public static let fashion = Preset(
    name: "fashion",
    summary: "ClusterDDPM as the paper has it for Fashion-MNIST, for 28×28 images",
    discussion: """
      The network and settings of reference with the paper's J and λ for Fashion-MNIST (arXiv 2312.08029). On two cores \
      it takes days where the paper trains for 580 epochs.
      """,
    sizes: "2011073 parameters, 64 latents, 10 clusters",
    examples: [("lambda=0.01", "another weight of the prior")],
    design: .reference,
    settings: { preset, clusterCount, images in
      var settings = Preset.reference.settings(preset, clusterCount, images)
      (settings.latentSize, settings.lambda) = (64, 0.001)
      return settings
    },
    recipe: Preset.reference.recipe)

  /// The paper's CIFAR-10 experiment as far as it is known.
  public static let cifar10 = Preset(
    name: "cifar10",
    summary: "ClusterDDPM with the paper's sizes for CIFAR-10, for 32×32 images",
    discussion: """
      The paper's U-Net with adaptive group normalisation in every block, attention at 8×8, and its J and λ for CIFAR-10 \
      (arXiv 2312.08029). The authors published code for MNIST alone: widths are chosen to come to the paper's 46.2 \
      million parameters, the schedule is Ho et al.'s, epochs are those for MNIST. On two cores an epoch takes hours.
      """,
    sizes: "46233091 parameters, 512 latents, 10 clusters",
    examples: [
      ("channels=32", "a network of a ninth the size"),
      ("ema=0.9999", "samples of averaged weights"),
    ],
    exampleData: "load strokes count=200 size=32 colour=rgb",
    design: .cifar10,
    settings: { preset, clusterCount, _ in
      .levelled(preset, clusterCount, latentSize: 512, lambda: 0.01, channelCount: 96, batchSize: 128)
    },
    recipe: Preset.reference.recipe)

  /// The paper's COIL-20 experiment as far as it is known.
  public static let coil20 = Preset(
    name: "coil20",
    summary: "ClusterDDPM with the paper's sizes for COIL-20, for 128×128 images",
    discussion: """
      The paper's U-Net with adaptive group normalisation in every block, attention at 4×4, and its J and λ for COIL-20 \
      (arXiv 2312.08029). The authors published code for MNIST alone: widths are chosen to come to the paper's 11.14 \
      million parameters, the schedule is Ho et al.'s, epochs are those for MNIST, and a step takes 16 images, for there \
      are few. On two cores an epoch takes minutes.
      """,
    sizes: "11143477 parameters, 10 latents, 10 clusters",
    examples: [("channels=16", "a network of a quarter the size")],
    exampleData: "load strokes count=200 size=128",
    design: .coil20,
    settings: { preset, clusterCount, _ in
      .levelled(preset, clusterCount, latentSize: 10, lambda: 0.05, channelCount: 32, batchSize: 16)
    },
    recipe: Preset.reference.recipe)
}

extension NetworkDesign {
  static let cifar10 = levelled("cifar10", LevelPlan(multipliers: [1, 2, 3, 4], attended: [2]))
  static let coil20 = levelled("coil20", LevelPlan(multipliers: [1, 1, 1, 4, 4, 6]))

  /// For images that come to 2×2 positions at least.
  private static func levelled(_ name: String, _ plan: LevelPlan) -> NetworkDesign {
    let divisor = plan.divisor
    return NetworkDesign(
      name: name,
      imageRequirement: "sides that are multiples of \(divisor), at least \(2 * divisor)",
      accepts: { shape in
        [shape.height, shape.width].allSatisfy { $0 % divisor == 0 && $0 >= 2 * divisor }
      },
      network: { images, channels, latentSize, source in
        LevelledNetwork(plan, images: images, channels: channels, latentSize: latentSize, source: source)
      })
  }
}

extension ModelConfiguration {
  /// What holds for the larger networks alike: Ho et al.'s schedule and rate, the published MNIST code's EM.
  fileprivate static func levelled(
    _ preset: Preset, _ clusterCount: Int, latentSize: Int, lambda: Double, channelCount: Int, batchSize: Int
  ) -> ModelConfiguration {
    ModelConfiguration(
      preset: preset.name, design: preset.design, latentSize: latentSize, clusterCount: clusterCount,
      componentCount: clusterCount, channelCount: channelCount,
      schedule: .discrete(DiscreteSchedule(.linearScaled)), target: .noise, pixelRange: .symmetric,
      batchSize: batchSize, learningRate: 1e-4, clippingNorm: nil, lambda: lambda, pretrainingWeight: 0,
      latentDropout: 0.1, responsibilities: .live, motion: nil, mixtureInput: .sample,
      mixtureOptions: GaussianMixture.Options(
        maximumIterations: 100, tolerance: 1e-3, regularisation: 1e-6, restarts: 1),
      firstFitCount: .max, grouping: .consensus, samplingVariance: .forward)
  }
}
