import CommandLanguage
import Figures
import Options

/// How figures look, as options, `set figure.…` and style files say it; nil where nothing is said.
public struct FigureSettings: Sendable, Equatable {
  var style: StyleChoice?
  var title: Theme.Title?
  var subtitle: Bool?
  var width: FigureLength?
  var height: FigureLength?
  var square: Bool?
  var font: String?
  var fontSize: Double?
  var pointSize: Double?
  var alpha: Double?
  var legend: LegendChoice?
  var palette: PaletteChoice?
  var transparent: Bool?
  var dpi: Double?
  var sidecar: Bool?

  public init() {}

  /// What is said here, and else there.
  func over(_ others: FigureSettings) -> FigureSettings {
    var result = others
    for option in Self.options { option.copy(from: self, to: &result) }
    return result
  }

  /// Those that are not of the device that the figure is drawn for.
  var ofContent: FigureSettings {
    var result = FigureSettings()
    (result.title, result.subtitle, result.legend, result.palette) = (title, subtitle, legend, palette)
    return result
  }

  /// Every one, under the name that all who take it have for it.
  static let options: [any FigureOption] = [
    Option(
      "style", \.style, StyleChoice.kind, standard: .builtIn(.notebook),
      help:
        "sizes and typeface: for the screen, slides, a paper's column or page, or as a venue demands; or a .style file"),
    Option("title", \.title, .title, help: "the title: the figure's own, none, or a text"),
    Option("subtitle", \.subtitle, .toggle, help: "the line below the title"),
    Option("width", \.width, FigureLength.kind, help: "how wide the picture is"),
    Option("height", \.height, FigureLength.kind, help: "how high the picture is"),
    Option("square", \.square, .toggle, help: "as high as wide"),
    Option(
      "font", \.font,
      .text("the name of a font", valueForm: "FAMILY", completion: .words(["serif", "sans"])),
      help: "an installed family; serif and sans are those of LaTeX where they are installed"),
    Option("fontsize", \.fontSize, .pointSize(4...100), help: "of labels, in points; titles and ticks follow"),
    Option("pointsize", \.pointSize, .pointSize(0.1...100), help: "the diameter of points"),
    Option("alpha", \.alpha, .number(in: 0...1), help: "the opacity of points and curves"),
    Option("legend", \.legend, .choice(), help: "where names stand; direct is beside what they name"),
    Option("palette", \.palette, PaletteChoice.kind, help: "the colours of groups and curves"),
    Option("transparent", \.transparent, .toggle, help: "no background"),
    Option("dpi", \.dpi, .number(in: 20...2400), help: "pixels an inch, also of pictures within PDF and SVG"),
    Option(
      "sidecar", \.sidecar, .toggle,
      help: "write beside the picture, with .json behind its name, what made it: script, results, checksums"),
  ]

  /// What the settings make of their style.
  ///
  /// - Throws: `FigureError.unknownFont`, `StyleFileError` and what reading the file throws, each about its option.
  func theme() throws -> Theme {
    let (base, own) = try (style ?? .builtIn(.notebook)).read()
    let settings = over(own)
    var theme = base
    if let title = settings.title { theme.title = title }
    if let subtitle = settings.subtitle { theme.showsSubtitle = subtitle }
    if let dpi = settings.dpi { (theme.scale, theme.rasterScale) = (dpi / 72, dpi / 72) }
    let (width, height) = (settings.width?.points(theme.scale), settings.height?.points(theme.scale))
    if let width {
      // In the style's proportions, unless something else is said.
      theme.figureSize.height *= width / theme.figureSize.width
      (theme.figureSize.width, theme.isExactlyWide) = (width, true)
    }
    if let height { (theme.figureSize.height, theme.greatestHeight, theme.isExactlyHigh) = (height, nil, true) }
    if settings.square == true {
      if height != nil && width == nil {
        (theme.figureSize.width, theme.isExactlyWide) = (theme.figureSize.height, true)
      } else if height == nil {
        (theme.figureSize.height, theme.greatestHeight, theme.isExactlyHigh) = (theme.figureSize.width, nil, true)
        theme.isExactlyWide = true
      }
    }
    if let font = settings.font { theme.fontFamily = try Self.family(font) }
    if let size = settings.fontSize {
      let factor = size / theme.labelSize
      theme.titleSize *= factor
      theme.tickSize *= factor
      theme.labelSize = size
    }
    theme.pointSize = settings.pointSize ?? theme.pointSize
    theme.opacity = settings.alpha ?? theme.opacity
    if let legend = settings.legend { theme.legend = legend.place }
    if let palette = settings.palette { theme.palette = palette.palette }
    if let transparent = settings.transparent { theme.isTransparent = transparent }
    return theme
  }

  /// The family of that name as it is spelled where it is installed.
  private static func family(_ name: String) throws -> String {
    switch name.lowercased() {
    case "serif": return "Latin Modern Roman,CMU Serif,serif"
    case "sans": return "Latin Modern Sans,CMU Sans Serif,sans-serif"
    default: break
    }
    if let found = FontFamilies.named(name) { return found }
    let wanted = name.lowercased()
    var similar = Suggestion.nearest(to: name, among: FontFamilies.installed).map { [$0] } ?? []
    similar += FontFamilies.installed.filter { family in
      !similar.contains(family)
        && wanted.split(separator: " ").contains { $0.count > 2 && family.lowercased().contains($0) }
    }
    throw FigureError.unknownFont(family: name, similar: Array(similar.prefix(5))).about("font")
  }
}

