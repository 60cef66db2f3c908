import NeuralNetworks
import TensorEngine

/// A network whose weights are a running average of those that are trained: an exponential moving average over the steps,
/// steadier than the weights of any one of them (Ho et al. 2020; Song and Ermon 2020, arXiv 2006.09011).
///
/// It stands in for the trained network wherever no gradient is asked for: encoding in the E-step, evaluation and
/// figures, sampling, reconstruction.
package struct WeightAverage: Sendable {
  package var network: any ConditionalNetwork
  /// Steps that it has followed.
  package var stepCount = 0

  /// Goes towards `other` after a step of it: w̄ ← d·w̄ + (1 − d)·w with d = min(decay, (1 + k)/(10 + k)) after k steps,
  /// so that the start soon counts for nothing. What follows training by itself, such as batch norm's statistics, is
  /// copied.
  package mutating func follow(_ other: any ConditionalNetwork, decay: Double) {
    stepCount += 1
    let steps = Double(stepCount)
    network.follow(other.parameters, by: 1 - min(decay, (1 + steps) / (10 + steps)))
    var statistics = other.tensors(of: .statistic)[...]
    network.visitTensors { kind, tensor in
      if kind == .statistic { tensor = statistics.removeFirst() }
    }
  }
}
