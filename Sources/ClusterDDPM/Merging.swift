import Clustering
import ClusteringMethods
import Images

extension ClusterDDPMModel: MergingMethod {
  /// Merges the mixture's components down to `clusterCount` without labels, each cluster's components moment-matched
  /// to one; training goes on with as many components as clusters.
  ///
  /// Throws `ModelError.noMixture` before the first E-step, `ModelError.tooFewComponents` if there is nothing to merge.
  public mutating func mergeComponents(
    by criterion: MergeCriterion, on images: ImageSet, watch: Watch = { _ in }
  ) throws -> MergeReport {
    guard let mixture else { throw ModelError.noMixture(action: "merge") }
    let clusters = configuration.clusterCount
    guard mixture.componentCount > clusters else {
      throw ModelError.tooFewComponents(mixture.componentCount, asked: clusters)
    }
    let points = try mixturePoints(of: images, watch: watch).points
    let responsibilities = try mixture.responsibilities(of: points)
    let merge = try mixture.merged(to: clusters, by: criterion, points: points, random: source.derived("merge"))
    self.mixture = merge.mixture
    configuration.componentCount = clusters
    clusterOfComponent = Array(0..<clusters)
    (neighbourClusters, clusterClassifier) = (nil, nil)
    // The groups know the clusters' true shapes, which one Gaussian each only approximates: the first round with held
    // responsibilities starts from theirs.
    heldResponsibilities = responsibilities.summed(by: merge.groups, count: clusters)
    return MergeReport(criterion: merge.criterion, groups: merge.groups, agreement: merge.agreement)
  }
}
