import ElementaryFunctions

/// Components of a mixture: the tree of which are near which, their distances as shades, and their weights as bars, a row a
/// component.
///
/// Rows stand in the tree's order, of two branches the one of more weight first, so that what joins early lies together.
/// What belongs to one cluster has one colour, in the tree as in the bars. Distances d are laid out by ln(1 + d): those
/// between neighbours are told apart beside large ones.
public struct MixtureFigure: Figure {
  /// Two branches of the tree that join.
  public struct Join: Sendable {
    /// Below the number of components, one of them; from there on, what an earlier join made.
    public var first: Int
    public var second: Int
    /// The distance at which they join, not negative; never below that of a join that it joins.
    public var height: Double

    public init(_ first: Int, _ second: Int, height: Double) {
      (self.first, self.second, self.height) = (first, second, height)
    }
  }

  /// Of each component.
  public var weights: [Double]
  /// The cluster of each component, from 0.
  public var clusters: [Int]
  /// Of each cluster.
  public var clusterNames: [String]
  /// Which of the palette's colours each cluster has; nil for one after the other.
  public var paletteIndices: [Int]?
  /// Between components, in the order [row, column]; symmetric, not negative.
  public var distances: [Double]
  /// One fewer than components, from the nearest on.
  public var joins: [Join]
  /// What the distances are.
  public var distanceLabel = "distance"
  public var title = ""
  public var subtitle = ""

  public init(
    weights: [Double], clusters: [Int], clusterNames: [String], distances: [Double], joins: [Join]
  ) {
    let count = weights.count
    precondition(
      count > 0 && clusters.count == count && distances.count == count * count && joins.count == count - 1,
      "\(clusters.count) clusters, \(distances.count) distances and \(joins.count) joins are not those of \(count) "
        + "components")
    precondition(
      clusters.allSatisfy { clusterNames.indices.contains($0) }, "every cluster must be in 0..<\(clusterNames.count)")
    (self.weights, self.clusters, self.clusterNames) = (weights, clusters, clusterNames)
    (self.distances, self.joins) = (distances, joins)
  }

  /// The components in the tree's order, those of a join beside each other, the heavier branch first.
  public var order: [Int] {
    var branches = weights.indices.map { (members: [$0], weight: weights[$0]) }
    for join in joins {
      let (first, second) = (branches[join.first], branches[join.second])
      let members =
        first.weight >= second.weight ? first.members + second.members : second.members + first.members
      branches.append((members, first.weight + second.weight))
    }
    return branches.last?.members ?? []
  }

  /// In points.
  public func size(_ theme: Theme) -> Size {
    let layout = Layout(self, theme: theme, on: .forMeasuring(theme.figureSize, scale: theme.scale))
    return Size(width: theme.figureSize.width, height: layout.height)
  }

  public func draw(on canvas: Canvas, theme: Theme) {
    let layout = Layout(self, theme: theme, on: canvas)
    layout.heading.draw(
      on: canvas, at: Point(theme.margin, theme.margin), width: theme.figureSize.width - 2 * theme.margin)
    guard min(layout.tree.width, layout.table.width, layout.bars.width) >= Self.leastSide else {
      return canvas.refuse(.noRoom(.tooMany("the tree or the bars", least: Self.leastSide), size: canvas.size))
    }
    drawTree(layout, on: canvas, theme: theme)
    drawDistances(layout, on: canvas, theme: theme)
    drawWeights(layout, on: canvas, theme: theme)
    drawNames(layout, on: canvas, theme: theme)
  }

  /// Of a part in which something can be seen, in points.
  private static let leastSide = 8.0

  private func colour(_ cluster: Int, _ theme: Theme) -> Colour {
    theme.palette.colour(paletteIndices.map { $0[cluster] } ?? cluster)
  }

  // MARK: - Parts

