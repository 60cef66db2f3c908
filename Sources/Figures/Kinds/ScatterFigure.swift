import ElementaryFunctions
import Images
import Interruptions

/// Points in the plane, coloured by group: an embedding such as t-SNE, whose axes mean nothing and carry no ticks.
///
/// A unit is as long on either axis. Of more than 5,000 points a vector file holds a picture, with its text as text. Points
/// are drawn in an order that mixes the groups, so that none hides another.
public struct ScatterFigure: Figure {
  /// x and y of each point in turn: [x0, y0, x1, y1, …]. Points that are not finite are left out.
  public var coordinates: [Float]
  /// The group of each point, from 0.
  public var groups: [Int]
  public var groupNames: [String]
  public var title = ""
  public var subtitle = ""
  /// What the groups are, above the legend.
  public var legendTitle = ""
  /// A legend appears if there are two groups or more.
  public var showsLegend = true
  public var showsCounts = true
  /// Writes each group's name where its points are densest, so that nobody depends on colours.
  public var namesGroupsInPlace = false
  /// Colours instead of the theme's palette, one a group.
  public var colours: [Colour]?
  /// Which of the theme's palette's colours each group has; nil for one after the other.
  public var paletteIndices: [Int]?
  /// In points; nil lets it follow from the number of points.
  public var markerRadius: Double?
  /// Points that are shown as images beside the picture.
  public var callouts: [ScatterCallout] = []
  /// An image for each point, drawn in the points' stead as far as they do not overlap.
  public var images: ImageSet?
  /// Points that are shown over the others.
  public var addition: Addition?
  /// What the picture covers at least, so that several are drawn to one scale; nil lets it follow from the points.
  public var limits: ScatterLimits?
  /// In points; nil takes the theme's.
  public var figureSize: Size?

  public init(coordinates: [Float], groups: [Int], groupNames: [String]) {
    precondition(
      coordinates.count == 2 * groups.count, "\(coordinates.count) coordinates are not 2 for each of \(groups.count)")
    precondition(
      groups.allSatisfy { groupNames.indices.contains($0) }, "every group must be in 0..<\(groupNames.count)")
    self.coordinates = coordinates
    self.groups = groups
    self.groupNames = groupNames
  }

  /// In points.
  public func size(_ theme: Theme) -> Size { figureSize ?? theme.figureSize }

  public func draw(on canvas: Canvas, theme: Theme) {
    let size = size(theme)
    var heading = FigureHeading(title: title, subtitle: subtitle, theme: theme)
    heading.subtitleWidth = size.width - 2 * theme.margin
    heading.draw(on: canvas, at: Point(theme.margin, theme.margin), width: size.width - 2 * theme.margin)
    var frame = Rect(
      minX: theme.margin, minY: theme.margin + heading.height(on: canvas), maxX: size.width - theme.margin,
      maxY: size.height - theme.margin)
    let place = theme.legend ?? (namesGroupsInPlace ? .direct : .right)
    if showsLegend, groupNames.count > 1 || addition != nil {
      var legend = Legend(
        entries: legendEntries(theme), title: groupNames.count > 1 ? legendTitle : "", theme: theme)
      var position = theme.legend ?? .right
      if position == .direct, addition != nil {
        // What stands beside points already is named there; what was added lies anywhere.
        (legend, position) = (Legend(entries: additionEntries(theme), title: "", theme: theme), .below)
      }
      switch position {
      case .right:
        let columns = legend.columns(on: canvas, height: frame.height, maximumWidth: 0.45 * size.width)
        frame.maxX -= columns.width + theme.gap
        columns.draw(on: canvas, at: Point(frame.maxX + theme.gap, frame.minY))
      case .below:
        let height = legend.height(on: canvas, width: frame.width)
        frame.maxY -= height + theme.gap / 2
        legend.drawLines(on: canvas, at: Point(frame.minX, frame.maxY + theme.gap / 2), width: frame.width)
      case .direct, .off: break
      }
    }
    guard min(frame.width, frame.height) >= Self.leastSide else {
      return canvas.refuse(.noRoom(.tooMany("the picture", least: Self.leastSide), size: size))
    }
    let columns = CalloutColumns(callouts, in: frame, theme: theme, on: canvas)
    frame = columns.inner
    guard min(frame.width, frame.height) >= Self.leastSide else {
      return canvas.refuse(.noRoom(.tooMany("the picture", least: Self.leastSide), size: size))
    }
    let radius = markerRadius(in: frame, theme)
    var area = frame.inset(by: 2 * radius + theme.gap)
    if images != nil {
      area = imageArea(in: frame, theme)
      drawImages(on: canvas, in: frame, theme: theme)
    } else {
      drawPoints(on: canvas, in: frame, theme: theme)
    }
    drawAddition(on: canvas, in: frame, area: area, radius: radius, theme: theme)
    let line = theme.frameWidth / 2
    canvas.stroke(frame.inset(by: line), colour: theme.frame, width: theme.frameWidth)
    if place == .direct, groupNames.count > 1 || namesGroupsInPlace { drawNames(on: canvas, in: frame, theme: theme) }
    let position = placement(in: frame.inset(by: 2 * radius + theme.gap))
    columns.draw(on: canvas, theme: theme, radius: radius) { (position($0), colour(groups[$0], theme)) }
  }

