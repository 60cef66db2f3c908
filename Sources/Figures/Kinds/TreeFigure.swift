import Images
import Interruptions

/// A tree of clusters from left to right: of each node some images and how much it holds, of each leaf its name.
///
/// A leaf has a row of its own; a node stands in the middle of those below it, a column for each edge from the root. Lines
/// are the thicker the more of the whole goes along them; leaves are framed in their cluster's colour.
public struct TreeFigure: Figure {
  public struct Node: Sendable {
    /// Places of nodes below it, from left to right, in the order from the top; none of a leaf.
    public var children: [Int]
    /// Its share of the whole, 0...1.
    public var share: Double
    /// What stands under its images: "31.2 %".
    public var detail: String
    /// Of a leaf: its name, and which of the palette's colours it has.
    public var name = ""
    public var paletteIndex = 0
    /// Places of its images.
    public var images: [Int]

    public init(children: [Int], share: Double, detail: String, images: [Int]) {
      (self.children, self.share, self.detail, self.images) = (children, share, detail, images)
    }
  }

  /// Gray or RGB.
  public var images: ImageSet
  /// The root first, each above all that are below it.
  public var nodes: [Node]
  public var title = ""
  public var subtitle = ""

  public init(_ images: ImageSet, nodes: [Node]) {
    precondition(!nodes.isEmpty, "a tree has a root at least")
    for (place, node) in nodes.enumerated() {
      precondition(
        node.children.allSatisfy { $0 > place && $0 < nodes.count },
        "node \(place) of \(nodes.count) cannot have the children \(node.children)")
      precondition(
        node.images.allSatisfy { (0..<images.count).contains($0) },
        "node \(place) has images beyond the \(images.count) there are")
    }
    (self.images, self.nodes) = (images, nodes)
  }

  /// In points; the height follows from the leaves.
  public func size(_ theme: Theme) -> Size {
    let layout = Layout(self, theme: theme, on: .forMeasuring(theme.figureSize, scale: theme.scale))
    return Size(width: theme.figureSize.width, height: layout.height)
  }

  public func draw(on canvas: Canvas, theme: Theme) {
    let layout = Layout(self, theme: theme, on: canvas)
    layout.heading.draw(
      on: canvas, at: Point(theme.margin, theme.margin), width: theme.figureSize.width - 2 * theme.margin)
    guard layout.side >= Self.leastSide, layout.hasRoomForText else {
      return canvas.refuse(.noRoom(.tooMany("a node's images", least: Self.leastSide), size: canvas.size))
    }
    for place in nodes.indices { drawLines(from: place, layout, on: canvas, theme: theme) }
    for place in nodes.indices {
      if Interruption.isWanted { return }
      drawNode(place, layout, on: canvas, theme: theme)
    }
  }

  /// Of an image in which something can be seen, in points.
  private static let leastSide = 5.0

  private func drawLines(from place: Int, _ layout: Layout, on canvas: Canvas, theme: Theme) {
    let start = layout.strip(place)
    for child in nodes[place].children {
      let end = layout.strip(child)
      let middle = canvas.snapped(end.minX - layout.link / 2)
      let width = theme.frameWidth + 3 * theme.curveWidth * min(max(nodes[child].share, 0), 1)
      canvas.stroke(
        [Point(start.maxX, start.midY), Point(middle, start.midY), Point(middle, end.midY), Point(end.minX, end.midY)],
        colour: theme.mutedText, width: width)
    }
  }

  private func drawNode(_ place: Int, _ layout: Layout, on canvas: Canvas, theme: Theme) {
    let (node, strip) = (nodes[place], layout.strip(place))
    canvas.draw(
      pixels: sideBySide(node.images)[...], width: node.images.count * images.width, height: images.height,
      channelCount: images.channelCount, in: strip)
    let isLeaf = node.children.isEmpty
    canvas.stroke(
      strip, colour: isLeaf ? theme.palette.colour(node.paletteIndex) : theme.frame,
      width: isLeaf ? theme.curveWidth : theme.frameWidth)
    canvas.draw(
      node.detail, at: Point(strip.midX, strip.maxY + theme.gap / 4), font: theme.tickFont, colour: theme.mutedText,
      horizontal: .middle)
    guard isLeaf else { return }
    canvas.draw(
      lines: layout.names[place], at: Point(strip.maxX + theme.gap, strip.midY), font: theme.labelFont,
      colour: theme.text, vertical: .middle)
  }
}