/// A setting of figures: one declaration for the option of every command that draws, for `set` and for style files.
protocol FigureOption: Sendable {
  var name: String { get }
  var expected: String { get }

  /// As a parameter of a command, which keeps it in `settings`.
  func parameter<C: Command>(
    named name: String, in settings: WritableKeyPath<C, FigureSettings> & Sendable, showsDefault: Bool
  ) -> Parameter<C>

  func copy(from settings: FigureSettings, to others: inout FigureSettings)

  /// Takes a value as it is written; false if it spells none.
  func read(_ text: String, into settings: inout FigureSettings) -> Bool

  /// The value as it is written; nil where none is said.
  func text(_ settings: FigureSettings) -> String?
}

private struct Option<Value: Sendable & Equatable>: FigureOption {
  let name: String
  private let path: WritableKeyPath<FigureSettings, Value?> & Sendable
  private let kind: ValueKind<Value>
  private let standard: Value?
  private let help: String

  init(
    _ name: String, _ path: WritableKeyPath<FigureSettings, Value?> & Sendable, _ kind: ValueKind<Value>,
    standard: Value? = nil, help: String
  ) {
    (self.name, self.path, self.kind, self.standard, self.help) = (name, path, kind, standard, help)
  }

  var expected: String { kind.expected }

  func parameter<C: Command>(
    named name: String, in settings: WritableKeyPath<C, FigureSettings> & Sendable, showsDefault: Bool
  ) -> Parameter<C> {
    let path = path
    return .option(
      name, kind, help: help, standard: showsDefault ? standard : nil,
      set: { $0[keyPath: settings][keyPath: path] = $1 }, get: { $0[keyPath: settings][keyPath: path] })
  }

  func copy(from settings: FigureSettings, to others: inout FigureSettings) {
    if let value = settings[keyPath: path] { others[keyPath: path] = value }
  }

  func read(_ text: String, into settings: inout FigureSettings) -> Bool {
    guard let value = kind.parse(text) else { return false }
    settings[keyPath: path] = value
    return true
  }

  func text(_ settings: FigureSettings) -> String? { settings[keyPath: path].map(kind.print) }
}

extension FigureSettings {
  /// Those that are said, as options are written.
  package var words: [String] {
    Self.options.compactMap { option in option.text(self).map { "\(option.name)=\(Spelling.quoted($0))" } }
  }

  /// Reads what `words` wrote; nil if something in it is none.
  init?(values: [(name: String, text: String)]) {
    self.init()
    for (name, text) in values {
      guard let option = Self.options.first(where: { $0.name == name }), option.read(text, into: &self) else {
        return nil
      }
    }
  }

  /// The values that are said, with their names.
  var values: [(name: String, text: String)] {
    Self.options.compactMap { option in option.text(self).map { (option.name, $0) } }
  }
}

// MARK: - Kinds of values

/// A length in print, or in pixels of the file.
package struct FigureLength: Sendable, Equatable {
  enum Unit: String, CaseIterable, Sendable {
    case inches = "in"
    case centimetres = "cm"
    case millimetres = "mm"
    case points = "pt"
    case pixels = "px"
  }

  let value: Double
  let unit: Unit

  /// - Parameter scale: pixels a point.
  package func points(_ scale: Double) -> Double {
    switch unit {
    case .inches: 72 * value
    case .centimetres: 72 * value / 2.54
    case .millimetres: 72 * value / 25.4
    case .points: value
    case .pixels: value / scale
    }
  }

  package static let kind = ValueKind<FigureLength>(
    expected: "a length above 0 with its unit, in, cm, mm, pt or px: 3.25in", valueForm: "LENGTH",
    range: "in, cm, mm, pt or px",
    parse: { text in
      guard let unit = Unit.allCases.first(where: { text.hasSuffix($0.rawValue) }),
        let value = Number.real(String(text.dropLast(unit.rawValue.count))), value > 0, value < 1e5
      else { return nil }
      return FigureLength(value: value, unit: unit)
    }, print: { Number.spelling($0.value) + $0.unit.rawValue })
}

/// Where legends go: a place, or wherever each figure has its own.
enum LegendChoice: String, CaseIterable, Sendable {
  case own = "auto"
  case right, below, direct, off

  var place: LegendPlace? { LegendPlace(rawValue: rawValue) }
}

/// A palette by its name.
struct PaletteChoice: Sendable, Equatable {
  let palette: Palette
  var name: String { palette.name }

  static let kind = ValueKind<PaletteChoice>.choice(of: Palette.all.map { PaletteChoice(palette: $0) }, named: \.name)
}

extension ValueKind where Value == Theme.Title {
  /// `auto`, `off` or any other text.
  static var title: Self {
    ValueKind(
      expected: "off, auto for the figure's own, or a text", valueForm: "off|auto|TEXT",
      completion: .words(["off", "auto"]),
      parse: { text in
        switch text {
        case "off", "": .off
        case "auto": .own
        default: .text(text)
        }
      },
      print: { title in
        switch title {
        case .own: "auto"
        case .off: "off"
        case .text(let text): text
        }
      })
  }
}

extension ValueKind where Value == Double {
  /// A number of points, with or without their unit.
  static func pointSize(_ range: ClosedRange<Double>) -> Self {
    let number = ValueKind.number(in: range)
    return ValueKind(
      expected: "\(number.expected) of points", valueForm: "X", range: number.range,
      parse: { number.parse($0.hasSuffix("pt") ? String($0.dropLast(2)) : $0) }, print: number.print)
  }
}
