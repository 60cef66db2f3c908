import Baselines
import Images
import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

/// Losses, gradients and a step of each adversarial method's networks against PyTorch's, from the same weights and draws.
@Suite("Adversarial methods against PyTorch") struct AdversarialGoldenTests {
  struct Golden: Decodable {
    let terms: [Double]
    let gradients, after: [String: [Double]]
  }

  private static let goldens = Result { try golden("adversarial", in: .module, as: [String: Golden].self) }
  private let shape = ImageShape(height: 8, width: 8, channels: 2)
  private let widths = ImageWidths(4, 6, hidden: 10)
  private let real = formulaTensor([5, 8, 8, 2], "real", scale: 0.5, offset: 0.5)
  private let shares = formulaTensor([5, 1, 1, 1], "shares", scale: 0.5, offset: 0.5)

  /// Every parameter by the formula, by its path behind `prefix`.
  private func prepare(_ network: inout some Layer, _ prefix: String = "") {
    network.visitState { path, kind, tensor in
      guard kind == .parameter else { return }
      let shape = tensor.shape
      let isTransposed = (prefix + path).contains("generator.") && path.contains("convolution")
      let inputs = shape.count == 4 ? (isTransposed ? 4 * shape[3] : 16 * shape[2]) : shape[0]
      let (scale, offset): (Double, Double) =
        path.hasPrefix("mixture.") || path.hasSuffix("raw")
        ? (1, 0)
        : path.hasSuffix("weight")
          ? (1.5 / Double(inputs).squareRoot(), 0) : path.hasSuffix("gamma") ? (0.3, 1) : (0.2, 0)
      tensor = formulaTensor(shape, prefix + path, scale: scale, offset: offset)
    }
  }

  /// Compares the terms of a loss, its gradients, and what a step of Adam makes of the network.
  private func check<Network: Layer>(
    _ name: String, _ network: Network, _ prefix: String, _ optimiser: Adam,
    loss: (inout Network) -> (total: Tensor, terms: [Tensor])
  ) throws {
    let expected = try #require(Self.goldens.get()[name])
    var (network, optimiser) = (network, optimiser)
    let (_, gradients) = network.valueAndGradient { network in
      let found = loss(&network)
      #expect(found.terms.count == expected.terms.count)
      for (term, wanted) in zip(found.terms, expected.terms) {
        #expect(abs(Double(term.scalar) - wanted) < 1e-5 * abs(wanted), "\(name): \(term.scalar), not \(wanted)")
      }
      return found.total
    }
    let paths = network.state.filter { $0.kind == .parameter }.map { prefix + $0.path }
    #expect(Set(paths) == Set(expected.gradients.keys))
    let largest = expected.gradients.values.joined().map(abs).max()!
    var (error, size) = (0.0, 0.0)
    for (path, gradient) in zip(paths, gradients) {
      let wanted = try #require(expected.gradients[path])
      // What is nearly 0 is a difference of larger numbers; a bias before a batch norm has no gradient but by rounding.
      let scale = max(wanted.map(abs).max()!, (wanted.allSatisfy { abs($0) < 1e-12 } ? 1 : 1e-2) * largest)
      for (found, wanted) in zip(gradient.scalars, wanted) {
        #expect(abs(Double(found) - wanted) < 3e-5 * scale, "\(name), \(path): \(found), not \(wanted)")
        error += (Double(found) - wanted) * (Double(found) - wanted)
        size += wanted * wanted
      }
    }
    #expect((error / size).squareRoot() < 1e-5, "\(name)")
    _ = network.mutateParameters { optimiser.update(&$0, gradients: gradients) }
    for (path, _, tensor) in network.state.filter({ $0.kind == .parameter }) {
      // A first step of Adam is the gradient's sign, which of one that is nearly 0 is a matter of rounding.
      let gradient = try #require(expected.gradients[prefix + path])
      for (place, (found, wanted)) in zip(tensor.scalars, try #require(expected.after[prefix + path])).enumerated()
      where abs(gradient[place]) > 1e-4 * largest {
        #expect(
          abs(Double(found) - wanted) < 1e-5 * max(abs(wanted), 0.05), "\(name), \(path): \(found), not \(wanted)")
      }
    }
  }

  @Test func clusterGAN() throws {
    var networks = ClusterGANNetworks(
      shape, widths, noise: 3, classes: 4, slope: 0.2, source: RandomSource(seed: 0))
    prepare(&networks)
    let classes = Tensor(
      [2, 0, 3, 1, 2].flatMap { one in (0..<4).map { $0 == one ? Float(1) : 0 } }, shape: [5, 4])
    let code = Tensor.concatenatingChannels(formulaTensor([5, 3], "noise", scale: 0.2), classes)
    let optimiser = Adam(learningRate: 1e-4, beta1: 0.5, beta2: 0.9)

    var generator = networks.cycle.generator
    let drawn = generator(code, .batch).activated(.sigmoid)
    #expect(generator.state.map(\.tensor) == networks.cycle.generator.state.map(\.tensor))
    try check("clustergan critic", networks.critic, "critic.", optimiser) { critic in
      let found = critic.wassersteinLoss(real: real, drawn: drawn, shares: shares, weight: 10)
      return (found.loss, [found.distance, found.penalty])
    }
    let critic = networks.critic
    try check("clustergan cycle", networks.cycle, "cycle.", optimiser) { cycle in
      let found = cycle.lossTerms(code, noise: 3, critic: critic)
      return (found.critic + found.noise * 10 + found.classes * 10, [found.critic, found.noise, found.classes])
    }
  }