extension TreeFigure {
  /// The pixels of some images as those of one, so that no seam shows between them.
  private func sideBySide(_ places: [Int]) -> [UInt8] {
    let length = images.width * images.channelCount
    return (0..<images.height).flatMap { row in
      places.flatMap { place in
        let image = images[place]
        return image[image.startIndex + row * length..<image.startIndex + (row + 1) * length]
      }
    }
  }

  /// Where nodes lie.
  private struct Layout {
    let heading: FigureHeading
    let height: Double
    /// The height of an image, in points.
    let side: Double
    /// The length of a line from node to node.
    let link: Double
    /// Whether details and names fit in their columns and rows.
    let hasRoomForText: Bool
    /// Of leaves, broken into lines.
    let names: [[String]]
    private let strips: [Rect]

    init(_ figure: TreeFigure, theme: Theme, on canvas: Canvas) {
      let (nodes, size) = (figure.nodes, theme.figureSize)
      var heading = FigureHeading(title: figure.title, subtitle: figure.subtitle, theme: theme)
      heading.subtitleWidth = size.width - 2 * theme.margin
      self.heading = heading
      let top = theme.margin + heading.height(on: canvas)
      let detailHeight = canvas.lineHeight(theme.tickFont) + theme.gap / 4

      // The row of each node, of leaves a whole number, and its column.
      var (rows, columns) = ([Double](repeating: 0, count: nodes.count), [Int](repeating: 0, count: nodes.count))
      var leafCount = 0
      func visit(_ place: Int, _ column: Int) {
        columns[place] = column
        guard let first = nodes[place].children.first, let last = nodes[place].children.last else {
          rows[place] = Double(leafCount)
          leafCount += 1
          return
        }
        for child in nodes[place].children { visit(child, column + 1) }
        rows[place] = (rows[first] + rows[last]) / 2
      }
      visit(0, 0)
      let columnCount = Double(columns.max()! + 1)

      let link = max(1.5 * theme.gap, 10)
      self.link = link
      names = nodes.map {
        $0.children.isEmpty ? canvas.wrapped($0.name, font: theme.labelFont, width: 0.2 * size.width) : []
      }
      // As wide as it takes for what stands behind the strips of the last column and of those before.
      let nameWidth = canvas.widest(names.flatMap(\.self), font: theme.labelFont)
      let detailWidth = canvas.widest(nodes.map(\.detail), font: theme.tickFont)
      let nameHeight = Double(names.map(\.count).max() ?? 0) * canvas.lineHeight(theme.labelFont)
      let room = size.width - 2 * theme.margin - nameWidth - theme.gap
      let pitch = (room + link) / columnCount
      let imageCount = Double(max(1, nodes.map(\.images.count).max() ?? 1))
      let aspect = Double(max(figure.images.width, 1)) / Double(max(figure.images.height, 1))
      let widest = max(pitch - link, 0) / (imageCount * aspect)
      // A row has an image with its detail, or a name; and some room to the next.
      let between = theme.gap / 2
      let left = theme.heightLimit - top - theme.margin
      let tallest = left / Double(leafCount) - detailHeight - between
      let wanted = min(widest, tallest, 1.2 * Double(figure.images.height))
      let pixels = (wanted * canvas.scale).rounded(.down)
      let side = pixels >= 1 ? pixels / canvas.scale : wanted
      let imageWidth = side * aspect
      self.side = side
      // A name that is higher than its leaf's images reaches as far above as below them.
      let above = max(0, (nameHeight - side) / 2)
      let row = max(above + side + detailHeight, nameHeight) + between
      height = top + Double(leafCount) * row - between + theme.margin
      // Under a strip its detail, which may be wider.
      let width = max(imageCount * imageWidth, detailWidth)
      hasRoomForText = width + link <= pitch + 1e-6 && height <= theme.heightLimit + 1e-6
      // No further apart than they need be.
      let step = min(pitch, 2 * (width + link))
      strips = nodes.indices.map { place in
        let own = Double(nodes[place].images.count) * imageWidth
        return Rect(
          x: canvas.snapped(theme.margin + Double(columns[place]) * step + (width - own) / 2),
          y: canvas.snapped(top + above + rows[place] * row), width: own, height: side)
      }
    }

    /// A node's images, side by side.
    func strip(_ place: Int) -> Rect { strips[place] }
  }
}