  private func drawTree(_ layout: Layout, on canvas: Canvas, theme: Theme) {
    let frame = layout.tree
    let axis = layout.treeAxis
    func x(_ height: Double) -> Double { frame.maxX - axis.fraction(height) * frame.width }
    for tick in axis.ticks(on: canvas, font: theme.tickFont, width: frame.width, gap: theme.gap) {
      canvas.stroke(
        [Point(x(tick.value), frame.minY), Point(x(tick.value), frame.maxY)], colour: theme.grid,
        width: theme.gridWidth)
      canvas.draw(
        tick.label, at: Point(x(tick.value), frame.maxY + theme.gap / 2), font: theme.tickFont, colour: theme.text,
        horizontal: .middle)
    }
    drawLabel("distance", frame, layout, canvas, theme)
    // Of each branch its row, its height, and its cluster if it is of one alone.
    var branches: [(y: Double, height: Double, cluster: Int?)] = weights.indices.map {
      (layout.middle(ofRow: layout.rows[$0]), 0, clusters[$0])
    }
    let width = min(theme.curveWidth, max(0.5 * layout.pitch, theme.frameWidth))
    for join in joins {
      let (first, second) = (branches[join.first], branches[join.second])
      let cluster = first.cluster == second.cluster ? first.cluster : nil
      for branch in [first, second] {
        let colour = branch.cluster.map { self.colour($0, theme) } ?? theme.mutedText
        canvas.stroke(
          [Point(x(branch.height), branch.y), Point(x(join.height), branch.y)], colour: colour, width: width)
      }
      canvas.stroke(
        [Point(x(join.height), first.y), Point(x(join.height), second.y)],
        colour: cluster.map { self.colour($0, theme) } ?? theme.mutedText, width: width)
      branches.append(((first.y + second.y) / 2, join.height, cluster))
    }
  }

  private func drawDistances(_ layout: Layout, on canvas: Canvas, theme: Theme) {
    let order = order
    let scale = DistanceScale(distances)
    let dark = theme.palette.colour(0).mixed(with: .black, 0.35)
    func shade(_ fraction: Double) -> Colour {
      theme.background.mixed(with: dark, fraction.isFinite ? 1 - min(max(fraction, 0), 1) : 0)
    }
    canvas.fillCells(
      order.flatMap { a in order.map { b in shade(scale.fraction(distances[a * order.count + b])) } },
      columns: order.count, in: layout.table)
    canvas.stroke(layout.table, colour: theme.frame, width: theme.frameWidth)
    // Lines around what belongs to one cluster and lies together, within its squares: the table's frame crosses none.
    for run in layout.runs where run.rows.count > 1 {
      let (first, last) = (run.rows.lowerBound, run.rows.upperBound - 1)
      let (start, end) = (layout.square(row: first, column: first), layout.square(row: last, column: last))
      let box = Rect(minX: start.minX, minY: start.minY, maxX: end.maxX, maxY: end.maxY)
      let width = min(2 * theme.frameWidth, box.width / 4)
      let inset = min((width + theme.frameWidth) / 2, (box.width - width) / 2)
      canvas.stroke(box.inset(by: inset), colour: colour(run.cluster, theme), width: width)
    }
    drawScale(layout, scale, shade, on: canvas, theme: theme)
  }

  /// The bar under the distances that tells what shades stand for.
  private func drawScale(
    _ layout: Layout, _ scale: DistanceScale, _ shade: (Double) -> Colour, on canvas: Canvas, theme: Theme
  ) {
    let table = layout.table
    let ticks = scale.ticks(on: canvas, font: theme.tickFont, width: table.width, gap: theme.gap)
    let bar = Rect(
      minX: table.minX, minY: table.maxY + theme.gap / 2, maxX: table.maxX,
      maxY: table.maxY + theme.gap / 2 + layout.barHeight)
    let steps = 256
    canvas.fillCells((0..<steps).map { shade((Double($0) + 0.5) / Double(steps)) }, columns: steps, in: bar)
    canvas.stroke(bar, colour: theme.frame, width: theme.frameWidth)
    for tick in ticks {
      let fraction = scale.fraction(tick.value)
      let half = canvas.width(of: tick.label, font: theme.tickFont) / 2
      // Labels at the ends stay within the table's sides.
      let x = min(max(bar.minX + fraction * bar.width, bar.minX + half), bar.maxX - half)
      canvas.draw(
        tick.label, at: Point(x, bar.maxY + theme.gap / 4), font: theme.tickFont, colour: theme.text,
        horizontal: .middle)
    }
    drawLabel(distanceLabel, layout.table, layout, canvas, theme)
  }

