import Clustering
import ClusteringMethods
import Images
import Interruptions
import NeuralNetworks

extension PixelMethod {
  public var latentSize: Int { imageShape.dimensions.reduce(1, *) }

  public func latents(of images: ImageSet, watch: Watch) throws -> Matrix { try pixelPoints(of: images, watch: watch) }

  public func latents(of images: ImageSet, at places: Range<Int>) -> Matrix {
    Matrix(rows: places.count, columns: images.imageSize, elements: images.floats(at: places, in: .unit))
  }
}

/// The pixels of each image as a point, 0 black to 1 white.
///
/// - Throws: `MethodError.needsAllPixels` for images of which there are more in a file than memory takes.
func pixelPoints(of images: ImageSet, watch: Watch) throws -> Matrix {
  let pixelCount = images.count * images.imageSize
  guard images.isInMemory || pixelCount <= 1 << 30 else {
    throw MethodError.needsAllPixels(images: images.count, bytes: pixelCount * MemoryLayout<Double>.size)
  }
  var pixels: [Float] = []
  pixels.reserveCapacity(images.count * images.imageSize)
  // In parts, so that an interrupt is answered while many images are converted.
  for start in stride(from: 0, to: images.count, by: 10_000) {
    try Interruption.check()
    let part = start..<min(start + 10_000, images.count)
    pixels += images.floats(at: part, in: .unit)
    try watch(.encoding(done: part.upperBound, count: images.count))
  }
  return Matrix(rows: images.count, columns: images.imageSize, elements: pixels)
}

extension GaussianMixture {
  /// Spherical components of one variance and equal shares about `centres`, whose limit k-means is.
  init(spherical centres: Matrix, variance: Double) {
    self.init(
      mixingWeights: [Double](repeating: 1 / Double(centres.rows), count: centres.rows), means: centres,
      variances: Matrix(rows: centres.rows, columns: centres.columns, repeating: max(variance, 1e-12)))
  }
}

extension LayerOutline {
  /// What a mixture of Gaussians has learnt.
  static func mixture(
    componentCount: Int, dimension: Int, covariance: GaussianMixture.Covariance
  ) -> [LayerOutline] {
    let (name, count) = covariance.parameters(dimension: dimension)
    let shape = [componentCount, dimension]
    return [
      LayerOutline("weights", "shares of \(componentCount) components", [componentCount], componentCount - 1),
      LayerOutline("means", "", shape, componentCount * dimension),
      covariance == .full
        ? LayerOutline(name, "full, of each component", [dimension, dimension], componentCount * count)
        : LayerOutline(name, "diagonal", shape, componentCount * count),
    ]
  }
}
