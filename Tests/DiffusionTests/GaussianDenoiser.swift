import Diffusion
import TensorEngine

/// What a perfect network says of x_t when every pixel of the data is N(mean, deviation²).
func gaussianDenoiser(
  _ process: DiffusionProcess, mean: Double, deviation: Double
) -> (Tensor, Double) -> Tensor {
  { x, time in
    let (signal, noise) = (process.schedule.signal(at: time), process.schedule.noise(at: time))
    let variance = signal * signal * deviation * deviation + noise * noise
    // E[ε|x] and E[x0|x], both linear in x − α·mean.
    let centred = x - Float(signal * mean)
    let epsilon = centred * Float(noise / variance)
    guard process.target == .velocity else { return epsilon }
    let x0 = centred * Float(signal * deviation * deviation / variance) + Float(mean)
    return epsilon * Float(signal) - x0 * Float(noise)
  }
}