  private func drawWeights(_ layout: Layout, on canvas: Canvas, theme: Theme) {
    let frame = layout.bars
    let axis = layout.weightAxis
    func x(_ weight: Double) -> Double { frame.minX + axis.fraction(weight) * frame.width }
    for (value, label) in zip(axis.ticks.values, axis.ticks.labels) {
      canvas.stroke(
        [Point(x(value), frame.minY), Point(x(value), frame.maxY)], colour: theme.grid, width: theme.gridWidth)
      canvas.draw(
        label, at: Point(x(value), frame.maxY + theme.gap / 2), font: theme.tickFont, colour: theme.text,
        horizontal: .middle)
    }
    for (row, component) in order.enumerated() {
      let square = layout.square(row: row, column: 0)
      // Bars of a few pixels have none to spare.
      let room = layout.pitch * canvas.scale < 4 ? 0 : min(0.12 * layout.pitch, theme.gap / 4)
      canvas.fill(
        Rect(minX: frame.minX, minY: square.minY + room, maxX: x(weights[component]), maxY: square.maxY - room),
        colour: colour(clusters[component], theme))
    }
    canvas.stroke(
      [Point(frame.minX, frame.minY), Point(frame.minX, frame.maxY)], colour: theme.frame, width: theme.frameWidth)
    drawLabel("weight" + (axis.ticks.factor.isEmpty ? "" : " " + axis.ticks.factor), frame, layout, canvas, theme)
  }

  /// What a part is, under it.
  private func drawLabel(_ text: String, _ frame: Rect, _ layout: Layout, _ canvas: Canvas, _ theme: Theme) {
    let lines = canvas.wrapped(
      text, font: theme.labelFont, width: frame.width + theme.gap, most: layout.labelLineCount)
    canvas.draw(
      lines: lines, at: Point(frame.midX, layout.labelY), font: theme.labelFont, colour: theme.text, horizontal: .middle
    )
  }

  /// The clusters' names beside their runs of components, as far as they have room: of each cluster its longest run first.
  /// None stands where another cluster has as much of the weight beside it as the run.
  private func drawNames(_ layout: Layout, on canvas: Canvas, theme: Theme) {
    let height = canvas.lineHeight(theme.tickFont)
    var taken: [ClosedRange<Double>] = []
    for place in layout.runsByImportance {
      let run = layout.runs[place]
      let lines = canvas.wrapped(clusterNames[run.cluster], font: theme.tickFont, width: layout.nameWidth)
      let half = Double(lines.count) * height / 2
      let (first, last) = (layout.middle(ofRow: run.rows.lowerBound), layout.middle(ofRow: run.rows.upperBound - 1))
      // Beside the middle of its rows, or as near to that as there is room beside some of them.
      let best = max(min((first + last) / 2, layout.table.maxY - half), layout.table.minY + half)
      let steps = stride(from: 0, through: (last - first) / 2 + half, by: max(layout.pitch, height / 8))
      for middle in steps.lazy.flatMap({ [best - $0, best + $0] }) {
        // Names that only touch do not overlap.
        let extent = middle - half + 1e-6...middle + half - 1e-6
        guard extent.lowerBound >= layout.table.minY, extent.upperBound <= layout.table.maxY,
          !taken.contains(where: extent.overlaps), layout.outweighsOthers(place, within: extent)
        else { continue }
        taken.append(extent)
        canvas.draw(
          lines: lines, at: Point(layout.bars.maxX + theme.gap, middle), font: theme.tickFont, colour: theme.text,
          vertical: .middle)
        break
      }
    }
  }
}

