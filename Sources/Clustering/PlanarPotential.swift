import CKernels
import TensorEngine

/// The potential φ(z) = Σ_j 1/(1 + |z − y_j|²) of points y_j in the plane, and its slopes, from a grid.
///
/// Points are spread over the nodes by cubic B-splines, the grid is convolved with the kernel by Fourier transforms, and
/// the spline over what comes of it is the potential: interpolation-based t-SNE (Linderman et al., "Fast
/// interpolation-based t-SNE for improved visualization of single-cell RNA-seq data", Nature Methods 16, 2019) with the
/// splines of smooth particle-mesh Ewald sums (Essmann et al. 1995) in place of polynomials by pieces: one grid then
/// gives the forces too, which are slopes.
///
/// Takes n operations and those of a transform of the grid, whose nodes are a quarter of a unit apart, or less where the
/// points lie closer together. Not safe to use from several threads at once: it keeps its memory from one to the next.
final class PlanarPotential {
  /// How a grid lies over points.
  private struct Shape: Equatable {
    /// Between nodes.
    let spacing: Double
    /// Numbers along rows and along columns that are transformed, half of which lie under points.
    let width: Int
    let height: Int
  }

  /// Between nodes, at most; forces are then right to half a percent where points lie a unit or two apart, and to less
  /// where they lie denser; potentials to a part in a thousand.
  private static let widestSpacing = 0.25
  /// Nodes between the outermost points, at least.
  private static let leastNodes = 16.0
  /// The longest transform: points that lie farther apart than its nodes reach get wider spacing.
  private static let longestTransform = 4096

  private var shape: Shape?
  private var convolution: GridConvolution?
  private var origin = (x: 0.0, y: 0.0)

  /// Lays the grid over points (x of every point, then y), with `margin` around them, and computes the potential on it.
  func place(over positions: [Double], margin: Double = 0) {
    let n = positions.count / 2
    let (left, right) = Self.range(positions[..<n])
    let (bottom, top) = Self.range(positions[n...])
    let (spanX, spanY) = (right - left + 2 * margin, top - bottom + 2 * margin)
    let shape = Self.shape(spanX, spanY)
    if shape != self.shape {
      convolution = GridConvolution(width: shape.width, height: shape.height, spacing: shape.spacing)
      self.shape = shape
    }
    origin = (left - margin, bottom - margin)
    let (x, y) = (places(positions[..<n], along: \.x), places(positions[n...], along: \.y))
    convolution!.spread(x, y)
    convolution!.convolve()
  }

  /// φ at any positions (x of every point, then y), its slopes (laid out alike) and the sum of φ.
  ///
  /// Beyond the grid's edge it is what it is there.
  func values(at positions: [Double]) -> (sum: Double, values: [Double], slopes: [Double]) {
    let n = positions.count / 2
    return convolution!.interpolated(
      places(positions[..<n], along: \.x), places(positions[n...], along: \.y), slope: 1 / shape!.spacing)
  }

  /// Where coordinates lie on the grid, in nodes.
  private func places(
    _ coordinates: ArraySlice<Double>, along axis: KeyPath<(x: Double, y: Double), Double>
  ) -> [Double] {
    let start = origin[keyPath: axis]
    let scale = 1 / shape!.spacing
    let least = Double(CK_SPLINE_NODES - 1)
    let nodes = Double((axis == \.x ? shape!.width : shape!.height) / 2)
    // The last node itself is none that a spline may begin at.
    let most = (nodes - 0.5)
    return coordinates.map { min(max(($0 - start) * scale + least, least), most) }
  }

  private static func range(_ values: ArraySlice<Double>) -> (Double, Double) {
    values.reduce((Double.infinity, -Double.infinity)) { (min($0.0, $1), max($0.1, $1)) }
  }

  private static func shape(_ spanX: Double, _ spanY: Double) -> Shape {
    var spacing = widestSpacing
    let span = max(spanX, spanY)
    // By halves, so that the grid's shape, and with it the kernel's transform, seldom changes.
    while span / spacing < leastNodes, spacing > 1e-9 { spacing /= 2 }
    while 2 * (span / spacing + 6) > Double(longestTransform) { spacing *= 2 }
    func length(_ span: Double) -> Int {
      max(64, FourierPlan.length(atLeast: 2 * (Int(span / spacing) + 5)))
    }
    return Shape(spacing: spacing, width: length(spanX), height: length(spanY))
  }
}
