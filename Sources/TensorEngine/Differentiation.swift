import Synchronization

/// One step of a traced computation: which traced tensors went in and how a gradient goes back through it.
///
/// Immutable, so a graph may be shared between threads.
final class Node: Sendable {
  /// Gradients for the inputs, in their order, from the gradient of the output; nil where none is needed.
  typealias Pullback = @Sendable (Tensor) -> [Tensor?]

  /// Later nodes have larger numbers, which is all the order that going backwards needs.
  let number: Int
  let inputs: [Node?]
  let pullback: Pullback

  private static let counter = Atomic<Int>(0)

  init(inputs: [Node?], pullback: @escaping Pullback) {
    number = Self.counter.add(1, ordering: .relaxed).oldValue
    self.inputs = inputs
    self.pullback = pullback
  }
}

extension Tensor {
  /// Whether gradients flow through this tensor.
  var isTraced: Bool { node != nil }

  /// A parameter to differentiate by: the leaf of a new graph.
  fileprivate var traced: Tensor {
    Tensor(shape: shape, storage: storage, node: Node(inputs: [], pullback: { _ in [] }))
  }

  /// This tensor as the result of an operation on `inputs`; the pullback is recorded only if an input is traced.
  func derived(from inputs: [Tensor], pullback: @escaping Node.Pullback) -> Tensor {
    guard inputs.contains(where: \.isTraced) else { return self }
    return Tensor(shape: shape, storage: storage, node: Node(inputs: inputs.map(\.node), pullback: pullback))
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
  guard let root = value.node else { return leaves.map { _ in nil } }

  // Every node comes after its inputs, so descending numbers visit a node once its whole gradient has arrived.
  var reached: [Int: Node] = [root.number: root]
  var unvisited = [root]
  while let node = unvisited.popLast() {
    for case let input? in node.inputs where reached.updateValue(input, forKey: input.number) == nil {
      unvisited.append(input)
    }
  }
  var order = reached.values.sorted { $0.number < $1.number }
  reached.removeAll()

  var gradients: [Int: Tensor] = [root.number: Tensor(repeating: 1, shape: value.shape)]
  let leafNumbers = Set(leaves.compactMap { $0.node?.number })
  while let node = order.popLast() {
    guard !leafNumbers.contains(node.number), let gradient = gradients.removeValue(forKey: node.number) else {
      continue
    }
    for (input, contribution) in zip(node.inputs, node.pullback(gradient)) {
      guard let input, let contribution else { continue }
      if var sum = gradients.removeValue(forKey: input.number) {
        sum.accumulate(contribution)
        gradients[input.number] = sum
      } else {
        gradients[input.number] = contribution
      }
    }
  }
  return leaves.map { leaf in leaf.node.flatMap { gradients[$0.number] } }
}