/// Distances from 0 on laid along a length by ln(1 + d).
private struct DistanceScale {
  private let largest: Double

  /// A scale for the finite ones of some distances.
  init(_ distances: some Sequence<Double>) {
    largest = distances.reduce(0) { $1.isFinite ? max($0, $1) : $0 }
  }

  /// 0 for no distance, 1 for the largest; what is not finite has no place.
  func fraction(_ distance: Double) -> Double {
    guard distance.isFinite else { return .nan }
    return largest > 0 ? log(1 + max(distance, 0)) / log(1 + largest) : 0
  }

  /// 0 and 1, 2, 5 times powers of ten, as many as have room for their labels.
  func ticks(on canvas: Canvas, font: Font, width: Double, gap: Double) -> [(value: Double, label: String)] {
    var values = [0.0]
    for power in -3...9 {
      let ten = ElementaryFunctions.power(10, abs(power))
      for mantissa in [1.0, 2, 5] { values.append(power < 0 ? mantissa / ten : mantissa * ten) }
    }
    var shown: [(value: Double, label: String)] = []
    var end = -Double.infinity
    for value in values where value <= largest * (1 + 1e-9) {
      let label = value == value.rounded() ? "\(Int(value))" : "\(value)"
      let (middle, half) = (fraction(value) * width, canvas.width(of: label, font: font) / 2)
      guard middle - half >= end else { continue }
      shown.append((value, label))
      end = middle + half + gap
    }
    return shown
  }
}

extension MixtureFigure {
  /// Where tree, distances, bars and names lie, from left to right.
  private struct Layout {
    let heading: FigureHeading
    let height: Double
    /// From one row to the next.
    let pitch: Double
    let tree: Rect
    let table: Rect
    let bars: Rect
    let nameWidth: Double
    let labelY: Double
    let labelLineCount: Int
    let barHeight: Double
    let treeAxis: DistanceScale
    let weightAxis: Axis
    /// The row of each component.
    let rows: [Int]
    /// The weight of each row's component.
    let weights: [Double]
    let clusterCount: Int
    /// Rows of one cluster that lie together.
    let runs: [(cluster: Int, rows: Range<Int>)]

