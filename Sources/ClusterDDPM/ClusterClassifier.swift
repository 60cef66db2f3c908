import Clustering
import ElementaryFunctions
import NeuralNetworks
import TensorEngine

/// A linear function of latents whose softmax is p(cluster | μ): learnt together with the network that makes them.
package struct ClusterClassifier: Layer {
  package var layer: Linear
  /// The cluster of each output: itself, unless clusters were joined since.
  private(set) var clusterOfOutput: [Int]

  package static let parts: [Part<Self>] = [.layer("layer", \.layer)]

  /// The linear discriminant of a mixture's components, as if they had one covariance: a component a cluster.
  package init(discriminating mixture: GaussianMixture) {
    let (count, size) = (mixture.componentCount, mixture.dimension)
    let pooled = (0..<size).map { column in
      (0..<count).reduce(0.0) { $0 + mixture.mixingWeights[$1] * mixture.variances[$1, column] }
    }
    // log p(c|z) up to a constant is m·Σ⁻¹z − ½ m·Σ⁻¹m + log π.
    let weight = (0..<size).flatMap { column in
      (0..<count).map { Float(mixture.means[$0, column] / pooled[column]) }
    }
    let bias = (0..<count).map { cluster in
      let length = (0..<size).reduce(0.0) { $0 + mixture.means[cluster, $1] * mixture.means[cluster, $1] / pooled[$1] }
      return Float(log(max(mixture.mixingWeights[cluster], 1e-43)) - length / 2)
    }
    layer = Linear(weight: Tensor(weight, shape: [size, count]), bias: Tensor(bias, shape: [count]))
    clusterOfOutput = Array(0..<count)
  }

  /// One that was kept; traps unless every output has a cluster.
  init(_ layer: Linear, clusterOfOutput: [Int]) {
    precondition(
      layer.bias.count == clusterOfOutput.count, "\(clusterOfOutput.count) clusters for \(layer.bias.count) outputs")
    (self.layer, self.clusterOfOutput) = (layer, clusterOfOutput)
  }

  package var clusterCount: Int { (clusterOfOutput.max() ?? -1) + 1 }

  /// The same with one cluster of some, numbered as `clusterNumbers` says.
  package func joining(_ clusters: [Int]) -> ClusterClassifier {
    var joined = self
    let numbers = clusterNumbers(joining: clusters, of: clusterCount)
    joined.clusterOfOutput = clusterOfOutput.map { numbers[$0] }
    return joined
  }

  /// log p(output | μ), `[batch, outputs]`, of means `[batch, latent]`.
  package func logProbabilities(of means: Tensor) -> Tensor { layer(means).logSoftmax }

  /// p(cluster | μ) of every row, `[rows, clusters]`.
  package func probabilities(of means: Matrix) -> Matrix {
    let latents = Tensor(means.elements.map { Float($0) }, shape: [means.rows, means.columns])
    return Matrix(rows: means.rows, columns: clusterOfOutput.count, elements: layer(latents).softmax.scalars)
      .summed(by: clusterOfOutput, count: clusterCount)
  }

  /// The most probable cluster of every row, the first of equal ones.
  package func assignments(of means: Matrix) -> [Int] {
    probabilities(of: means).largestColumns
  }
}

/// A network with a classifier of its latents.
protocol ClassifyingNetwork: Layer {
  associatedtype Network: ConditionalNetwork
  var network: Network { get set }
  var classifier: ClusterClassifier { get set }
}

/// The two as one, to be learnt together.
struct NetworkWithClassifier<Network: ConditionalNetwork>: ClassifyingNetwork {
  var network: Network
  var classifier: ClusterClassifier

  static var parts: [Part<Self>] {
    [.layer("network", \.network), .layer("classifier", \.classifier)]
  }
}

/// The clusters of images, and how sure each is, 0...1.
package struct ClusteredLatents {
  let means: Matrix
  let assignments: [Int]
  let confidence: [Double]

  package init(means: Matrix, assignments: [Int], confidence: [Double]) {
    (self.means, self.assignments, self.confidence) = (means, assignments, confidence)
  }

  /// - Parameter probabilities: of each cluster, by which images are as sure as their own is probable.
  init(means: Matrix, assignments: [Int], probabilities: Matrix) {
    self.init(
      means: means, assignments: assignments,
      confidence: assignments.indices.map { probabilities[$0, assignments[$0]] })
  }

  /// The clusters of those who are as sure of them as `limit`, or among the surest `share` of their cluster.
  package func targets(atLeast limit: Double, surest share: Double) -> [Int?] {
    let count = (assignments.max() ?? -1) + 1
    var confidences = [[Double]](repeating: [], count: count)
    for (cluster, confidence) in zip(assignments, confidence) { confidences[cluster].append(confidence) }
    let limits = confidences.map { confidences in
      let kept = Int((share * Double(confidences.count)).rounded(.up))
      return kept > 0 ? min(limit, confidences.sorted(by: >)[kept - 1]) : limit
    }
    return zip(assignments, confidence).map { $1 >= limits[$0] ? $0 : nil }
  }
}

extension Layer {
  /// Goes a share of the way to other parameters.
  mutating func follow(_ others: [Tensor], by share: Double) {
    mutateParameters { own in
      for place in own.indices { own[place] = own[place] * Float(1 - share) + others[place] * Float(share) }
    }
  }
}