  func colour(_ group: Int, _ theme: Theme) -> Colour {
    if let colours { return colours[group % colours.count] }
    if let paletteIndices { return theme.palette.colour(paletteIndices[group]) }
    return theme.palette.colour(group)
  }

  func marker(_ group: Int, _ theme: Theme) -> Marker {
    theme.palette.marker(group)
  }

  func legendEntries(_ theme: Theme) -> [Legend.Entry] {
    var counts = [Int](repeating: 0, count: groupNames.count)
    for group in groups { counts[group] += 1 }
    // A single group is what all points are.
    let entries =
      groupNames.count < 2
      ? []
      : groupNames.indices.map { group in
        Legend.Entry(
          name: groupNames[group], detail: showsCounts ? "(\(counts[group]))" : "",
          // Images have frames of the colours and no marks.
          swatch: .marker(images == nil ? marker(group, theme) : .square, colour(group, theme)))
      }
    return entries + additionEntries(theme)
  }

  // MARK: - Points

  private func drawPoints(on canvas: Canvas, in frame: Rect, theme: Theme) {
    guard !canvas.isForMeasuring else { return }
    let order = drawingOrder()
    let radius = markerRadius(in: frame, theme)
    let place = placement(in: frame.inset(by: 2 * radius + theme.gap))
    // The more points lie over one another, the more must shine through.
    let opacity = theme.opacity ?? min(max(1.15 - 0.12 * log10(Double(max(order.count, 1))), 0.5), 0.9)
    let colours = groupNames.indices.map { colour($0, theme).withOpacity(opacity) }
    let markers = groupNames.indices.map { marker($0, theme) }
    let draw = { (canvas: Canvas) in
      for (number, index) in order.enumerated() {
        if number % 4096 == 0, Interruption.isWanted { return }
        canvas.fill(markers[groups[index]], at: place(index), radius: radius, colour: colours[groups[index]])
      }
    }
    if order.count > Self.mostShapes {
      canvas.rasterised(
        frame, background: theme.isTransparent ? theme.background.withOpacity(0) : theme.background, draw)
    } else {
      canvas.clipped(to: frame) { draw(canvas) }
    }
  }

  /// Of a picture that says something, in points.
  private static let leastSide = 36.0

  /// Points above which a vector file holds them as a picture.
  static let mostShapes = 5000

  /// Finite points, the groups in step: a group's k-th of n points comes at the fraction (k + ½)/n of the way,
  /// however the input is sorted.
  package func drawingOrder() -> [Int] {
    let finite = groups.indices.filter { coordinates[2 * $0].isFinite && coordinates[2 * $0 + 1].isFinite }
    var counts = [Int](repeating: 0, count: groupNames.count)
    for index in finite { counts[groups[index]] += 1 }
    var seen = [Int](repeating: 0, count: groupNames.count)
    let keyed = finite.map { index -> (key: Double, index: Int) in
      let group = groups[index]
      seen[group] += 1
      return ((Double(seen[group]) - 0.5) / Double(counts[group]), index)
    }
    return keyed.sorted { ($0.key, $0.index) < ($1.key, $1.index) }.map(\.index)
  }

