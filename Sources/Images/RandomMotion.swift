import ElementaryFunctions
import TensorEngine

/// Random movements of images: each of rotation, scale, shear and shift uniform within its bound.
///
/// Drawn for the encoder's input so that pose need not be kept in the latents (the `fast` preset; see the model).
public struct RandomMotion: Sendable, Equatable {
  /// The largest rotation either way, in degrees.
  public var rotation: Double
  /// The smallest and the largest factor of size.
  public var scale: ClosedRange<Double>
  /// The largest shear either way, in pixels to the side for each pixel down.
  public var shear: Double
  /// The largest shift either way along each axis, as a fraction of half the width and half the height.
  public var shift: Double
  /// The largest share by which width grows at the cost of height, either way.
  public var aspect: Double
  /// Whether half of the images are shown mirrored, left for right.
  public var flips: Bool
  /// The standard deviation of the displacements that bend an image, as a fraction of half the width; see `ElasticField`.
  public var elastic: Double

  public init(
    rotation: Double = 15, scale: ClosedRange<Double> = 0.85...1.15, shear: Double = 0.2, shift: Double = 0.15,
    aspect: Double = 0, flips: Bool = false, elastic: Double = 0
  ) {
    precondition(
      rotation >= 0 && shear >= 0 && shift >= 0 && aspect >= 0 && elastic >= 0 && scale.lowerBound > 0,
      "bounds must not be negative and the scale must be above 0: "
        + "\(rotation), \(shear), \(shift), \(aspect), \(elastic), \(scale)")
    self.rotation = rotation
    self.scale = scale
    self.shear = shear
    self.shift = shift
    self.aspect = aspect
    self.flips = flips
    self.elastic = elastic
  }

  /// No movement: every image comes back exactly.
  public static let none = RandomMotion(rotation: 0, scale: 1...1, shear: 0, shift: 0)

  /// The movement that `source` gives for an image of this size.
  public func transform(from source: RandomSource, height: Int, width: Int) -> AffineTransform {
    let uniforms = source.uniforms(count: 7).map(Double.init)
    func symmetric(_ bound: Double, _ draw: Int) -> Double { bound * (2 * uniforms[draw] - 1) }
    return AffineTransform(
      rotation: symmetric(rotation, 0),
      scale: scale.lowerBound + (scale.upperBound - scale.lowerBound) * uniforms[1],
      shear: symmetric(shear, 2),
      shift: (symmetric(shift, 3), symmetric(shift, 4)),
      height: height, width: width, aspect: exp(symmetric(aspect, 5)), isFlipped: flips && uniforms[6] < 0.5)
  }

  /// A batch of images, each moved at random, as floats [batch, height, width, channels]; black fills what was
  /// outside.
  ///
  /// - Parameter source: derived for the purpose, epoch and step; image i of the set draws from its i-th derivation,
  ///   wherever it stands in the batch.
  public func floats(
    of images: ImageSet, at indices: some Collection<Int>, from source: RandomSource, in range: PixelRange
  ) -> [Float] {
    images.floats(
      at: indices, movedBy: transforms(of: images, at: indices, from: source),
      bentBy: fields(at: indices, from: source),
      in: range)
  }

  /// Writes what `floats(of:at:from:in:)` returns to the beginning of `output`.
  public func writeFloats(
    of images: ImageSet, at indices: some Collection<Int>, from source: RandomSource, in range: PixelRange,
    to output: UnsafeMutableBufferPointer<Float>
  ) {
    images.writeFloats(
      at: indices, movedBy: transforms(of: images, at: indices, from: source),
      bentBy: fields(at: indices, from: source),
      in: range, to: output)
  }

  /// None where nothing is bent.
  private func fields(at indices: some Collection<Int>, from source: RandomSource) -> [ElasticField] {
    guard elastic > 0 else { return [] }
    return indices.map { ElasticField(deviation: elastic, from: source.derived($0).derived("elastic")) }
  }

  private func transforms(
    of images: ImageSet, at indices: some Collection<Int>, from source: RandomSource
  ) -> [AffineTransform] {
    indices.map { transform(from: source.derived($0), height: images.height, width: images.width) }
  }
}
