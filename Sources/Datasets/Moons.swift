import ElementaryFunctions
import Evaluation
import Images
import TensorEngine

/// Clusters that are no Gaussians: dots whose places in the picture lie on interleaved half moons.
///
/// Moon k is the half circle of radius 1 about (1.2 k, 0) with its arch upwards for even k, about (1.2 k, 0.5) with its
/// arch downwards for odd k: for two moons nearly scikit-learn's `make_moons`. A point is uniform in the angle, plus an
/// offset of `noise` times two standard normals, or times a bivariate Student's t. The plane is stretched so that the
/// moons fill a picture of 28×28 but for a margin of five pixels, in which offsets have room; further out they end at its
/// edge. The dot is a Gaussian of 1.6 to 2.2 pixels, 80 to 100 % of white.
enum Moons {
  static let defaultCount = 6_000
  static let side = 28
  static let classLimit = 4
  static let defaultNoise = 0.08
  private static let margin = 5.0
  private static let spacing = 1.2

  /// Draws `count` images, the last sixth of them for testing. Image i depends on the seed and i alone.
  static func draw(count: Int, seed: UInt64, _ drawing: DrawingOptions) throws(DatasetError) -> DatasetContent {
    let source = RandomSource(seed: seed).derived("moons")
    let classCount = drawing.classes ?? 2
    guard (2...classLimit).contains(classCount) else {
      throw .badOption(option: "classes", expected: "2 to \(classLimit) moons", found: "\(classCount)")
    }
    let classes = drawing.classes(count, of: classCount, source)
    let noise = drawing.noise ?? defaultNoise
    let images = source.derived("image")
    let pixels = try DrawingOptions.pixels(count, size: side * side) { index in
      var stream = images.derived(index).makeStream()
      let place = point(on: classes[index], noise: noise, tails: drawing.tails, &stream)
      return dot(at: pixel(of: place, classCount: classCount), &stream)
    }
    return DatasetContent(
      images: ImageSet(count: count, height: side, width: side, channelCount: 1, pixels: pixels),
      labels: Labels(classes: classes, names: (0..<classCount).map(String.init)),
      trainCount: count - count / 6)
  }

  private static func point(
    on moon: Int, noise: Double, tails: Int?, _ stream: inout RandomStream
  ) -> SIMD2<Double> {
    let angle = .pi * stream.uniform()
    let arch = SIMD2(cos(angle), moon % 2 == 0 ? sin(angle) : 0.5 - sin(angle))
    let divisor = tails.map { stream.tailDivisor($0) } ?? 1
    let offset = SIMD2(stream.normal(), stream.normal()) * (noise / max(divisor, 1e-9))
    return SIMD2(spacing * Double(moon), 0) + arch + offset
  }

  /// Where a point of the plane is in the picture, x to the right and y down.
  private static func pixel(of point: SIMD2<Double>, classCount: Int) -> SIMD2<Double> {
    let low = SIMD2(-1, -0.5)
    let extent = SIMD2(2 + spacing * Double(classCount - 1), 1.5)
    let share = (point - low) / extent
    let inside = SIMD2(share.x, 1 - share.y) * (Double(side) - 2 * margin) + margin
    return pointwiseMin(pointwiseMax(inside, SIMD2(repeating: 0)), SIMD2(repeating: Double(side)))
  }

  private static func dot(at place: SIMD2<Double>, _ stream: inout RandomStream) -> [UInt8] {
    let radius = stream.uniform(in: 1.6...2.2)
    let level = 255 * stream.uniform(in: 0.8...1)
    return (0..<side * side).map { index in
      let offset = SIMD2(Double(index % side) + 0.5, Double(index / side) + 0.5) - place
      return UInt8(level * exp(-(offset * offset).sum() / (2 * radius * radius)))
    }
  }
}

extension KnownDataset {
  static let moons = KnownDataset(
    name: "moons", summary: "dots drawn by this program on interleaved half moons; needs no files",
    count: Moons.defaultCount, height: Moons.side, width: Moons.side, channelCount: 1, classNames: ["0", "1"],
    source: .drawn([.classes, .imbalance, .tails, .noise], Moons.draw))
}