  @Test(
    arguments: zip(
      ["vagan gaussian", "vagan published student", "vagan student"],
      [LatentPrior.gaussian, .studentInGaussians, .student]))
  func vaGAN(name: String, prior: LatentPrior) throws {
    var networks = VaGANNetworks(
      shape, widths, latentSize: 3, clusterCount: 4, prior: prior, slope: 0.02, source: RandomSource(seed: 0))
    prepare(&networks.autoencoder, "autoencoder.")
    prepare(&networks.critic, "critic.")
    let noise = formulaTensor([5, 3], "noise", scale: 1.5)
    let proposals = formulaTensor([5, 3], "proposals", scale: 0.9)
    let drawn = networks.autoencoder.givenBack(real, noise: noise) { _ in proposals }
    let critic = networks.critic
    try check(
      name, networks.autoencoder, "autoencoder.", Adam(learningRate: 2e-3, beta1: 0.5, beta2: 0.99)
    ) { autoencoder in
      let found = autoencoder.lossTerms(real, noise: noise, critic: critic) { _ in proposals }
      return (found.critic + found.prior + found.reconstruction, [found.critic, found.prior, found.reconstruction])
    }
    guard prior == .gaussian else { return }
    try check(
      "vagan critic", critic, "critic.", Adam(learningRate: 1e-4, beta1: 0.5, beta2: 0.99)
    ) { critic in
      let found = critic.wassersteinLoss(real: real, drawn: drawn, shares: shares, weight: 10)
      return (found.loss, [found.distance, found.penalty])
    }
  }

  @Test func ganEM() throws {
    var networks = GANEMNetworks(
      shape, widths, noise: 3, classes: 4, slope: 0.2, source: RandomSource(seed: 0))
    prepare(&networks)
    let classes = Tensor([0, 1, 2, 3, 0].flatMap { one in (0..<4).map { $0 == one ? Float(1) : 0 } }, shape: [5, 4])
    let code = Tensor.concatenatingChannels(classes, formulaTensor([5, 3], "noise", scale: 0.5, offset: 0.5))
    func optimiser(_ rate: Double) -> Adam { Adam(learningRate: rate, beta1: 0.5, beta2: 0.999) }
    var (generator, encoder) = (networks.generator, networks.encoder)
    let drawn = generator(code, .batch).activated(.sigmoid)
    let weights = encoder(real, .batch).softmax
    try check("gan-em discriminator", networks.discriminator, "discriminator.", optimiser(2e-4)) {
      let loss = $0.discriminatorLoss(real: real, weights: weights, drawn: drawn)
      return (loss, [loss])
    }
    let discriminator = networks.discriminator
    try check("gan-em generator", networks.generator, "generator.", optimiser(6e-4)) {
      let loss = discriminator.generatorLoss($0(code, .training).activated(.sigmoid), classes: classes)
      return (loss, [loss])
    }
    try check("gan-em encoder", networks.encoder, "encoder.", optimiser(6e-5)) {
      let loss = $0.classLoss(drawn, classes: classes)
      return (loss, [loss])
    }
  }

  /// A step of each network of HC-MGAN: in a raw split alone, and in a refinement beside another group.
  @Test(arguments: [false, true])
  func hcMGAN(isRefinement: Bool) throws {
    let name = isRefinement ? "hc-mgan refinement" : "hc-mgan raw"
    func group(_ prefix: String) -> SplitGroup {
      var group = SplitGroup(
        shape, SplitWidths(3, 2), latent: 3, generators: 2, slope: 0.2, source: RandomSource(seed: 0))
      prepare(&group, prefix)
      return group
    }
    func noised(_ images: [Tensor]) -> [Tensor] {
      images.enumerated().map { $1 * (formulaTensor([5, 8, 8, 2], "noise\($0)", scale: 1.2) * 0.5 + 1) }
    }
    func optimiser(_ rate: Double) -> Adam { Adam(learningRate: rate, beta1: 0.5, beta2: 0.999) }
    let (own, other) = (group("left."), group("right."))
    let code = formulaTensor([5, 3], "code", scale: 0.9)
    let signed = real * 2 - 1
    let drawn = noised(own.generators.images(of: code))
    try check("\(name) critic", own.critic, "left.critic.", optimiser(1e-4)) { critic in
      let found = critic.loss(real: signed, drawn: drawn)
      return (found.real + found.drawn, [found.real, found.drawn])
    }
    let trunk = own.critic.trunk
    let halves = isRefinement ? [0, 0] : [0, 1]
    let shown =
      drawn.enumerated().map { (drawn: trunk($1), half: halves[$0]) }
      + (isRefinement ? noised(other.generators.images(of: code)).map { (drawn: trunk($0), half: 1) } : [])
    try check("\(name) classifier", own.classifier, "left.classifier.", optimiser(2e-5)) { classifier in
      let loss = SplitLoss.classifier(classifier, features: shown)
      return (loss, [loss])
    }
    func judge(_ group: SplitGroup) -> SplitJudge {
      SplitJudge(trunk: group.critic.trunk, classifier: group.classifier)
    }
    let judges = [judge(own)] + (isRefinement ? [judge(other)] : [])
    try check("\(name) generators", own.generators, "left.generators.", optimiser(2e-4)) { generators in
      let found = SplitLoss.generators(
        noised(generators(code, .training)), critic: own.critic, judges: judges,
        halves: [halves] + (isRefinement ? [[1, 1]] : []))
      return (found.real + found.halves, [found.real, found.halves])
    }
  }
}
