/// A point that a pen stroke passes through; x to the right and y down, both 0 to 1 in the digit's box.
struct ControlPoint: Sendable {
  var x: Double
  var y: Double
  /// Whether the pen changes direction here at once; elsewhere it turns smoothly.
  var isCorner = false
}

/// One way to write a digit: the strokes of the pen, in order.
struct DigitStyle: Sendable {
  /// How often this way is taken among the digit's styles.
  let weight: Double
  let strokes: [[ControlPoint]]

  init(_ weight: Double, _ strokes: [ControlPoint]...) {
    self.weight = weight
    self.strokes = strokes
  }
}

/// The ways in which people write the ten digits, as strokes for `StrokePen`.
enum DigitShapes {
  static let styles: [[DigitStyle]] = [zero, one, two, three, four, five, six, seven, eight, nine]

  private static func p(_ x: Double, _ y: Double) -> ControlPoint { ControlPoint(x: x, y: y) }
  private static func corner(_ x: Double, _ y: Double) -> ControlPoint { ControlPoint(x: x, y: y, isCorner: true) }

  private static let zero = [
    DigitStyle(
      0.7,
      [
        p(0.52, 0), p(0.16, 0.14), p(0, 0.5), p(0.14, 0.86), p(0.48, 1), p(0.84, 0.85), p(1, 0.5), p(0.86, 0.15),
        p(0.5, 0.01),
      ]),
    DigitStyle(
      0.3,
      [
        p(0.66, 0.06), p(0.3, 0.06), p(0.02, 0.45), p(0.1, 0.82), p(0.46, 1), p(0.86, 0.84), p(1, 0.48),
        p(0.84, 0.12), p(0.5, 0.02), p(0.34, 0.16),
      ]),
  ]

  private static let one = [
    DigitStyle(0.7, [p(0.52, 0), p(0.5, 0.35), p(0.5, 0.7), p(0.5, 1)]),
    DigitStyle(0.2, [p(0.26, 0.26), p(0.42, 0.16), corner(0.56, 0), p(0.55, 0.5), p(0.55, 1)]),
    DigitStyle(0.1, [p(0.26, 0.24), corner(0.54, 0), p(0.54, 0.5), p(0.54, 1)], [p(0.2, 1), p(0.88, 0.99)]),
  ]

  private static let two = [
    DigitStyle(
      0.55,
      [
        p(0.06, 0.24), p(0.26, 0.04), p(0.6, 0), p(0.88, 0.2), p(0.76, 0.5), p(0.42, 0.78), corner(0.04, 1),
        p(0.5, 0.98), p(1, 0.97),
      ]),
    DigitStyle(
      0.45,
      [
        p(0.08, 0.2), p(0.42, 0), p(0.84, 0.14), p(0.8, 0.44), p(0.46, 0.8), p(0.16, 0.98), p(0.02, 0.88),
        p(0.16, 0.76), p(0.46, 0.86), p(0.72, 0.98), p(1, 0.88),
      ]),
  ]

  private static let three = [
    DigitStyle(
      0.7,
      [
        p(0.1, 0.12), p(0.45, 0), p(0.84, 0.12), p(0.78, 0.34), corner(0.36, 0.46), p(0.8, 0.56), p(0.94, 0.78),
        p(0.6, 0.99), p(0.26, 0.98), p(0.02, 0.86),
      ]),
    DigitStyle(
      0.12,
      [
        p(0.08, 0.03), corner(0.9, 0.02), corner(0.42, 0.4), p(0.82, 0.5), p(0.94, 0.76), p(0.56, 1), p(0.03, 0.88),
      ]),
    DigitStyle(
      0.18,
      [
        p(0.14, 0.1), p(0.5, 0), p(0.8, 0.16), p(0.66, 0.4), p(0.42, 0.48), p(0.5, 0.54), p(0.82, 0.58),
        p(0.9, 0.8), p(0.54, 1), p(0.06, 0.92),
      ]),
  ]

