import TensorEngine
import TestSupport
import Testing

/// What is kept of parameters over several passes changes no bit.
@Suite struct ParameterFormsTests {
  private let source = RandomSource(seed: 3)

  /// Convolutions by every method and a matrix product: the value and all gradients.
  private func pass(_ parameters: [Tensor], _ number: Int) -> [Tensor] {
    let x = Tensor.normals([3, 8, 8, 16], from: source.derived(number))
    let (value, gradients) = valueAndGradient(at: parameters) { parameters in
      var y = x.convolved(with: parameters[0], bias: parameters[1], stride: 1, padding: 1)
      y = y.convolved(with: parameters[2], bias: parameters[3], stride: 2, padding: 1)
      y = y.convolved(with: parameters[4], bias: parameters[5], stride: 1, padding: 1)
      let z = y.reshaped(to: [3, 4 * 4 * 3]).matrixProduct(parameters[6])
      return (z * z).sum
    }
    return [value] + gradients
  }

  private var parameters: [Tensor] {
    let shapes = [[3, 3, 16, 32], [32], [3, 3, 32, 16], [16], [3, 3, 16, 3], [3], [48, 5]]
    return shapes.enumerated().map { Tensor.normals($1, from: source.derived("parameter").derived($0)) }
  }

  @Test func passesAreTheSame() {
    let parameters = self.parameters
    let expected = (0..<4).map { pass(parameters, $0) }
    let found = ParameterForms.keeping(of: parameters) { (0..<4).map { pass(parameters, $0) } }
    #expect(found == expected)
    // Of what is no parameter nothing is kept, wherever its memory was before.
    let others = ParameterForms.keeping(of: [parameters[0]]) {
      (0..<4).map { number in
        let scaled = parameters.map { $0 * Float(number + 1) }
        return pass(scaled, number)
      }
    }
    #expect(others == (0..<4).map { number in pass(parameters.map { $0 * Float(number + 1) }, number) })
  }

  /// Forms go with the body: who changes a parameter afterwards gets others.
  @Test func theyEndWithTheBody() {
    var parameters = self.parameters
    _ = ParameterForms.keeping(of: parameters) { pass(parameters, 0) }
    let storage = parameters[0].storageIdentifier
    parameters[0].addNeighbours([], weights: [2])
    #expect(parameters[0].storageIdentifier == storage)
    let expected = pass(parameters.map { Tensor($0.scalars, shape: $0.shape) }, 0)
    #expect(pass(parameters, 0) == expected)
    #expect(ParameterForms.keeping(of: parameters) { pass(parameters, 0) } == expected)
  }
}
