/// Curves over a shared x axis in one panel or several, one above another: losses and accuracies over training.
public struct CurvesFigure: Sendable {
  /// One curve.
  public struct Series: Sendable {
    public var name: String
    public var xs: [Double]
    /// Not a number where the curve has a gap; on a logarithmic axis so is what is not positive.
    public var ys: [Double]
    public var isDashed = false
    /// A faint curve is the background of another of the same name, such as raw values under smoothed ones.
    public var isFaint = false
    /// Around each y, such as its spread over seeds: drawn as a band under the curve; nil for none.
    public var band: [ClosedRange<Double>?]?

    public init(_ name: String, xs: [Double], ys: [Double]) {
      precondition(xs.count == ys.count, "\(xs.count) xs are not one for each of \(ys.count) ys")
      self.name = name
      self.xs = xs
      self.ys = ys
    }

    /// Values over 1, 2, 3, …
    public init(_ name: String, _ ys: [Double]) {
      self.init(name, xs: ys.indices.map { Double($0 + 1) }, ys: ys)
    }
  }

  /// Curves that share a y axis.
  public struct Panel: Sendable {
    public var yLabel: String
    public var series: [Series]
    public var yScale = AxisScale.linear
    /// What the y axis covers at least; nil lets it follow from the values.
    public var yLimits: ClosedRange<Double>?
    /// The panel's share of the height.
    public var weight = 1.0

    public init(yLabel: String, series: [Series], yScale: AxisScale = .linear) {
      self.yLabel = yLabel
      self.series = series
      self.yScale = yScale
    }
  }

  /// A vertical line through all panels.
  public struct Event: Sendable {
    public var x: Double
    public var label: String

    public init(x: Double, label: String) {
      self.x = x
      self.label = label
    }
  }

  public var panels: [Panel]
  public var xLabel = ""
  public var xScale = AxisScale.linear
  /// x counts something: ticks at whole numbers only.
  public var xIsWhole = false
  public var events: [Event] = []
  public var title = ""
  public var subtitle = ""
  /// In points; nil takes the theme's.
  public var figureSize: Size?

  public init(panels: [Panel]) {
    self.panels = panels
  }

  /// In points.
  ///
  /// Where pages have more height than figures usually take, more than two panels make a higher figure.
  public func size(_ theme: Theme) -> Size {
    if let figureSize { return figureSize }
    var size = theme.figureSize
    if !theme.isExactlyHigh {
      size.height = min(size.height * max(1, 0.4 * Double(panels.count) + 0.2), theme.heightLimit)
    }
    return size
  }

  /// The index by which a curve is coloured: the same for the same name in every panel.
  func colourIndex(_ name: String) -> Int {
    var names: [String] = []
    for series in panels.flatMap(\.series) where !names.contains(series.name) { names.append(series.name) }
    return names.firstIndex(of: name) ?? 0
  }

  /// The markers of a curve of few points; nil if there are too many to tell apart.
  func marker(_ series: Series) -> Marker? {
    guard series.xs.count <= 40, !series.isFaint else { return nil }
    return Marker.allCases[colourIndex(series.name) % Marker.allCases.count]
  }

  func dashes(_ series: Series, _ theme: Theme) -> [Double] {
    series.isDashed ? [3 * theme.curveWidth, 2 * theme.curveWidth] : []
  }
}
