import TensorEngine

/// The loops over points of the plane that t-SNE needs, in single precision: the only place where its pointers are raw.
///
/// Points are x of every point, then y. Work is cut into blocks of `blockSize` points, whatever the number of threads.
enum PlanarKernels {
  private static let blockSize = 64

  static func blockCount(_ pointCount: Int) -> Int { (pointCount + blockSize - 1) / blockSize }

  static func range(ofBlock block: Int, of pointCount: Int) -> Range<Int> {
    block * blockSize..<min(pointCount, (block + 1) * blockSize)
  }

  /// A kernel that writes the forces on the points in `range`, which begin at `forceX` and `forceY`.
  typealias ForceKernel<Result> = (
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ range: Range<Int>, _ forceX: UnsafeMutablePointer<Float>,
    _ forceY: UnsafeMutablePointer<Float>
  ) -> Result

  /// The forces that `kernel` writes for the points at `positions`, and what it returns for each block, in order.
  static func forces<Result: Sendable>(
    at positions: [Double], _ kernel: ForceKernel<Result>
  ) -> (forces: [Double], results: [Result]) {
    let n = positions.count / 2
    let single = positions.map(Float.init)
    var forces = [Float](repeating: 0, count: 2 * n)
    let results = single.withUnsafeBufferPointer { single in
      forces.withUnsafeMutableBufferPointer { forces in
        guard let x = single.baseAddress, let force = forces.baseAddress else { return [Result]() }
        return Parallel.map(blockCount(n)) { block in
          let range = range(ofBlock: block, of: n)
          return kernel(x, x + n, range, force + range.lowerBound, force + n + range.lowerBound)
        }
      }
    }
    return (forces.map(Double.init), results)
  }
}
