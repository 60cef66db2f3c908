import ClusteringMethods
import CommandLanguage
import Datasets
import Images
import Interruptions

/// Finds out after each epoch and round whether a training goes wrong, without labels: the list of what is looked at.
///
/// A check has a name, a condition with its threshold, and words for what is so and what to try. A training in which
/// nothing is wrong says nothing.
package enum Doctor {
  /// What there is to judge by.
  package struct Facts {
    package var health = Health()
    /// Images trained on.
    package var imageCount = 0
    /// The share of the images that is assigned to each cluster; empty where there are none yet, in pretraining.
    package var clusterShares: [Double] = []
    /// The loss of each epoch or round on the same terms, the latest last; empty where what is told is no loss.
    package var losses: [Double] = []
    /// What one of them is called: "round".
    package var unit = "round"
    package var remedies = Remedies()

    package init() {}
  }

  package struct Check: Sendable {
    package let name: String
    /// What is wrong and what to try; nil if nothing is.
    let finding: @Sendable (Facts) -> String?
  }

  package static let checks = [
    notFinite, crowded, deserted, empty, adrift, alike, still, rising, saturated, collapsedClasses,
  ]

  /// What is wrong, in the order of the checks.
  package static func findings(_ facts: Facts) -> [String] {
    // Of what is no number nothing else can be said.
    if let broken = notFinite.finding(facts) { return [broken] }
    return checks.compactMap { $0.finding(facts) }
  }

  /// A number that training learns is NaN or infinite.
  static let notFinite = Check(name: "not finite") { facts in
    facts.health.brokenArray.map {
      "\($0) holds a number that is not finite; undo, then "
        + facts.remedies.trying(smaller: ["rate", "lambda"], pretrainsMore: false)
    }
  }

  /// One component, or cluster where that says more, holds over half of the images; of three or fewer, over two thirds
  /// or all: one of two may well be the larger.
  static let crowded = Check(name: "crowded") { facts in
    for (what, shares) in [("component", facts.componentShares), ("cluster", facts.clusterShares)] {
      guard let largest = shares.indices.max(by: { shares[$0] < shares[$1] }),
        shares[largest] > max(0.5, 2 / Double(shares.count))
      else { continue }
      return
        "\(what) \(largest) holds \(NumberText.percent(shares[largest])) of the images; "
        + facts.remedies.trying(smaller: ["lambda", "rate"])
    }
    return nil
  }

  /// Of more components than clusters, some hold less than half an image.
  static let deserted = Check(name: "deserted") { facts in
    let shares = facts.componentShares
    let few = shares.indices.filter { shares[$0] < 0.5 / Double(max(facts.imageCount, 1)) }
    guard !few.isEmpty else { return nil }
    return
      "\(named("component", few)) \(few.count == 1 ? "holds" : "hold") none of the images; "
      + facts.remedies.trying(fewer: ["components"], smaller: ["lambda"])
  }

  /// Clusters to which no image is assigned.
  static let empty = Check(name: "empty") { facts in
    let few = facts.clusterShares.indices.filter { facts.clusterShares[$0] == 0 }
    guard !few.isEmpty else { return nil }
    return
      "\(named("cluster", few)) \(few.count == 1 ? "holds" : "hold") none of the images; "
      + facts.remedies.trying(smaller: facts.remedies.options.contains("lambda") ? ["lambda"] : ["rate"])
  }

  /// A cluster's share of the images and its weight in the mixture are more than a tenth of all images apart.
  static let adrift = Check(name: "adrift") { facts in
    let (shares, weights) = (facts.clusterShares, facts.health.clusterWeights)
    guard shares.count == weights.count else { return nil }
    func distance(_ cluster: Int) -> Double { abs(shares[cluster] - weights[cluster]) }
    guard let far = shares.indices.max(by: { distance($0) < distance($1) }), distance(far) > 0.1 else { return nil }
    return "cluster \(far) holds \(NumberText.percent(shares[far])) of the images, its weight in the mixture is "
      + "\(NumberText.percent(weights[far])); train on"
      + (facts.remedies.options.contains("grouping") ? ", or try another grouping=" : "")
  }

  /// Of the smaller of two clusters over a quarter of the images could as well be the other's: the criterion demp would
  /// join them.
  static let alike = Check(name: "alike") { facts in
    guard !facts.clusterShares.isEmpty, let pair = facts.health.alike, pair.overlap > 0.25 else { return nil }
    return
      "clusters \(pair.first) and \(pair.second) are hard to tell apart, in \(NumberText.percent(pair.overlap)) of the "
      + "smaller one's images; "
      + (facts.remedies.regroups ? "if they look alike, merge \(pair.first),\(pair.second), else train on" : "train on")
  }

  /// A latent's variance over the images is below 0.001, where the prior that it began with has 1, or a ten-thousandth of
  /// the largest.
  static let still = Check(name: "still") { facts in
    let variances = facts.health.latentVariances
    let largest = variances.max() ?? 0
    let few = variances.indices.filter { variances[$0] < max(1e-3, 1e-4 * largest) }
    guard !few.isEmpty else { return nil }
    let which = few.count == variances.count ? "the latents" : named("latent", few)
    return
      "\(which) hardly \(few.count == 1 && few.count < variances.count ? "varies" : "vary") from image to image; "
      + facts.remedies.trying(smaller: ["kl"] + (few.count == variances.count ? [] : ["latent"]))
  }

  /// The loss rose three times in a row, by over one per cent in all.
  static let rising = Check(name: "rising") { facts in
    let last = Array(facts.losses.suffix(4))
    guard last.count == 4, zip(last, last.dropFirst()).allSatisfy({ $0 < $1 }), last[3] - last[0] > 0.01 * abs(last[0])
    else { return nil }
    return "the loss rose three \(facts.unit)s in a row, from \(NumberText.fixed(last[0], 2)) to "
      + "\(NumberText.fixed(last[3], 2)); "
      + facts.remedies.trying(smaller: ["rate", "lambda"], pretrainsMore: false)
  }

  /// The discriminator is right of 998 in 1,000 pairs of a real image and a drawn one: a generator that is always found out
  /// learns little.
  static let saturated = Check(name: "saturated") { facts in
    guard let separation = facts.health.adversary?.separation, separation > 0.998 else { return nil }
    return
      "the discriminator tells real images from drawn ones in \(NumberText.percent(separation)) of pairs: if that stays so, "
      + "the generator learns little; try another seed, or a smaller rate="
  }

  /// The images of the generator's classes come to fewer than half as many clusters.
  static let collapsedClasses = Check(name: "collapsed classes") { facts in
    guard let clusters = facts.health.adversary?.clusterOfClass, !clusters.isEmpty else { return nil }
    let reached = Set(clusters).sorted()
    guard 2 * reached.count < clusters.count else { return nil }
    return
      "the generator's \(clusters.count) classes draw images of \(named("cluster", reached)) alone; try another seed, or "
      + "undo and a smaller rate="
  }

  /// "components 1, 2, 3 and 4 others".
  private static func named(_ noun: String, _ numbers: [Int]) -> String {
    let shown = numbers.prefix(numbers.count > 5 ? 4 : 5).map { "\($0)" }
    let rest = numbers.count - shown.count
    return "\(noun)\(numbers.count == 1 ? "" : "s") " + shown.joined(separator: ", ")
      + (rest > 0 ? " and \(rest) others" : "")
  }
}

