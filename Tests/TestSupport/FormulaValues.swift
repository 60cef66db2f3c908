import Glibc
import TensorEngine

/// `count` numbers spread over [-1, 1) that belong to `name`: a formula, so that a golden's script can compute the
/// same ones and only its results need a file.
public func formulaValues(_ count: Int, _ name: String) -> [Double] {
  let key = name.utf8.enumerated().reduce(0) { $0 + ($1.offset + 1) * Int($1.element) } % 997
  return (0..<count).map { index in
    let x = sin(Double(index) * 12.9898 + Double(key) * 78.233) * 43758.5453
    return 2 * (x - x.rounded(.down)) - 1
  }
}

/// scale·values + offset of `formulaValues` as a tensor.
public func formulaTensor(_ shape: [Int], _ name: String, scale: Double = 1, offset: Double = 0) -> Tensor {
  Tensor(formulaValues(shape.reduce(1, *), name).map { Float($0 * scale + offset) }, shape: shape)
}
