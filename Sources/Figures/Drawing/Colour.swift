/// An sRGB colour with opacity, each component from 0 to 1.
public struct Colour: Sendable, Hashable {
  public var red: Double
  public var green: Double
  public var blue: Double
  public var opacity: Double

  public init(red: Double, green: Double, blue: Double, opacity: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.opacity = opacity
  }

  /// An opaque colour written as in HTML: 0xRRGGBB.
  public init(_ hexadecimal: UInt32) {
    func component(_ shift: UInt32) -> Double { Double(hexadecimal >> shift & 255) / 255 }
    self.init(red: component(16), green: component(8), blue: component(0))
  }

  /// Red, green, blue and opacity, from 0 to 255.
  var bytes: [UInt8] { [red, green, blue, opacity].map { UInt8((min(max($0, 0), 1) * 255).rounded()) } }

  /// As in HTML: "#0065c9".
  var hexadecimal: String {
    bytes.dropLast().reduce("#") { $0 + ($1 < 16 ? "0" : "") + String($1, radix: 16) }
  }

  public static let white = Colour(0xFFFFFF)
  public static let black = Colour(0x000000)

  public func withOpacity(_ opacity: Double) -> Colour {
    Colour(red: red, green: green, blue: blue, opacity: opacity)
  }

  /// This colour with `fraction` of it replaced by `other`.
  public func mixed(with other: Colour, _ fraction: Double) -> Colour {
    func mix(_ from: Double, _ to: Double) -> Double { from + (to - from) * fraction }
    return Colour(
      red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue),
      opacity: mix(opacity, other.opacity))
  }

  /// Relative luminance, 0 black to 1 white: ITU-R BT.709 weights on light made linear by a close polynomial.
  public var luminance: Double {
    func linear(_ value: Double) -> Double { value * value * (0.3 + 0.7 * value) }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}
