import ElementaryFunctions
import TensorEngine

/// Writes one digit: a style of `DigitShapes` in a random hand, drawn as an anti-aliased pen line.
///
/// The draw goes style, control points, hand (proportion, slant, rotation, warp), size and place, pen, paper. Sizes
/// follow MNIST: the digit's longer side is about 20 of 28 pixels and its centre of mass is near the middle.
struct StrokePen {
  static let side = 28

  private var stream: RandomStream
  private let source: RandomSource
  private let tails: Int?

  /// - Parameter tails: degrees of freedom of Student's t, from which the hand's offsets are then drawn.
  init(source: RandomSource, tails: Int? = nil) {
    (self.source, self.tails) = (source, tails)
    stream = source.derived("hand").makeStream()
  }

  /// The bytes of an image of `digit`, row by row.
  mutating func write(digit: Int) -> [UInt8] {
    var lines = jittered(style(of: digit)).flatMap(Self.flattened)
    applyHand(to: &lines)
    place(&lines)
    return ink(lines)
  }

  // MARK: - The shape

  /// A normal draw that is never further out than two and a half deviations, so that every digit stays legible; with
  /// heavy tails a draw of Student's t, never further out than eight times its scale.
  private mutating func normal(_ deviation: Double) -> Double {
    let draw = stream.normal()
    guard let tails else { return deviation * max(-2.5, min(2.5, draw)) }
    return deviation * max(-8, min(8, draw / max(stream.tailDivisor(tails), 1e-9)))
  }

  private mutating func style(of digit: Int) -> DigitStyle {
    let styles = DigitShapes.styles[digit]
    var left = stream.uniform()
    for style in styles {
      left -= style.weight
      if left < 0 { return style }
    }
    return styles[0]
  }

  private mutating func jittered(_ style: DigitStyle) -> [[ControlPoint]] {
    style.strokes.map { stroke in
      stroke.map { point in
        ControlPoint(x: point.x + normal(0.05), y: point.y + normal(0.035), isCorner: point.isCorner)
      }
    }
  }

  /// The stroke as polylines without corners: a Catmull-Rom curve through each run of points between corners.
  private static func flattened(_ stroke: [ControlPoint]) -> [[SIMD2<Double>]] {
    var runs: [[SIMD2<Double>]] = [[]]
    for (index, point) in stroke.enumerated() {
      let position = SIMD2(point.x, point.y)
      runs[runs.count - 1].append(position)
      if point.isCorner && index > 0 && index < stroke.count - 1 { runs.append([position]) }
    }
    let stepsPerSpan = 6
    return runs.map { run in
      var line = [run[0]]
      for span in 0..<run.count - 1 {
        let (a, b) = (run[span], run[span + 1])
        // Beyond the ends the curve goes on straight.
        let before = span > 0 ? run[span - 1] : a + a - b
        let after = span + 2 < run.count ? run[span + 2] : b + b - a
        for step in 1...stepsPerSpan {
          let t = Double(step) / Double(stepsPerSpan)
          let slope = (b - before) * t
          let bend = (2 * before - 5 * a + 4 * b - after) * (t * t)
          let twist = (3 * a - before - 3 * b + after) * (t * t * t)
          line.append(a + 0.5 * (slope + bend + twist))
        }
      }
      return line
    }
  }

  /// Proportion, warp, slant and rotation about the box's middle.
  private mutating func applyHand(to lines: inout [[SIMD2<Double>]]) {
    let proportion = 0.66 * exp(normal(0.2))
    let slant = 0.13 + normal(0.23)
    let angle = normal(6) * .pi / 180
    let (cosine, sine) = (cos(angle), sin(angle))
    let warp = (0..<4).map { _ in (amplitude: normal(0.045), phase: 2 * .pi * stream.uniform()) }
    lines = lines.map { line in
      line.map { point in
        let u =
          point.x - 0.5 + warp[0].amplitude * sin(4 * point.y + warp[0].phase)
          + warp[1].amplitude * sin(4 * point.x + warp[1].phase)
        let v =
          point.y - 0.5 + warp[2].amplitude * sin(4 * point.x + warp[2].phase)
          + warp[3].amplitude * sin(4 * point.y + warp[3].phase)
        let x = proportion * u - slant * v
        return SIMD2(cosine * x - sine * v, sine * x + cosine * v)
      }
    }
  }

