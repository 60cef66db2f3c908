import ArrayFiles
import Clustering
import ClusteringMethods
import TensorEngine

extension ClusterDDPMModel {
  /// Network and optimiser under the network's own names, then mixture, held responsibilities and position.
  public var state: [NamedArray] {
    func array(_ name: String, _ tensor: Tensor) -> NamedArray {
      NamedArray(name, shape: tensor.shape, .float32(tensor.scalars))
    }
    let network = networkState
    let learnt = network.filter { $0.kind == .parameter }.map(\.path)
    var arrays = network.map { array($0.path, $0.tensor) }
    arrays += zip(learnt, optimiser.firstMoments).map { array("adam.first.\($0)", $1) }
    arrays += zip(learnt, optimiser.secondMoments).map { array("adam.second.\($0)", $1) }
    if let mixture {
      arrays.append(NamedArray("mixture.weights", shape: [mixture.componentCount], .float64(mixture.mixingWeights)))
      arrays.append(NamedArray("mixture.means", mixture.means))
      arrays.append(NamedArray("mixture.variances", mixture.variances))
      let clusters = clusterOfComponent.map(Int64.init)
      arrays.append(NamedArray("mixture.clusters", shape: [clusters.count], .int64(clusters)))
    }
    if let neighbourClusters {
      let clusters = neighbourClusters.clusters.map(Int64.init)
      arrays.append(NamedArray("graph.latents", neighbourClusters.points))
      arrays.append(NamedArray("graph.clusters", shape: [clusters.count], .int64(clusters)))
    }
    for (number, partitions) in earlierPartitions.enumerated() {
      let clusters = partitions.clusters
      arrays.append(
        NamedArray(
          "graph.partitions\(number)", shape: [clusters.count, clusters.first?.count ?? 0],
          .int64(clusters.flatMap { $0.map(Int64.init) })))
    }
    if let clusterClassifier {
      arrays.append(array("classifier.weight", clusterClassifier.layer.weight))
      arrays.append(array("classifier.bias", clusterClassifier.layer.bias))
    }
    if let heldResponsibilities { arrays.append(NamedArray("responsibilities", heldResponsibilities)) }
    let position = [optimiser.step, pretrainingEpochsBegun, roundsBegun].map(Int64.init)
    return arrays + [NamedArray("position", shape: [position.count], .int64(position))]
  }
}
