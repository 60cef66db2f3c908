import TensorEngine

/// The largest disagreement between the gradient of `function` and central differences, over parameters and a few
/// elements of each, relative to the gradient's scale.
///
/// `function` may return any shape: it is contracted with fixed random weights, so that no error can cancel out.
/// Float32 limits the differences: `step` balances truncation (∝ step²) against rounding (∝ 1/step).
public func gradientError(
  at parameters: [Tensor], step: Float = 1e-2, elements: Int = 12, of function: @escaping ([Tensor]) -> Tensor
) -> Float {
  let shape = function(parameters).shape
  let weights = Tensor.normals(shape, from: RandomSource(seed: 99).derived("contraction"))
  func contracted(_ parameters: [Tensor]) -> Tensor { (function(parameters) * weights).sum }
  let (_, gradients) = valueAndGradient(at: parameters, of: contracted)

  var worst: Float = 0
  var chooser = RandomSource(seed: 5).derived("elements").makeStream()
  for (index, parameter) in parameters.enumerated() {
    let gradient = gradients[index].scalars
    let scale = max(0.1, gradient.map { abs($0) }.max() ?? 0)
    for element in chooser.permutation(of: parameter.count).prefix(elements) {
      func value(_ offset: Float) -> Double {
        var scalars = parameter.scalars
        scalars[element] += offset
        var moved = parameters
        moved[index] = Tensor(scalars, shape: parameter.shape)
        // Summed in Double: the differences are small beside the value.
        return zip(function(moved).scalars, weights.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      let numeric = Float((value(step) - value(-step)) / Double(2 * step))
      let error = abs(numeric - gradient[element]) / scale
      if !(error <= worst) { worst = error.isNaN ? .infinity : error }
    }
  }
  return worst
}

/// Standard normals that are the same in every run, one tensor a name.
public func fixedNormals(_ shape: [Int], _ name: String) -> Tensor {
  .normals(shape, from: RandomSource(seed: 12).derived(name))
}
