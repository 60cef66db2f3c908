import NeuralNetworks
import TensorEngine

/// How networks and their optimisers lie in a state: each tensor under its own path, in PyTorch's layout.
extension Layer {
  /// Every tensor with how it lies in files.
  private var pieces: [(path: String, kind: StateKind, tensor: Tensor, layout: FileLayout)] {
    zip(state, fileLayouts).map { ($0.path, $0.kind, $0.tensor, $1) }
  }

  /// Adds an array for every tensor, under its path behind `prefix`.
  public func saveTensors(to state: inout StateWriter, prefix: String = "") {
    for piece in pieces { state.add(prefix + piece.path, piece.tensor, piece.layout) }
  }

  /// Takes every tensor from a state; throws `StateError` where one is missing or of another shape, and changes nothing
  /// then.
  public mutating func restoreTensors(from state: StateReader, prefix: String = "") throws {
    var tensors = try pieces.map { try state.tensor(prefix + $0.path, shape: $0.tensor.shape, $0.layout) }[...]
    visitTensors { _, tensor in tensor = tensors.removeFirst() }
  }

  /// Adds what an optimiser of its parameters holds: "adam.step", and two moments of each parameter; all behind `prefix`,
  /// where a method has several.
  public func saveOptimiser(_ optimiser: Adam, to state: inout StateWriter, prefix: String = "") {
    optimiser.step.save(as: "\(prefix)adam.step", to: &state)
    for (order, moments) in [("first", optimiser.firstMoments), ("second", optimiser.secondMoments)] {
      for (piece, moment) in zip(pieces.filter { $0.kind == .parameter }, moments) {
        state.add("\(prefix)adam.\(order).\(piece.path)", moment, piece.layout)
      }
    }
  }

  /// `fresh` as it stood when it was saved; what is no moment of an optimiser is its own.
  public func restoredOptimiser(_ fresh: Adam, from state: StateReader, prefix: String = "") throws -> Adam {
    let step = try Int("\(prefix)adam.step", from: state)
    guard step > 0 else { return fresh }
    let parameters = pieces.filter { $0.kind == .parameter }
    func moments(_ order: String) throws -> [Tensor] {
      try parameters.map { try state.tensor("\(prefix)adam.\(order).\($0.path)", shape: $0.tensor.shape, $0.layout) }
    }
    return fresh.resumed(step: step, firstMoments: try moments("first"), secondMoments: try moments("second"))
  }
}

extension StateField {
  /// A network's tensors.
  public static func network(_ network: WritableKeyPath<Whole, some Layer> & Sendable) -> Self {
    Self(
      save: { $0[keyPath: network].saveTensors(to: &$1) },
      restore: { try $0[keyPath: network].restoreTensors(from: $1) })
  }

  /// What an optimiser of a network's parameters holds.
  ///
  /// - Parameters:
  ///   - prefix: before the names of its arrays, where a method has several.
  ///   - fresh: the optimiser without what was learnt.
  public static func optimiser(
    _ optimiser: WritableKeyPath<Whole, Adam> & Sendable, of network: KeyPath<Whole, some Layer> & Sendable,
    prefix: String = "", fresh: @escaping @Sendable (Whole) -> Adam
  ) -> Self {
    Self(
      save: { $0[keyPath: network].saveOptimiser($0[keyPath: optimiser], to: &$1, prefix: prefix) },
      restore: {
        $0[keyPath: optimiser] = try $0[keyPath: network].restoredOptimiser(fresh($0), from: $1, prefix: prefix)
      })
  }
}

extension StateWriter {
  fileprivate mutating func add(_ name: String, _ tensor: Tensor, _ layout: FileLayout) {
    let value = tensor.detached
    add(name, shape: layout.shape, .float32) { rows in .float32(layout.inFile(rows, of: value)) }
  }
}

extension StateReader {
  fileprivate func tensor(_ name: String, shape: [Int], _ layout: FileLayout) throws -> Tensor {
    try Tensor.filled(shape) { elements in
      try forEachPiece(ofFloats: name, shape: layout.shape) { rows, piece in
        layout.place(piece, of: rows, in: elements)
      }
    }
  }
}
