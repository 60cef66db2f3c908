import TensorEngine

/// A smooth random bending of an image: displacements at the nodes of a coarse grid over it, cubic between them.
///
/// Elastic distortion after Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to
/// visual document analysis" (2003), with a grid instead of a blurred field.
public struct ElasticField: Sendable, Equatable {
  /// Nodes along each side, the outer ones on the outermost pixels.
  private static let nodes = 5

  /// Displacements to the right and down of the nodes, row by row, as fractions of half the width.
  private let x: [Float]
  private let y: [Float]

  /// - Parameter deviation: the standard deviation of a node's displacement, as a fraction of half the width.
  public init(deviation: Double, from source: RandomSource) {
    let count = Self.nodes * Self.nodes
    let draws = source.normals(count: 2 * count).map { Float(deviation) * $0 }
    (x, y) = (Array(draws[..<count]), Array(draws[count...]))
  }

  /// How much each node counts at each pixel of images of one size.
  public struct Grid: Sendable {
    let height: Int
    let width: Int
    /// `[pixels of a side, nodes]`.
    fileprivate let down: [Float]
    fileprivate let across: [Float]

    public init(height: Int, width: Int) {
      (self.height, self.width) = (height, width)
      (down, across) = (Self.weights(height), Self.weights(width))
    }

    /// Keys' cubic convolution (1981) with a = −½, which keeps straight lines straight; the outer nodes are repeated beyond
    /// the border.
    private static func weights(_ length: Int) -> [Float] {
      let a: Float = -0.5
      var weights = [Float](repeating: 0, count: length * nodes)
      for pixel in 0..<length {
        let place = length > 1 ? Float(pixel * (nodes - 1)) / Float(length - 1) : Float(nodes - 1) / 2
        let first = Int(place)
        for node in first - 1...first + 2 {
          let t = abs(place - Float(node))
          let weight =
            t <= 1
            ? ((a + 2) * t - (a + 3)) * t * t + 1
            : t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0
          weights[pixel * nodes + min(max(node, 0), nodes - 1)] += weight
        }
      }
      return weights
    }
  }

  /// The displacement of every pixel, row by row, in pixels.
  package func displacements(on grid: Grid) -> [(x: Float, y: Float)] {
    let (n, scale) = (Self.nodes, Float(grid.width) / 2)
    var result = [(x: Float, y: Float)](repeating: (0, 0), count: grid.height * grid.width)
    var line = [(x: Float, y: Float)](repeating: (0, 0), count: n)
    for row in 0..<grid.height {
      for node in 0..<n {
        var sum: (x: Float, y: Float) = (0, 0)
        for k in 0..<n {
          let weight = grid.down[row * n + k]
          sum.x += weight * x[k * n + node]
          sum.y += weight * y[k * n + node]
        }
        line[node] = sum
      }
      for column in 0..<grid.width {
        var sum: (x: Float, y: Float) = (0, 0)
        for k in 0..<n {
          let weight = grid.across[column * n + k]
          sum.x += weight * line[k].x
          sum.y += weight * line[k].y
        }
        result[row * grid.width + column] = (sum.x * scale, sum.y * scale)
      }
    }
    return result
  }
}
