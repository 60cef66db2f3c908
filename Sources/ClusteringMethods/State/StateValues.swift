import Clustering
import Images

/// A count: how often something was begun.
extension Int: StateValue {
  /// More than anything is ever begun, and far from where sums of them overflow.
  private static let countLimit = 1 << 40

  public func save(as name: String, to state: inout StateWriter) { state.add(name, [self]) }

  public init(_ name: String, from state: StateReader) throws {
    self = try state.integers(name, count: 1, in: 0..<Self.countLimit)[0]
  }
}

extension Bool: StateValue {
  public func save(as name: String, to state: inout StateWriter) { state.add(name, [self ? 1 : 0]) }

  public init(_ name: String, from state: StateReader) throws {
    self = try state.integers(name, count: 1, in: 0..<2)[0] == 1
  }
}

/// Numbers from 0: the cluster of each of some things.
extension [Int]: StateValue {
  public func save(as name: String, to state: inout StateWriter) { state.add(name, self) }

  public init(_ name: String, from state: StateReader) throws { self = try state.integers(name, in: 0..<1 << 31) }
}

extension Matrix: StateValue {
  public func save(as name: String, to state: inout StateWriter) {
    state.add(name, shape: [rows, columns], .float64) { .float64(elements) }
  }

  public init(_ name: String, from state: StateReader) throws { self = try state.matrix(name) }
}

extension ImageSet: StateValue {
  public func save(as name: String, to state: inout StateWriter) {
    state.add(name, shape: [count, height, width, channelCount], .uint8) { .uint8(pixels) }
  }

  public init(_ name: String, from state: StateReader) throws { self = try state.images(name) }
}

extension GaussianMixture: StateValue {
  public func save(as name: String, to state: inout StateWriter) {
    state.add("\(name).weights", mixingWeights)
    means.save(as: "\(name).means", to: &state)
    if let covariances {
      covariances.matrices.save(as: "\(name).covariances", to: &state)
    } else {
      variances.save(as: "\(name).variances", to: &state)
    }
    if let freedom { state.add("\(name).freedom", [freedom]) }
  }

  public init(_ name: String, from state: StateReader) throws {
    let weights = try state.numbers("\(name).weights")
    try state.require(
      !weights.isEmpty && weights.allSatisfy { $0 >= 0 }, "\(name).weights", "one weight at least, none below 0",
      found: "\(weights.count) from \(weights.min() ?? 0)")
    let means = try state.matrix("\(name).means", rows: weights.count)
    if state.holds("\(name).covariances") {
      self = try .init(weights, means, covariances: "\(name).covariances", from: state)
      return
    }
    let variances = try state.matrix("\(name).variances", rows: weights.count, columns: means.columns)
    try state.require(
      variances.elements.allSatisfy { $0 > 0 }, "\(name).variances", "numbers above 0", found: "others")
    let freedom = state.holds("\(name).freedom") ? try state.numbers("\(name).freedom", count: 1)[0] : nil
    try state.require(freedom ?? 1 > 0, "\(name).freedom", "a number above 0", found: freedom ?? 0)
    self.init(mixingWeights: weights, means: means, variances: variances, freedom: freedom)
  }
}

extension GaussianMixture {
  /// With full covariances: symmetric positive definite matrices, one below the other.
  private init(_ weights: [Double], _ means: Matrix, covariances name: String, from state: StateReader) throws {
    let size = means.columns
    try state.require(size > 0, name, "matrices of one number at least", found: "none")
    let matrices = try state.matrix(name, rows: weights.count * size, columns: size)
    do {
      let covariances = try FullCovariances(matrices)
      try state.require(covariances.matrices == matrices, name, "symmetric matrices", found: "others")
      self.init(mixingWeights: weights, means: means, covariances: covariances)
    } catch let error as FullCovariances.NotPositiveDefinite {
      throw StateError.mismatch(
        file: state.file.path, name: name, expected: "positive definite matrices",
        found: "another at \(error.component)")
    }
  }
}

extension StateReader {
  /// Throws `StateError.mismatch` unless a mixture that was read has covariances of this kind and these degrees of freedom.
  public func requireCovariance(
    of mixture: GaussianMixture, _ name: String, _ covariance: GaussianMixture.Covariance = .diagonal,
    freedom: Double? = nil
  ) throws {
    try require(
      mixture.freedom == freedom, name, freedom.map { "\($0) degrees of freedom" } ?? "Gaussians",
      found: mixture.freedom.map { "\($0) degrees of freedom" } ?? "Gaussians")
    try require(
      mixture.covariance == covariance, name, "\(covariance.rawValue) covariances", found: mixture.covariance.rawValue)
  }
}

extension ComponentClusters: StateValue {
  public func save(as name: String, to state: inout StateWriter) {
    mixture.save(as: name, to: &state)
    clusterOfComponent.save(as: "\(name).clusters", to: &state)
  }

  public init(_ name: String, from state: StateReader) throws {
    let mixture = try GaussianMixture(name, from: state)
    let clusters = try [Int]("\(name).clusters", from: state)
    try state.requireClusters(clusters, "\(name).clusters", count: mixture.componentCount)
    self.init(mixture, clusterOfComponent: clusters)
  }
}

extension NeighbourClusters: StateValue {
  public func save(as name: String, to state: inout StateWriter) {
    points.save(as: "\(name).latents", to: &state)
    clusters.save(as: "\(name).clusters", to: &state)
    state.add("\(name).confidence", confidence)
    shares.save(as: "\(name).shares", to: &state)
    neighbourCount.save(as: "\(name).neighbours", to: &state)
  }

  public init(_ name: String, from state: StateReader) throws {
    let points = try state.matrix("\(name).latents")
    let shares = try state.matrix("\(name).shares", rows: points.rows)
    let neighbours = try Int("\(name).neighbours", from: state)
    try state.require(
      neighbours >= 1 && neighbours <= points.rows, "\(name).neighbours",
      "a number from 1 to that of the points, \(points.rows)", found: neighbours)
    self.init(
      points, try state.integers("\(name).clusters", count: points.rows, in: 0..<max(shares.columns, 1)),
      confidence: try state.numbers("\(name).confidence", count: points.rows), shares: shares,
      neighbourCount: neighbours)
  }
}

extension SymmetricGraph: StateValue {
  public func save(as name: String, to state: inout StateWriter) {
    rowStarts.save(as: "\(name).starts", to: &state)
    state.add("\(name).columns", shape: [columns.count], .int64) { .int64(columns.map(Int64.init)) }
    state.add("\(name).weights", weights)
  }

  public init(_ name: String, from state: StateReader) throws {
    let starts = try [Int]("\(name).starts", from: state)
    let columns = try state.integers("\(name).columns", in: 0..<max(1, starts.count - 1)).map(Int32.init)
    let weights = try state.numbers("\(name).weights", count: columns.count)
    guard let graph = SymmetricGraph(rowStarts: starts, columns: columns, weights: weights) else {
      throw StateError.mismatch(
        file: state.file.path, name: name, expected: "a graph whose edges are there from both ends", found: "another")
    }
    self = graph
  }
}

extension StateReader {
  /// Throws unless there are `count` numbers of clusters and every cluster up to the last has one.
  public func requireClusters(_ clusters: [Int], _ name: String, count: Int) throws {
    try require(
      clusters.count == count && Set(clusters).count == (clusters.max() ?? -1) + 1, name,
      "\(count) numbers of clusters, none left out", found: "\(clusters.count), of \(Set(clusters).count) clusters")
  }
}
