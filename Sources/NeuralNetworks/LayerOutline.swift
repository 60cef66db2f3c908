/// One line of a network's description.
public struct LayerOutline: Sendable, Equatable {
  public let name: String
  /// What the part does, with its sizes.
  public let operation: String
  /// The output's shape without the batch.
  public let outputShape: [Int]
  public let parameterCount: Int

  public init(_ name: String, _ operation: String, _ outputShape: [Int], _ parameterCount: Int) {
    (self.name, self.operation) = (name, operation)
    (self.outputShape, self.parameterCount) = (outputShape, parameterCount)
  }
}

extension Layer {
  /// The parts in the order of computation, as their table describes them: a line for each that has one.
  public var outline: [LayerOutline] { outline(at: "") }

  /// The outline of a layer that has the path `path` in a network.
  ///
  /// Traps if a part is counted in a line that is not there: its parameters would be lost.
  func outline(at path: String) -> [LayerOutline] {
    var shared: [(line: String, parameterCount: Int)] = []
    for part in Self.parts {
      if case .shared(let line) = part.line { shared.append((line, part.parameterCount(of: self))) }
    }
    var lines: [LayerOutline] = []
    for part in Self.parts {
      switch part.line {
      case .none, .shared: break
      case .nested(let outline): lines += outline(self, part.path(in: path))
      case .own(let operation, let output):
        let others = shared.reduce(0) { $1.line == part.name ? $0 + $1.parameterCount : $0 }
        shared.removeAll { $0.line == part.name }
        lines.append(
          LayerOutline(part.path(in: path), operation, output(self), part.parameterCount(of: self) + others))
      }
    }
    precondition(shared.isEmpty, "no line of \(Self.self) is called \(shared[0].line)")
    return lines
  }
}