  /// Scales to pixels and moves the centre of mass near the image's middle.
  private mutating func place(_ lines: inout [[SIMD2<Double>]]) {
    let points = lines.joined()
    let low = points.reduce(points.first!) { pointwiseMin($0, $1) }
    let high = points.reduce(points.first!) { pointwiseMax($0, $1) }
    let extent = high - low
    let scale = (18.5 + normal(0.8)) / max(extent.x, extent.y)

    var mass = 0.0
    var moment = SIMD2(0.0, 0.0)
    for line in lines {
      for (a, b) in zip(line, line.dropFirst()) {
        let length = ((b - a) * (b - a)).sum().squareRoot()
        mass += length
        moment += 0.5 * length * (a + b)
      }
    }
    let middle = SIMD2(repeating: Double(Self.side) / 2)
    let shift = SIMD2(normal(0.6), normal(0.6))
    // A long tail must not leave the image, wherever the centre of mass lies.
    let margin = SIMD2(repeating: 2.0)
    var offset = middle + shift - scale * moment / mass
    offset = pointwiseMin(offset, SIMD2(repeating: Double(Self.side)) - margin - scale * high)
    offset = pointwiseMax(offset, margin - scale * low)
    lines = lines.map { line in line.map { scale * $0 + offset } }
  }

  // MARK: - The ink

  /// Covers each pixel by its distance to the nearest line: full inside the pen's radius, fading over its soft edge.
  private mutating func ink(_ lines: [[SIMD2<Double>]]) -> [UInt8] {
    let side = Self.side
    let radius = Float(max(0.65, min(2.1, 1.2 * exp(normal(0.28)))))
    let softness = Float(1.1 + 0.5 * stream.uniform())
    let darkness = Float(0.9 + 0.2 * stream.uniform())
    let pressure = Float(normal(0.1))
    let pressurePhase = Float(2 * .pi * stream.uniform())

    var coverage = [Float](repeating: 0, count: side * side)
    var travelled: Float = 0
    for line in lines {
      for (from, to) in zip(line, line.dropFirst()) {
        let a = SIMD2<Float>(from)
        let along = SIMD2<Float>(to) - a
        let lengthSquared = max(1e-12, (along * along).sum())
        travelled += lengthSquared.squareRoot()
        let width = radius * (1 + pressure * Float(sin(Double(0.25 * travelled + pressurePhase))))
        let reach = width + 0.5 * softness
        let low = pointwiseMin(a, a + along) - reach
        let high = pointwiseMax(a, a + along) + reach
        // The centre of pixel i lies at i + 0.5.
        for row in max(0, Int(low.y - 0.5))..<max(0, min(side, Int(high.y + 0.5))) {
          for column in max(0, Int(low.x - 0.5))..<max(0, min(side, Int(high.x + 0.5))) {
            let offset = SIMD2(Float(column) + 0.5, Float(row) + 0.5) - a
            let t = max(0, min(1, (offset * along).sum() / lengthSquared))
            let away = offset - t * along
            let distance = (away * away).sum().squareRoot()
            let level = (reach - distance) / softness
            coverage[row * side + column] = max(coverage[row * side + column], max(0, min(1, level)))
          }
        }
      }
    }

    // Grain where there is ink; the paper stays black, as in scanned and thresholded digits.
    let grain = source.derived("grain").normals(count: side * side)
    return zip(coverage, grain).map { level, noise in
      let smooth = level * level * (3 - 2 * level)
      return UInt8(max(0, min(255, 255 * smooth * darkness * (1 + 0.06 * noise))))
    }
  }
}
