import Baselines
import ClusterDDPM
import ClusteringMethods
import CommandLanguage

/// The methods that `model` builds.
enum Methods {
  /// In the order in which they are offered, the one for a first try first: a new method is a value declared beside it
  /// and its word here.
  static let all: [MethodEntry] = Preset.all.map(MethodEntry.init) + baselines

  /// Those to compare with.
  static let baselines: [MethodEntry] = [
    .kMeans, .gaussianMixture, .umap, .spectral, .autoencoder, .vade, .clusterGAN, .ganEM, .hcMGAN, .vaGANGMM,
    .vaGANSMM,
  ]

  /// What a training may change from one round to the next, of all methods: each name once.
  static let adjustableOptions: [MethodOptionDescription] = {
    var found: [MethodOptionDescription] = []
    for option in all.flatMap(\.options) where option.isAdjustable && !found.contains(where: { $0.name == option.name })
    {
      found.append(option)
    }
    return found
  }()

  /// What the trainings of some methods tell, each name once.
  static func metricNames(of isWanted: (any ClusteringMethod.Type) -> Bool) -> [ResultName] {
    var keys: [String] = []
    for method in all.map(\.type) where isWanted(method) {
      for metric in method.metrics where !keys.contains(metric.key) { keys.append(metric.key) }
    }
    return keys.map { .value($0) }
  }
}

/// Something that only some methods can do.
struct Capability<Method> {
  /// To stand behind "a method that": "draws images".
  let words: String
  let belongsTo: (any ClusteringMethod.Type) -> Bool

  /// The method as one that can do it; nil if it cannot.
  func of(_ method: any ClusteringMethod) -> Method? { method as? Method }

  /// The names of the methods that can do it.
  var owners: [String] { Methods.all.filter { belongsTo($0.type) }.map(\.name) }
}

extension Capability<any PretrainedMethod> {
  static var pretraining: Self {
    Self(words: "pretrains a network", belongsTo: { $0 is any PretrainedMethod.Type })
  }
}

extension Capability<any NetworkMethod> {
  static var network: Self {
    Self(words: "has a network", belongsTo: { $0 is any NetworkMethod.Type })
  }
}

extension Capability<any MixtureMethod> {
  static var mixture: Self {
    Self(words: "has a mixture of Gaussians", belongsTo: { $0 is any MixtureMethod.Type })
  }
}

extension Capability<any AlternatingMethod> {
  static var alternation: Self {
    Self(
      words: "alternates E-steps and M-steps over a network",
      belongsTo: { $0 is any AlternatingMethod.Type })
  }
}

extension Capability<any MergingMethod> {
  static var merging: Self {
    Self(words: "merges components", belongsTo: { $0 is any MergingMethod.Type })
  }
}

extension Capability<any TighteningMethod> {
  static var tightening: Self {
    Self(words: "draws images to their clusters", belongsTo: { $0 is any TighteningMethod.Type })
  }
}

extension Capability<any RegroupingMethod> {
  static var regrouping: Self {
    Self(words: "joins and splits single clusters", belongsTo: { $0 is any RegroupingMethod.Type })
  }
}

extension Capability<any DrawingMethod> {
  static var drawing: Self {
    Self(words: "draws images", belongsTo: { $0 is any DrawingMethod.Type })
  }
}

extension Capability<any ReconstructingMethod> {
  static var reconstruction: Self {
    Self(
      words: "gives images back from their latents",
      belongsTo: { $0 is any ReconstructingMethod.Type })
  }
}

extension Capability<any TreeMethod> {
  static var tree: Self {
    Self(words: "finds clusters in a tree of divisions", belongsTo: { $0 is any TreeMethod.Type })
  }
}

extension Capability<any DiffusingMethod> {
  static var diffusion: Self {
    Self(words: "denoises images given a latent", belongsTo: { $0 is any DiffusingMethod.Type })
  }
}