    init(_ figure: MixtureFigure, theme: Theme, on canvas: Canvas) {
      let order = figure.order
      var rows = [Int](repeating: 0, count: order.count)
      for (row, component) in order.enumerated() { rows[component] = row }
      self.rows = rows
      weights = order.map { figure.weights[$0] }
      clusterCount = figure.clusterNames.count
      var runs: [(cluster: Int, rows: Range<Int>)] = []
      for (row, component) in order.enumerated() {
        let cluster = figure.clusters[component]
        if let last = runs.last, last.cluster == cluster {
          runs[runs.count - 1].rows = last.rows.lowerBound..<row + 1
        } else {
          runs.append((cluster, row..<row + 1))
        }
      }
      self.runs = runs

      let size = theme.figureSize
      var heading = FigureHeading(title: figure.title, subtitle: figure.subtitle, theme: theme)
      heading.subtitleWidth = size.width - 2 * theme.margin
      self.heading = heading
      let top = theme.margin + heading.height(on: canvas)
      let tickHeight = canvas.lineHeight(theme.tickFont)
      barHeight = 0.6 * tickHeight
      let names = figure.clusterNames.flatMap {
        canvas.wrapped($0, font: theme.tickFont, width: 0.16 * size.width)
      }
      nameWidth = canvas.widest(names, font: theme.tickFont)
      // The first weight's label reaches to the left of its bar.
      let between = max(1.5 * theme.gap, canvas.width(of: "0.00", font: theme.tickFont) / 2 + theme.gap)
      let room = size.width - 2 * theme.margin - nameWidth - theme.gap - 2 * between
      // Half of what is there for the distances, a little more for the tree than for the bars.
      let count = Double(order.count)
      let labelHeight = canvas.lineHeight(theme.labelFont)
      var (lines, below, pitch) = (0, 0.0, 0.0)
      repeat {
        lines += 1
        below =
          theme.gap / 2 + barHeight + theme.gap / 4 + tickHeight + theme.gap / 4 + Double(lines) * labelHeight
          + theme.margin
        let wanted = min(0.5 * room, max(size.height - top - below, 1))
        let pixels = (wanted / count * canvas.scale).rounded(.down)
        // More rows than pixels take what there is.
        pitch = pixels >= 1 ? pixels / canvas.scale : wanted / count
      } while lines < 3
        && canvas.wrapped(figure.distanceLabel, font: theme.labelFont, width: pitch * count + theme.gap).count > lines
      (labelLineCount, self.pitch) = (lines, pitch)
      let side = pitch * count
      let left = max(0.56 * (room - side), 0)
      let right = max(room - side - left, 0)
      let y = canvas.snapped(top)
      // A label at the tree's side reaches beyond it.
      let overhang = canvas.width(of: "200", font: theme.tickFont) / 2
      tree = Rect(x: theme.margin + overhang, y: y, width: left - overhang, height: side)
      table = Rect(x: canvas.snapped(tree.maxX + between), y: y, width: side, height: side)
      bars = Rect(x: table.maxX + between, y: y, width: right, height: side)
      labelY = table.maxY + theme.gap / 2 + barHeight + theme.gap / 4 + tickHeight + theme.gap / 4
      height = table.maxY + below
      func axis(_ values: [Double], _ width: Double) -> Axis {
        var count = 5
        while true {
          let axis = Axis.covering([0] + values, scale: .linear, limits: nil, maximumCount: count)
          let widest = canvas.widest(axis.ticks.labels, font: theme.tickFont)
          let spacing = width / Double(max(axis.ticks.values.count - 1, 1))
          if count == 3 || spacing >= widest + theme.gap { return axis }
          count -= 1
        }
      }
      treeAxis = DistanceScale(figure.joins.map(\.height))
      weightAxis = axis(figure.weights, bars.width)
    }

    /// Places of runs: of each cluster the longest one, the longest of these first; then of the others those that weigh as
    /// much as a component on average.
    var runsByImportance: [Int] {
      let byLength = runs.indices.sorted { (runs[$1].rows.count, $0) < (runs[$0].rows.count, $1) }
      let main = byLength.filter { place in
        byLength.first { runs[$0].cluster == runs[place].cluster } == place
      }
      let average = weights.reduce(0, +) / Double(weights.count)
      return main + byLength.filter { !main.contains($0) && weights[runs[$0].rows].reduce(0, +) >= average }
    }

    /// Whether a run has more weight than any other cluster in the rows of which most lies in a range of y, and in the row of
    /// its middle.
    func outweighsOthers(_ place: Int, within extent: ClosedRange<Double>) -> Bool {
      func row(_ y: Double) -> Double { (y - table.minY) / pitch }
      let middle = Int(row((extent.lowerBound + extent.upperBound) / 2))
      let first = min(Int(row(extent.lowerBound).rounded()), middle)
      let last = max(Int(row(extent.upperBound).rounded()) - 1, middle)
      func weight(_ run: Int) -> Double { weights[runs[run].rows.clamped(to: first..<last + 1)].reduce(0, +) }
      var others = [Double](repeating: 0, count: clusterCount)
      for other in runs.indices where runs[other].cluster != runs[place].cluster {
        others[runs[other].cluster] += weight(other)
      }
      return weight(place) > others.max() ?? 0
    }

    func middle(ofRow row: Int) -> Double { table.minY + (Double(row) + 0.5) * pitch }

    func square(row: Int, column: Int) -> Rect {
      Rect(
        x: table.minX + Double(column) * pitch, y: table.minY + Double(row) * pitch, width: pitch, height: pitch)
    }
  }
}
