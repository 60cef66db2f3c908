import Synchronization

/// One step of a traced computation: which traced tensors went in and how a gradient goes back through it.
///
/// Immutable, so a graph may be shared between threads.
final class Node: Sendable {
  /// Gradients for the inputs, in their order, from the gradient of the output; nil where none is needed.
  typealias Pullback = @Sendable (Tensor) -> [Tensor?]

  /// Later nodes have larger numbers, which is all the order that going backwards needs.
  let number: Int
  /// The function that records it: its name as it is declared.
  let operation: StaticString
  let inputs: [Node?]
  let pullback: Pullback

  private static let counter = Atomic<Int>(0)

  init(_ operation: StaticString, inputs: [Node?], pullback: @escaping Pullback) {
    number = Self.counter.add(1, ordering: .relaxed).oldValue
    self.operation = operation
    self.inputs = inputs
    self.pullback = pullback
  }
}

extension Tensor {
  /// Whether gradients flow through this tensor.
  var isTraced: Bool { node != nil }

  /// A parameter to differentiate by: the leaf of a new graph.
  fileprivate var traced: Tensor {
    Tensor(shape: shape, storage: storage, node: Node("parameter", inputs: [], pullback: { _ in [] }))
  }

  /// This tensor as the result of an operation on `inputs`, the calling function; the pullback is recorded only if an
  /// input is traced.
  func derived(
    from inputs: [Tensor], operation: StaticString = #function, pullback: @escaping Node.Pullback
  ) -> Tensor {
    guard inputs.contains(where: \.isTraced) else { return self }
    return Tensor(shape: shape, storage: storage, node: Node(operation, inputs: inputs.map(\.node), pullback: pullback))
  }

  /// The operations with derivatives of their own that this tensor came about by, as the functions that record them are
  /// declared: "squareRoot", "columns(_:)".
  package var operations: Set<String> {
    var names: Set<String> = []
    var visited: Set<Int> = []
    var remaining = [node].compactMap(\.self)
    while let node = remaining.popLast() {
      // Leaves, which have no inputs, are no operations.
      guard !node.inputs.isEmpty, visited.insert(node.number).inserted else { continue }
      names.insert("\(node.operation)")
      remaining += node.inputs.compactMap(\.self)
    }
    return names
  }
}

/// The value of `function` at `parameters` and its gradient for each of them, by reverse accumulation.
///
/// Parameters are traced only inside `function`, so code outside builds no graph. A parameter that the value does not
/// depend on has a zero gradient.
public func valueAndGradient(at parameters: [Tensor], of function: ([Tensor]) -> Tensor) -> (Tensor, [Tensor]) {
  let leaves = parameters.map(\.traced)
  let value = function(leaves)
  precondition(value.count == 1, "only a scalar can be differentiated, not a tensor of shape \(value.shape)")
  let gradients = backpropagated(from: value, to: leaves)
  return (value.detached, zip(parameters, gradients).map { $1 ?? .zeros($0.shape) })
}

private func backpropagated(from value: Tensor, to leaves: [Tensor]) -> [Tensor?] {
  guard let root = value.node, let first = leaves.compactMap(\.node?.number).min(), root.number >= first else {
    return leaves.map { _ in nil }
  }

  // Every node comes after its inputs, so going back through the numbers finds a node once its whole gradient has
  // arrived. Nothing before the first leaf depends on one.
  var arrived = [(node: Node, gradient: Tensor)?](repeating: nil, count: root.number - first + 1)
  arrived[root.number - first] = (root, Tensor(repeating: 1, shape: value.shape))
  for place in arrived.indices.reversed() {
    // Leaves, which have no inputs, keep what arrives.
    guard let (node, gradient) = arrived[place], !node.inputs.isEmpty else { continue }
    // What only this node needs is free again once it has been visited.
    arrived[place] = nil
    for (input, contribution) in zip(node.inputs, node.pullback(gradient)) {
      guard let input, let contribution, input.number >= first else { continue }
      let place = input.number - first
      if arrived[place] == nil {
        arrived[place] = (input, contribution)
      } else {
        arrived[place]!.gradient.accumulate(contribution)
      }
    }
  }
  return leaves.map { leaf in leaf.node.flatMap { arrived[$0.number - first]?.gradient } }
}
