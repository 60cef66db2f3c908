import Clustering
import ClusteringMethods
import Diffusion
import ElementaryFunctions
import Images
import Interruptions
import NeuralNetworks
import TensorEngine

/// HC-MGAN, hierarchical clustering with a mixture of GANs: a baseline of the ClusterDDPM paper's Table 2.
///
/// de Mello, Barros and Bezerra, "Top-down deep clustering with multi-generator GANs" (AAAI 2022, arXiv 2112.03398), by
/// the code dmdmello/HC-MGAN.
public struct HCMGANMethod: DrawingMethod, TreeMethod {
  public var configuration: Configuration
  public let imageShape: ImageShape
  /// In the order in which they were made.
  var splits: [ClusterSplit] = []
  /// Of the nodes the sum of the memberships of the images trained on; none before the first split.
  var masses: [Double] = []
  /// What is being trained, where a round was stopped.
  var growth: SplitGrowth?
  /// Its end, with which `finishRound` puts it into the tree. It is not part of what is learnt: a round that is stopped
  /// before comes to it again.
  var ended: LogShares?
  /// ln of how much the images trained on belong to each node, `[node][image]`, as far as it was asked: no part of what
  /// is learnt either, but long to work out.
  var known: [[Double]] = []
  public internal(set) var roundsBegun = 0
  public var roundsDone: Int { splits.count }
  /// How often a stage began anew, in all splits that are done.
  var beginningsDropped = 0
  public let source: RandomSource
  /// How it trains: alone unless it is given peers.
  public var trainer = Trainer()

