import Clustering
import ClusteringMethods
import CommandLanguage
import Evaluation
import Figures

/// What colours the points of a picture of images stand for.
enum PointColouring: String, CaseIterable, Sendable {
  case label
  case cluster
  case correctness
  case probability
  case none

  /// By label where there are labels, by cluster where there are clusters, else not at all.
  static func usual(in session: SessionState) -> PointColouring {
    if session.dataset?.labels != nil { return .label }
    guard let (_, model) = try? session.datasetAndModel(for: "color=cluster"),
      (try? model.requireClusters(for: "color=cluster")) != nil
    else { return .none }
    return .cluster
  }
}

/// The groups of points that are drawn in a colour each.
struct PointColours {
  var title = ""
  var names = [""]
  /// The group of each point.
  var members: [Int]
  /// Which colours of the palette they have; nil for one after the other.
  var paletteIndices: [Int]?
  /// Nil for those of the palette.
  var colours: [Colour]?
  private let colouring: PointColouring
  /// The group of each cluster, where a cluster has one.
  private var clusterGroups: [Int?] = []

  /// - Parameters:
  ///   - indices: the images' places among the loaded ones.
  ///   - needsClusters: whether the groups of further images will be asked for.
  ///   - latents: theirs, asked for where clusters are needed.
  /// - Throws: what the session lacks for the colouring, about the option `color`.
  init(
    _ colouring: PointColouring, of indices: [Int], in session: SessionState, needsClusters: Bool = false,
    latents: () throws -> Matrix
  ) throws {
    self.colouring = colouring
    let action = "color=\(colouring.rawValue)"
    let labels = session.dataset?.labels?.selecting(indices)
    func requiredLabels() throws -> Labels {
      guard let labels else {
        throw SessionError.noLabels(action: action, instead: "color=cluster").about("color")
      }
      return labels
    }
    func clustered() throws -> (model: any ClusteringMethod, latents: Matrix, clusters: [Int]) {
      let (_, model) = try session.datasetAndModel(for: action)
      try model.requireClusters(for: action)
      let latents = try latents()
      return (model, latents, try model.assignments(ofLatents: latents))
    }
    switch colouring {
    case .none: members = indices.map { _ in 0 }
    case .label:
      let labels = try requiredLabels()
      (title, names, members) = ("class", labels.names, labels.classes)
      if needsClusters {
        let (model, _, clusters) = try clustered()
        clusterGroups =
          ClusteringScore(assignments: clusters, labels: labels, clusterCount: model.clusterCount).matching
      }
    case .cluster:
      let (model, _, clusters) = try clustered()
      let evaluation = ClusterEvaluation(clusters, clusterCount: model.clusterCount, labels: labels)
      // In the order of the classes that they are matched to, and in these classes' colours.
      let order = evaluation.clustersByClass
      var group = [Int](repeating: 0, count: model.clusterCount)
      for (place, cluster) in order.enumerated() { group[cluster] = place }
      clusterGroups = group
      title = "cluster"
      members = clusters.map { group[$0] }
      guard let labels, let matching = evaluation.score?.matching else {
        names = order.map { "\($0)" }
        return
      }
      names = order.map { cluster in matching[cluster].map { "\(cluster): \(labels.names[$0])" } ?? "\(cluster)" }
      var further = labels.classCount
      paletteIndices = order.map { cluster in
        if let label = matching[cluster] { return label }
        further += 1
        return further - 1
      }
      title = "cluster: class"
    case .correctness:
      let labels = try requiredLabels()
      let (model, _, clusters) = try clustered()
      let score = ClusteringScore(assignments: clusters, labels: labels, clusterCount: model.clusterCount)
      members = zip(score.predictedClasses(of: clusters), labels.classes).map { $0 == $1 ? 0 : 1 }
      (title, names) = ("cluster's class", ["right", "wrong"])
      colours = [Colour(0xA9B5C2), Colour(0xD0021B)]
    case .probability:
      let (model, latents, clusters) = try clustered()
      let probabilities = try model.clusterProbabilities(ofLatents: latents)
      members = clusters.enumerated().map { Self.band(of: probabilities[$0, $1]) }
      (title, names) = ("p(cluster | image)", ["0.99 to 1", "0.9 to 0.99", "0.7 to 0.9", "0.5 to 0.7", "below 0.5"])
      // From dark to light by perceived lightness, so that it reads in grey as well.
      colours = [0x1B3B6F, 0x2F7F9E, 0x5DBB8A, 0xF0B429, 0xD0021B].map { Colour($0) }
    }
  }

  private static let bounds = [0.99, 0.9, 0.7, 0.5]

  private static func band(of probability: Double) -> Int { bounds.firstIndex { probability >= $0 } ?? bounds.count }

  /// The groups of images that are not among the loaded ones, by their clusters; nil where their group is not known.
  func groups(of others: ClusteredImages) throws -> [Int?] {
    switch colouring {
    case .label, .cluster: return others.assignments.map { clusterGroups[$0] }
    case .probability:
      let probabilities = try others.probabilities()
      return others.assignments.enumerated().map { Self.band(of: probabilities[$0, $1]) }
    case .correctness, .none: return others.assignments.map { _ in nil }
    }
  }

  /// A picture of points (a row each) in these colours.
  func figure(_ coordinates: Matrix) -> ScatterFigure {
    var figure = ScatterFigure(
      coordinates: coordinates.elements.map { Float($0) }, groups: members, groupNames: names)
    (figure.legendTitle, figure.colours, figure.paletteIndices) = (title, colours, paletteIndices)
    return figure
  }
}

/// A command that draws images as coloured points.
protocol ColouringCommand: SessionCommand {
  /// Nil where it is not given.
  var colouring: PointColouring? { get set }
}

extension ColouringCommand {
  static var colouringParameter: Parameter<Self> {
    .option(
      "color", \Self.colouring, .choice(),
      help: "what colours stand for; unless said label, cluster or none, the first that there is")
  }
}