  private func markerRadius(in frame: Rect, _ theme: Theme) -> Double {
    Self.radius(markerRadius, count: groups.count, area: frame.width * frame.height, theme: theme)
  }

  /// The radius with which `count` markers cover an eighth of the area, within what the eye can tell and bears.
  private static func radius(_ own: Double?, count: Int, area: Double, theme: Theme) -> Double {
    if let given = theme.pointSize.map({ $0 / 2 }) ?? own { return given }
    let covering = (0.125 * area / (Double(max(count, 1)) * .pi)).squareRoot()
    return min(max(covering, 0.05 * theme.tickSize), 0.35 * theme.tickSize)
  }

  /// What the points cover, those that were added too.
  var ownLimits: ScatterLimits { ScatterLimits(of: coordinates + (addition?.coordinates ?? [])) }

  /// Maps points into `area`, centred, y upwards, a unit as long on either axis.
  func placement(in area: Rect) -> (Int) -> Point {
    let place = transform(into: area)
    return { place(coordinates[2 * $0], coordinates[2 * $0 + 1]) }
  }

  /// The same for any coordinates.
  func transform(into area: Rect) -> (Float, Float) -> Point {
    var covered = ownLimits
    if let limits { covered = covered.union(with: limits) }
    let unit = max(covered.x.extent / max(area.width, 1), covered.y.extent / max(area.height, 1))
    let scale = unit > 0 ? 1 / unit : 0
    return { x, y in
      Point(
        area.midX + (Double(x) - covered.x.middle) * scale, area.midY - (Double(y) - covered.y.middle) * scale)
    }
  }

  // MARK: - Names in place

  private func drawNames(on canvas: Canvas, in frame: Rect, theme: Theme) {
    let radius = markerRadius(in: frame, theme)
    let place = placement(in: frame.inset(by: 2 * radius + theme.gap))
    var members = [[Point]](repeating: [], count: groupNames.count)
    for index in drawingOrder() { members[groups[index]].append(place(index)) }
    let font = Font(family: theme.fontFamily, size: theme.tickSize, isBold: true)
    let height = canvas.lineHeight(font)
    var taken: [Rect] = []
    for group in groupNames.indices {
      guard let centre = DensityPeak.find(in: members[group], area: frame) else { continue }
      let lines = canvas.wrapped(groupNames[group], font: font, width: frame.width / 3)
      let width = canvas.widest(lines, font: font) + 0.5 * font.size
      let block = Double(lines.count) * height
      let x = min(max(centre.x, frame.minX + width / 2), frame.maxX - width / 2)
      let y = min(max(centre.y, frame.minY + block / 2), frame.maxY - block / 2)
      // Beside names that are already there, this one moves down or up, then to a side as well, until it is free.
      var candidates: [Rect] = []
      for aside in [0, 0.6, -0.6, 1.2, -1.2] {
        for attempt in 0..<40 {
          let offset = Double((attempt + 1) / 2) * (attempt % 2 == 0 ? -height / 2 : height / 2)
          candidates.append(
            Rect(x: x - width / 2 + aside * width, y: y - block / 2 + offset, width: width, height: block))
        }
      }
      guard
        let box = candidates.first(where: { box in
          box.minY >= frame.minY && box.maxY <= frame.maxY && box.minX >= frame.minX && box.maxX <= frame.maxX
            && !taken.contains { $0.intersects(box) }
        })
      else {
        canvas.refuse(.noRoom(.tooLong(groupNames[group]), size: size(theme)))
        continue
      }
      taken.append(box)
      canvas.fill(box, colour: theme.background.withOpacity(0.8))
      canvas.draw(
        lines: lines, at: Point(box.midX, box.midY), font: font, colour: theme.text, horizontal: .middle,
        vertical: .middle)
    }
  }
}
