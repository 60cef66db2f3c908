import Clustering
import ClusteringMethods
import Images

extension ClusterDDPMModel: RegroupingMethod {
  /// Joins clusters; components and what is trained stay as they are.
  public mutating func joinClusters(_ clusters: [Int], on images: ImageSet, watch: Watch) throws -> [Int] {
    var groups = try componentClusters(for: "merge")
    let latents = try latents(of: images, watch: watch)
    groups.join(clusters)
    let joined = try neighbourClusters?.joining(clusters)
    let classifier = clusterClassifier?.joining(clusters)
    take(groups, joined)
    clusterClassifier = classifier
    return try assignments(ofLatents: latents)
  }

  /// Splits a cluster: with the graph of neighbours by that, else by its components; one of a single component gets
  /// another, which training goes on with.
  public mutating func splitCluster(_ cluster: Int, on images: ImageSet, watch: Watch) throws -> [Int] {
    var groups = try componentClusters(for: "split")
    let (means, points) = try mixturePoints(of: images, watch: watch)
    let draws = source.derived("split").derived(roundsBegun).derived(clusterCount).derived(cluster)
    var images = neighbourClusters
    if let grouped = neighbourClusters {
      try requireDivisible(cluster, grouped.points, assignments: grouped.clusters)
      let (clusters, halves) = try grouped.splitting(cluster, random: draws)
      try groups.split(
        cluster, along: halves, points: grouped.points, regularisation: configuration.mixtureOptions.regularisation)
      images = clusters
    } else {
      try requireDivisible(cluster, means, assignments: groups.assignments(of: means))
      try groups.split(cluster, points: means, options: configuration.mixtureOptions, random: draws) {
        try watch(.fitting("two components to the images of cluster \(cluster)"))
      }
    }
    if heldResponsibilities != nil && groups.mixture.componentCount > configuration.componentCount {
      heldResponsibilities = try groups.mixture.responsibilities(of: points)
    }
    take(groups, images)
    return try assignments(ofLatents: means)
  }

  private func componentClusters(for action: String) throws -> ComponentClusters {
    guard let mixture else { throw ModelError.noMixture(action: action) }
    return ComponentClusters(mixture, clusterOfComponent: clusterOfComponent)
  }

  /// Has other clusters from now on, and as many asked for: later rounds, where they group anew, find that many. Where
  /// every component is a cluster, fewer may have been asked for, which a merge by criterion then comes down to.
  private mutating func take(_ groups: ComponentClusters, _ images: NeighbourClusters?) {
    let isAskedFor = configuration.clusterCount == clusterCount
    configuration.clusterCount = isAskedFor ? groups.clusterCount : min(configuration.clusterCount, groups.clusterCount)
    configuration.componentCount = groups.mixture.componentCount
    // The hand that joined or split them has judged.
    configuration.findsClusterCount = false
    (mixture, clusterOfComponent, neighbourClusters) = (groups.mixture, groups.clusterOfComponent, images)
    // A cluster that was split has no place in it: the mixture says the clusters again.
    clusterClassifier = nil
  }
}