  private static let four = [
    DigitStyle(
      0.6, [p(0.18, 0.02), p(0.1, 0.28), corner(0.06, 0.54), p(0.5, 0.53), p(0.96, 0.5)],
      [p(0.84, 0.02), p(0.78, 0.5), p(0.72, 1)]),
    DigitStyle(
      0.2, [p(0.7, 0), p(0.36, 0.34), corner(0.02, 0.64), p(0.5, 0.65), p(1, 0.62)],
      [p(0.7, 0), p(0.7, 0.5), p(0.68, 1)]),
    DigitStyle(
      0.2, [p(0.12, 0.02), p(0.06, 0.36), p(0.3, 0.54), p(0.62, 0.44), corner(0.84, 0.06), p(0.78, 0.5), p(0.72, 1)]),
  ]

  private static let five = [
    DigitStyle(
      0.55,
      [
        p(0.92, 0.02), p(0.55, 0.02), corner(0.2, 0.04), corner(0.14, 0.42), p(0.5, 0.36), p(0.86, 0.52),
        p(0.86, 0.8), p(0.5, 1), p(0.02, 0.9),
      ]),
    DigitStyle(
      0.45,
      [
        p(0.28, 0.08), p(0.24, 0.26), corner(0.2, 0.42), p(0.56, 0.44), p(0.8, 0.64), p(0.66, 0.92), p(0.34, 1),
        p(0.04, 0.9),
      ],
      [p(0.28, 0.06), p(0.6, 0.05), p(0.98, 0)]),
  ]

  private static let six = [
    DigitStyle(
      0.65,
      [
        p(0.74, 0), p(0.4, 0.2), p(0.12, 0.52), p(0.12, 0.82), p(0.42, 1), p(0.8, 0.9), p(0.84, 0.66), p(0.5, 0.54),
        p(0.14, 0.74),
      ]),
    DigitStyle(
      0.35,
      [
        p(0.42, 0), p(0.16, 0.3), p(0.08, 0.66), p(0.28, 0.96), p(0.66, 0.96), p(0.84, 0.72), p(0.6, 0.56),
        p(0.3, 0.68),
        p(0.24, 0.88),
      ]),
  ]

  private static let seven = [
    DigitStyle(0.55, [p(0.04, 0.1), p(0.5, 0.06), corner(0.94, 0.04), p(0.66, 0.46), p(0.46, 1)]),
    DigitStyle(0.2, [p(0.06, 0.22), corner(0.08, 0.04), p(0.5, 0.05), corner(0.92, 0.03), p(0.7, 0.42), p(0.56, 1)]),
    DigitStyle(
      0.15, [p(0.04, 0.06), p(0.5, 0.06), corner(0.92, 0.04), p(0.66, 0.46), p(0.48, 1)], [p(0.28, 0.5), p(0.9, 0.46)]),
    DigitStyle(0.1, [p(0.04, 0.14), p(0.4, 0.02), p(0.84, 0.08), p(0.82, 0.36), p(0.62, 0.68), p(0.52, 1)]),
  ]

  private static let eight = [
    DigitStyle(
      0.75,
      [
        p(0.82, 0.14), p(0.48, 0), p(0.18, 0.2), p(0.44, 0.46), p(0.82, 0.74), p(0.5, 1), p(0.16, 0.8), p(0.46, 0.52),
        p(0.84, 0.24), p(0.72, 0.04),
      ]),
    DigitStyle(
      0.25,
      [p(0.5, 0), p(0.22, 0.12), p(0.24, 0.36), p(0.5, 0.46), p(0.78, 0.36), p(0.8, 0.12), p(0.5, 0)],
      [p(0.5, 0.46), p(0.16, 0.58), p(0.14, 0.88), p(0.5, 1), p(0.86, 0.88), p(0.84, 0.58), p(0.5, 0.46)]),
  ]

  private static let nine = [
    DigitStyle(
      0.65,
      [
        p(0.84, 0.14), p(0.5, 0), p(0.14, 0.18), p(0.18, 0.44), p(0.52, 0.5), p(0.82, 0.3), corner(0.86, 0.1),
        p(0.82, 0.55), p(0.74, 1),
      ]),
    DigitStyle(
      0.35,
      [
        p(0.8, 0.1), p(0.46, 0), p(0.12, 0.2), p(0.2, 0.46), p(0.56, 0.46), p(0.82, 0.12), p(0.84, 0.5),
        p(0.68, 0.86), p(0.3, 1),
      ]),
  ]
}
