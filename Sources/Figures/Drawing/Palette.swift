/// Colours and marker shapes that tell groups or curves apart, also for colour-blind readers.
///
/// The ten base colours come from a random search that made the smallest perceived difference between any two large
/// (OKLab distance), as seen with normal vision and with full protanopia, deuteranopia and tritanopia (Machado et al.
/// 2009), within bounds that keep each visible on white: the smallest is 0.11, against 0.007 for the common tab10. Ten more
/// were searched for to stand beside these; of the twenty the smallest is 0.088. From the twenty-first on, colours are
/// lighter or darker variants. Shapes change from each group to the next, so that none depends on colours alone.
public struct Palette: Sendable, Equatable {
  /// As users call it.
  public let name: String
  public var base: [Colour]

  public init(_ name: String = "", base: [Colour]) {
    precondition(!base.isEmpty, "a palette needs a colour")
    (self.name, self.base) = (name, base)
  }

  private init(_ name: String, _ colours: [UInt32]) { self.init(name, base: colours.map { Colour($0) }) }

  /// Twenty, of which the first ten differ more than any with those behind.
  public static let standard = Palette(
    "standard",
    [
      0x0065C9, 0xDC7211, 0x3BA18B, 0x993E7D, 0x680A00, 0xA486FD, 0x576000, 0x3C1B79, 0xB7D74A, 0xF9B3C4,
      0x63C67E, 0x2D00EA, 0xD887C6, 0x095148, 0x1BE1FC, 0x8775B4, 0x481B3F, 0x6300AB, 0x360000, 0x1B002D,
    ])

  /// Of Okabe and Ito, "Color universal design", 2008; without black, which is that of text.
  public static let okabeIto = Palette(
    "okabe-ito", [0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0xCC79A7, 0x56B4E9, 0xF0E442])

  /// Matplotlib's and Tableau's ten, for figures beside others that have them; reds and greens of it look alike to some.
  public static let tab10 = Palette(
    "tab10",
    [
      0x1F77B4, 0xFF7F0E, 0x2CA02C, 0xD62728, 0x9467BD, 0x8C564B, 0xE377C2, 0x7F7F7F, 0xBCBD22, 0x17BECF,
    ])

  /// Four greys, for print without colours: the shapes tell the rest.
  public static let grey = Palette("grey", [0x1A1A1A, 0x8C8C8C, 0x555555, 0xB8B8B8])

  /// Every palette, in the order in which help names them.
  public static let all = [standard, okabeIto, tab10, grey]

  /// The colour of group `index`.
  public func colour(_ index: Int) -> Colour {
    let colour = base[index % base.count]
    // Dark colours are varied towards white and light ones towards black; alternate rounds go further.
    let strength = [0, 0.45, 0.25, 0.6][index / base.count % 4]
    return colour.mixed(with: colour.luminance < 0.25 ? .white : .black, strength)
  }

  /// The marker of group `index`: other groups of that colour have others.
  public func marker(_ index: Int) -> Marker {
    let round = index / base.count
    return Marker.allCases[(index + round + round / 4) % Marker.allCases.count]
  }
}
