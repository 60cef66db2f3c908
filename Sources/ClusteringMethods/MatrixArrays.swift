import ArrayFiles
import Clustering

extension NamedArray {
  /// A matrix in double precision.
  public init(_ name: String, _ matrix: Matrix) {
    self.init(name, shape: [matrix.rows, matrix.columns], .float64(matrix.elements))
  }
}