  public init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) throws {
    try AdversarialError.requireSides(imageShape, method: Self.entryName)
    try DenseNetworkError.require(
      Self.groupSize(configuration, imageShape, generators: max(2, configuration.generatorCount)),
      widths: ["width1", "width2"])
    (self.configuration, self.imageShape, self.source) = (configuration, imageShape, source)
  }

  /// Numbers that a group of a split learns; nil for more than can be counted.
  static func groupSize(_ configuration: Configuration, _ shape: ImageShape, generators count: Int) -> Int? {
    let (widths, latent) = (configuration.widths, configuration.noiseSize)
    return networkParameterCount(
      SplitTrunk.layers(shape, widths.reader, heads: 3)
        + (0..<count).flatMap { _ in
          SplitGenerator.layers(
            shape, widths.generator, inputs: latent, hasNorms: configuration.hasGeneratorNorms)
        })
  }

  public static func checkSize(
    _ configuration: Configuration, images imageShape: ImageShape, in state: StateReader
  ) throws {
    try state.require(
      imageShape.dimensions.allSatisfy { (1...1 << 16).contains($0) }, "images", "sides of 1 to 65536",
      found: imageShape.dimensions)
    // Before the first split there is nothing in the file.
    guard state.holds("split.0") || state.holds("growth") else { return }
    try state.requireDense(imageShape, method: entryName) {
      groupSize(configuration, imageShape, generators: 1)
    }
  }

  public var name: String { Self.entryName }
  /// Of the leaves that there are; before the first split the clusters asked for.
  public var clusterCount: Int { splits.isEmpty ? configuration.clusterCount : splits.count + 1 }
  public var requestedClusterCount: Int { configuration.clusterCount }
  public var latentSize: Int { clusterCount }
  public var parameterCount: Int { outline.reduce(0) { $0 + $1.parameterCount } }

  /// Of the networks of one split, as its last stage trains them.
  public var outline: [LayerOutline] {
    let isRaw = configuration.refinements == 0
    func group() -> SplitGroup { blankGroup(generators: isRaw ? 2 : configuration.generatorCount) }
    return SplitNetworks(left: group(), right: isRaw ? nil : group()).outline
  }

  /// Networks whose numbers do not count.
  func blankGroup(generators: Int) -> SplitGroup {
    SplitGroup(
      imageShape, configuration.widths, latent: configuration.noiseSize, generators: generators,
      hasNorms: configuration.hasGeneratorNorms, slope: configuration.slope, source: source)
  }

  public var assumption: String? {
    let count = beginningsDropped + (growth?.failuresInAll ?? 0)
    return count == 0
      ? nil
      : "generators began anew \(count == 1 ? "once" : "\(count) times"): the discriminator came to find one out always"
  }

  public func recipe(for images: ImageTraits) -> TrainingRecipe {
    TrainingRecipe(rounds: max(1, configuration.clusterCount - 1))
  }

  public mutating func forgetImages() { (growth, ended, known) = (nil, nil, []) }

  // MARK: - The tree

  /// The children of a node, by the split that made them: the s-th made the nodes 2s + 1 and 2s + 2.
  func children(of node: Int) -> (split: Int, left: Int, right: Int)? {
    splits.firstIndex { $0.node == node }.map { ($0, 2 * $0 + 1, 2 * $0 + 2) }
  }

  /// The nodes that are not divided, from left to right: the clusters.
  var leaves: [Int] {
    func leaves(below node: Int) -> [Int] {
      guard let (_, left, right) = children(of: node) else { return [node] }
      return leaves(below: left) + leaves(below: right)
    }
    return leaves(below: 0)
  }

  /// The first of the leaves with the greatest mass.
  var heaviestLeaf: Int {
    leaves.reduce(leaves[0]) { masses.isEmpty || masses[$1] <= masses[$0] ? $0 : $1 }
  }

  public var tree: ClusterTree? {
    guard !splits.isEmpty else { return nil }
    let leaves = leaves
    return ClusterTree(
      nodes: masses.indices.map { node in
        ClusterTree.Node(
          children: children(of: node).map { [$0.left, $0.right] } ?? [], mass: masses[node],
          cluster: leaves.firstIndex(of: node))
      })
  }

  /// Ends a split: both halves are leaves, the one that was divided no longer draws.
  private mutating func finish(_ growth: SplitGrowth, _ halves: LogShares) {
    let isRaw = growth.stage == 0
    splits.append(
      ClusterSplit(
        node: growth.node, refinements: growth.stage, judges: growth.groups.map(\.judge),
        generators: isRaw
          ? growth.groups[0].generators.all.map { SplitGenerators([$0]) } : growth.groups.map(\.generators)))
    if let parent = splits.indices.first(where: { [2 * $0 + 1, 2 * $0 + 2].contains(growth.node) }) {
      splits[parent].generators[growth.node == 2 * parent + 1 ? 0 : 1] = SplitGenerators([])
    }
    let whole = known[growth.node]
    let memberships = whole.map { exp($0) }
    let mass = memberships.reduce(0, +)
    if masses.isEmpty { masses = [mass] }
    let left = zip(memberships, halves.leftShares).reduce(0) { $0 + $1.0 * $1.1 }
    masses += [left, mass - left]
    known += halves.added(to: whole)
    beginningsDropped += growth.failuresInAll
  }

  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    if let growth, let ended { finish(growth, ended) }
    (growth, ended) = (nil, nil)
    try requireClusters(for: "an assignment to clusters")
    try askWhereUnknown(images, watch: watch)
    return try assignments(ofLatents: latents(known, images.count))
  }

  // MARK: - Memberships

  /// Has the judges say how much the images trained on belong to each node, unless it is known.
  mutating func askWhereUnknown(_ images: ImageSet, watch: Watch = { _ in }) throws {
    guard known.count != 2 * splits.count + 1 || known[0].count != images.count else { return }
    var found = [[Double]](repeating: [], count: 2 * splits.count + 1)
    try inSymmetricBatches(of: images, watch: watch) { batch in
      for (node, logarithms) in logMemberships(of: batch).enumerated() { found[node] += logarithms }
    }
    known = found
  }

  /// What a split's judges say of every image: their mean, the second having the halves the other way around.
  func logShares(of images: ImageSet, by judges: [SplitJudge]) throws -> LogShares {
    var shares = LogShares()
    try inSymmetricBatches(of: images) { batch in
      let found = Self.logShares(of: batch, by: judges)
      shares.left += found.left
      shares.right += found.right
    }
    return shares
  }

  private static func logShares(of batch: Tensor, by judges: [SplitJudge]) -> LogShares {
    let found = judges.map { judge in judge(batch).scalars.map { Double($0) } }
    var shares = LogShares()
    for image in 0..<batch.shape[0] {
      let first = (found[0][2 * image], found[0][2 * image + 1])
      guard found.count > 1 else {
        shares.append(first.0, first.1)
        continue
      }
      let second = (found[1][2 * image + 1], found[1][2 * image])
      shares.append(logMean(first.0, second.0), logMean(first.1, second.1))
    }
    return shares
  }

  /// ln of the mean of two numbers by their logarithms.
  private static func logMean(_ a: Double, _ b: Double) -> Double {
    let larger = max(a, b)
    return larger + log((1 + exp(min(a, b) - larger)) / 2)
  }

  /// ln of how much images belong to each node, `[node][image]`.
  private func logMemberships(of batch: Tensor) -> [[Double]] {
    var all = [[Double](repeating: 0, count: batch.shape[0])]
    for split in splits {
      all += Self.logShares(of: batch, by: split.judges).added(to: all[split.node])
    }
    return all
  }

  private func inSymmetricBatches(of images: ImageSet, watch: Watch = { _ in }, _ body: (Tensor) throws -> Void) throws
  {
    try inImageBatches(of: images, watch: watch) { try body($0 * 2 - 1) }
  }

  // MARK: - What it says of images

  public func requireClusters(for action: String) throws {
    guard !splits.isEmpty else { throw MethodError.untrained(action: action) }
  }

  /// ln of how much each image belongs to each leaf.
  public func latents(of images: ImageSet, watch: Watch) throws -> Matrix {
    try requireClusters(for: "a latent")
    var rows: [Double] = []
    rows.reserveCapacity(images.count * clusterCount)
    try inSymmetricBatches(of: images, watch: watch) { batch in
      rows += latents(logMemberships(of: batch), batch.shape[0]).elements
    }
    return Matrix(rows: images.count, columns: clusterCount, elements: rows)
  }

  /// The leaves' of what is said of all nodes, `[node][image]`.
  private func latents(_ logMemberships: [[Double]], _ count: Int) -> Matrix {
    let leaves = leaves
    return Matrix(
      rows: count, columns: leaves.count,
      elements: (0..<count).flatMap { image in leaves.map { logMemberships[$0][image] } })
  }

  public func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix {
    try requireClusters(for: "a cluster's probability")
    return latents.probabilitiesOfLogarithms
  }

  public func assignments(ofLatents latents: Matrix) throws -> [Int] {
    try requireClusters(for: "an assignment to clusters")
    return latents.largestColumns
  }

  public func weight(ofCluster cluster: Int) -> Double {
    masses.isEmpty ? 0 : masses[leaves[cluster]] / max(masses[0], .leastNonzeroMagnitude)
  }

  public func health(on images: ImageSet) throws -> Health {
    var health = Health()
    health.brokenArray = brokenArray
    guard health.brokenArray == nil, !splits.isEmpty else { return health }
    let perClass = max(2, min(40, 400 / clusterCount))
    let root = source.derived("health")
    let drawn = try draw((0..<clusterCount).map { ($0, (0..<perClass).map { root.derived($0) }) })
    health.adversary = AdversaryHealth(
      clustersOfDrawn: try assignments(ofLatents: latents(of: drawn)), perClass: perClass)
    return health
  }

  // MARK: - Images

  /// A cluster's images are those of the generators that its leaf was made with, each as likely.
  public func samples(
    counts: [Int], of clusters: [Int], options: SamplingOptions, number: Int, afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet {
    try requireClusters(for: "sampling")
    let root = source.derived("sampling").derived(number)
    let drawn = try draw(
      zip(clusters, counts).map { cluster, count in
        (cluster, (0..<count).map { root.derived(cluster).derived($0) })
      })
    try afterStep(1, 1)
    return drawn
  }

  /// A code is drawn in a single step, whatever is asked for.
  public func stepCount(_ options: SamplingOptions) -> Int { 1 }

  /// Images of some clusters, each by its source.
  private func draw(_ wanted: [(cluster: Int, sources: [RandomSource])]) throws -> ImageSet {
    let leaves = leaves
    var pixels: [Float] = []
    for (cluster, sources) in wanted {
      let leaf = leaves[cluster]
      let generators = splits[(leaf - 1) / 2].generators[(leaf - 1) % 2]
      for start in stride(from: 0, to: sources.count, by: 100) {
        try Interruption.check()
        let some = Array(sources[start..<min(start + 100, sources.count)])
        let codes = uniformCodes(some.map { $0.derived("code") })
        let drawn = generators.images(of: codes, .evaluation).map(\.scalars)
        let size = imageShape.dimensions.reduce(1, *)
        for (place, source) in some.enumerated() {
          var stream = source.derived("generator").makeStream()
          pixels += drawn[stream.integer(below: drawn.count)][place * size..<(place + 1) * size]
        }
      }
    }
    return ImageSet(
      floats: pixels, count: wanted.reduce(0) { $0 + $1.sources.count }, height: imageShape.height,
      width: imageShape.width, channelCount: imageShape.channels, range: .symmetric)
  }

  /// A code of noise, uniform in ±1, of each source.
  func uniformCodes(_ sources: [RandomSource]) -> Tensor {
    let size = configuration.noiseSize
    return Tensor(
      sources.flatMap { $0.uniforms(count: size).map { 2 * $0 - 1 } }, shape: [sources.count, size])
  }
}