extension Doctor.Facts {
  /// The components' shares where a component is not just a cluster.
  fileprivate var componentShares: [Double] {
    health.componentShares.count == clusterShares.count ? [] : clusterShares.isEmpty ? [] : health.componentShares
  }
}

extension TrainingLog {
  /// Looks at a model after a round, or, without clusters, after an epoch of pretraining; says what is wrong, and keeps it
  /// for `status`.
  mutating func examine(
    _ model: some ClusteringMethod, on images: ImageSet, isPretraining: Bool, _ environment: Environment
  ) {
    var facts = Doctor.Facts()
    // Of a thousand images at most; all who share the training ask the same of it, whoever is interrupted.
    facts.health = (try? Interruption.disregarding { try model.health(on: images) }) ?? Health()
    facts.imageCount = images.count
    let passes = isPretraining ? epochs.map(\.metrics) : rounds.dropFirst(lossesBegin).map(\.metrics)
    if model is any PretrainedMethod { facts.losses = passes.map { $0[0] } }
    facts.unit = isPretraining ? "epoch" : "round"
    facts.remedies = Remedies(of: model)
    if !isPretraining { facts.clusterShares = rounds.last?.occupancy ?? [] }
    findings = Doctor.findings(facts)
    for finding in findings {
      environment.print(Passage { TextWrap.paragraph("warning: \(finding)", width: $0).droppingLastNewline })
    }
  }
}
