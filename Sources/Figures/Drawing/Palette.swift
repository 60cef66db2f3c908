/// Colours and marker shapes that tell groups or curves apart, also for colour-blind readers.
///
/// The ten base colours come from a random search that made the smallest perceived difference between any two large
/// (OKLab distance), as seen with normal vision and with full protanopia, deuteranopia and tritanopia (Machado et al.
/// 2009), within bounds that keep each visible on white: the smallest is 0.11, against 0.007 for the common tab10.
/// From the eleventh on, colours are lighter or darker variants of the ten, and the marker shape changes with every
/// ten, so that none of the first forty looks repeats.
public struct Palette: Sendable, Equatable {
  public var base: [Colour]

  public init(base: [Colour]) {
    precondition(!base.isEmpty, "a palette needs a colour")
    self.base = base
  }

  public static let standard = Palette(
    base: [
      0x0065C9, 0xDC7211, 0x3BA18B, 0x993E7D, 0x680A00, 0xA486FD, 0x576000, 0x3C1B79, 0xB7D74A, 0xF9B3C4,
    ].map { Colour($0) })

  /// The colour of group `index`.
  public func colour(_ index: Int) -> Colour {
    let colour = base[index % base.count]
    // Dark colours are varied towards white and light ones towards black; alternate tens go further.
    let strength = [0, 0.45, 0.25, 0.6][index / base.count % 4]
    return colour.mixed(with: colour.luminance < 0.25 ? .white : .black, strength)
  }

  /// The marker of group `index`.
  public func marker(_ index: Int) -> Marker {
    Marker.allCases[index / base.count % Marker.allCases.count]
  }
}
