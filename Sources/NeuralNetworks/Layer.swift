import TensorEngine

/// What a tensor of a layer's state is for.
public enum StateKind: Sendable {
  /// Learned by the optimiser.
  case parameter
  /// Followed during training and used in evaluation, such as batch norm's running mean.
  case statistic
}

/// What statistics a forward pass normalises a batch by.
public enum PassMode: Sendable {
  /// The batch's own, which the running ones follow.
  case training
  /// The batch's own; the running ones stay as they are.
  case batch
  /// The running ones.
  case evaluation
}

/// A part of a network that holds parameters.
///
/// State is listed, not discovered: `parts` names every part once, and from it come counting, tracing, optimising,
/// saving and describing.
public protocol Layer: Sendable {
  /// Every part that holds state, in the order of the state; between them what else the outline tells.
  ///
  /// A stored property that is missing would be neither trained nor saved: tests compare the tensors that a layer holds
  /// with those of its table.
  static var parts: [Part<Self>] { get }
}

extension Layer {
  /// Calls `visitor` with the path, kind and tensor of every piece of state, in a fixed order.
  ///
  /// Tensors are visited where they are, so that one that nothing else refers to can be changed without a copy.
  public mutating func visitState(_ visitor: Part<Self>.Visitor) { visitState("", visitor) }

  /// The same without paths, which take longer to put together than the rest.
  public mutating func visitTensors(_ visitor: (StateKind, inout Tensor) -> Void) {
    visitState(nil) { visitor($1, &$2) }
  }

  /// The same of a layer that has the path `path` in a network.
  mutating func visitState(_ path: String?, _ visitor: Part<Self>.Visitor) {
    for part in Self.parts { part.visit(&self, part.path(in: path), visitor) }
  }

  /// The tensors of a kind, in the order of the state.
  public func tensors(of wanted: StateKind) -> [Tensor] {
    var found: [Tensor] = []
    var copy = self
    copy.visitTensors { kind, tensor in if kind == wanted { found.append(tensor) } }
    return found
  }

  /// The parameters in the order of the state.
  public var parameters: [Tensor] {
    get { tensors(of: .parameter) }
    set {
      var next = 0
      visitTensors { kind, tensor in
        guard kind == .parameter else { return }
        precondition(
          newValue[next].shape == tensor.shape,
          "parameter \(next) has shape \(tensor.shape), not \(newValue[next].shape)")
        tensor = newValue[next]
        next += 1
      }
    }
  }

  /// Lets `body` change the parameters where they are: while it runs the layer itself holds none, so that no tensor has
  /// to be copied.
  public mutating func mutateParameters<Result>(_ body: (inout [Tensor]) -> Result) -> Result {
    var moved: [Tensor] = []
    let none = Tensor([])
    visitTensors { kind, tensor in
      guard kind == .parameter else { return }
      moved.append(tensor)
      tensor = none
    }
    let result = body(&moved)
    var next = 0
    visitTensors { kind, tensor in
      guard kind == .parameter else { return }
      tensor = moved[next]
      next += 1
    }
    return result
  }

  /// Every tensor with its path, parameters and statistics alike.
  public var state: [(path: String, kind: StateKind, tensor: Tensor)] {
    var found: [(String, StateKind, Tensor)] = []
    var copy = self
    copy.visitState { found.append(($0, $1, $2)) }
    return found
  }

  /// How each tensor of `state` lies in files.
  public var fileLayouts: [FileLayout] { Self.parts.flatMap { $0.layouts(self) } }

  /// Number of learned numbers.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// The value of `loss` and its gradient for each parameter. What `loss` does to the layer's statistics is kept; its
  /// parameters stay as they are.
  public mutating func valueAndGradient(of loss: (inout Self) -> Tensor) -> (Tensor, [Tensor]) {
    let original = parameters
    var model = self
    let result = TensorEngine.valueAndGradient(at: original) { traced in
      model.parameters = traced
      return loss(&model)
    }
    model.parameters = original
    self = model
    return result
  }
}
