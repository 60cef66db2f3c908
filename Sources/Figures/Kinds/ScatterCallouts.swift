import Images

/// A point of a scatter that is shown as an image with words beside the picture, a line leading to it.
public struct ScatterCallout: Sendable {
  /// The point's place among the figure's.
  public var point: Int
  /// A gray or RGB image.
  public var image: ImageSet
  /// Lines of text beside the image, such as "GT 4" and "found 9".
  public var lines: [String]

  /// - Parameter image: a set of one.
  public init(point: Int, image: ImageSet, lines: [String]) {
    precondition(image.count == 1, "a callout shows one image, not \(image.count)")
    (self.point, self.image, self.lines) = (point, image, lines)
  }
}

/// Callouts in a column on either side of a picture: none can lie over another or over points, and as the lines of a column
/// are the shortest that it can have, none of them crosses another.
struct CalloutColumns {
  /// What is left for the picture.
  let inner: Rect
  private let callouts: [ScatterCallout]
  private let frame: Rect
  private let perSide: Int
  private let side: Double
  private let font: Font
  /// The words of each, broken where they are long.
  private let lines: [[String]]

  init(_ callouts: [ScatterCallout], in frame: Rect, theme: Theme, on canvas: Canvas) {
    font = theme.tickFont
    let lines = callouts.map { callout in
      callout.lines.flatMap { canvas.wrapped($0, font: theme.tickFont, width: 0.2 * frame.width, most: 6) }
    }
    // Words may be higher than their image, but not reach into the next one's.
    let lineCount = Double(max(1, lines.map(\.count).max() ?? 1))
    let least = max(lineCount * canvas.lineHeight(font), 2 * font.size) + theme.gap / 4
    let most = max(1, Int(frame.height / least))
    let shown = Array(callouts.prefix(2 * most))
    (self.callouts, self.frame, self.lines) = (shown, frame, lines)
    perSide = (shown.count + 1) / 2
    guard !shown.isEmpty else {
      (inner, side) = (frame, 0)
      return
    }
    side = min(frame.height / Double(perSide) - theme.gap / 2, 0.11 * frame.width)
    let textWidth = canvas.widest(lines.prefix(shown.count).joined(), font: font)
    let column = textWidth + theme.gap / 2 + side + theme.gap
    inner = Rect(
      minX: frame.minX + column, minY: frame.minY, maxX: shown.count > 1 ? frame.maxX - column : frame.maxX,
      maxY: frame.maxY)
  }

  /// Draws images, words and lines.
  ///
  /// - Parameters:
  ///   - radius: of the points' markers.
  ///   - place: where a point lies, and its colour.
  func draw(on canvas: Canvas, theme: Theme, radius: Double, place: (Int) -> (centre: Point, colour: Colour)) {
    let placed = zip(callouts, lines).map { (callout: $0, lines: $1, point: place($0.point)) }
      .filter { $0.point.centre.x.isFinite && $0.point.centre.y.isFinite }
    let byPlace = placed.indices.sorted { (placed[$0].point.centre.x, $0) < (placed[$1].point.centre.x, $1) }
    for (isLeft, members) in [(true, byPlace.prefix(perSide)), (false, byPlace.dropFirst(perSide))] {
      let side = isLeft ? inner.minX : inner.maxX
      let pitch = frame.height / Double(max(members.count, 1))
      let places = (0..<members.count).map { Point(side, frame.minY + (Double($0) + 0.5) * pitch) }
      let column = Self.uncrossed(
        members.sorted { (placed[$0].point.centre.y, $0) < (placed[$1].point.centre.y, $1) }, to: places
      ) { placed[$0].point.centre }
      for (row, index) in column.enumerated() {
        let (callout, lines, point) = placed[index]
        let middle = places[row].y
        let x = isLeft ? inner.minX - theme.gap - self.side : inner.maxX + theme.gap
        let box = Rect(
          x: canvas.snapped(x), y: canvas.snapped(middle - self.side / 2), width: self.side, height: self.side)
        canvas.stroke(
          [Point(isLeft ? box.maxX : box.minX, middle), point.centre], colour: theme.text.withOpacity(0.6),
          width: theme.frameWidth)
        canvas.fillCircle(at: point.centre, radius: 1.7 * radius + theme.frameWidth, colour: theme.text)
        canvas.fillCircle(at: point.centre, radius: 1.7 * radius, colour: point.colour)
        canvas.draw(callout.image[0], of: callout.image, fitting: box)
        canvas.stroke(box, colour: point.colour, width: 2 * theme.frameWidth)
        drawLines(lines, beside: box, isLeft: isLeft, on: canvas, theme: theme)
      }
    }
  }

  /// The members in such an order that lines from the places to their points cannot be made shorter by any exchange of
  /// two: two that cross could be.
  private static func uncrossed(_ members: [Int], to places: [Point], point: (Int) -> Point) -> [Int] {
    func length(_ place: Int, _ member: Int) -> Double {
      let (a, b) = (places[place], point(member))
      return ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
    }
    var members = members
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for a in members.indices {
        for b in members.indices.dropFirst(a + 1) {
          let now = length(a, members[a]) + length(b, members[b])
          // A hair's breadth is none: else rounding could exchange for ever.
          guard length(a, members[b]) + length(b, members[a]) < now - 1e-6 else { continue }
          members.swapAt(a, b)
          hasChanged = true
        }
      }
    }
    return members
  }

  private func drawLines(_ lines: [String], beside box: Rect, isLeft: Bool, on canvas: Canvas, theme: Theme) {
    let height = canvas.lineHeight(font)
    let top = box.midY - Double(lines.count) * height / 2
    for (row, line) in lines.enumerated() {
      let x = isLeft ? box.minX - theme.gap / 2 : box.maxX + theme.gap / 2
      canvas.draw(
        line, at: Point(x, top + Double(row) * height), font: font, colour: theme.text,
        horizontal: isLeft ? .end : .start)
    }
  }
}

extension Canvas {
  /// Draws an image as large as it fits `box`, in its middle.
  func draw(_ pixels: ArraySlice<UInt8>, of images: ImageSet, fitting box: Rect) {
    guard images.width > 0, images.height > 0 else { return }
    let scale = min(box.width / Double(images.width), box.height / Double(images.height))
    let (width, height) = (Double(images.width) * scale, Double(images.height) * scale)
    draw(
      pixels: pixels, width: images.width, height: images.height, channelCount: images.channelCount,
      in: Rect(x: box.midX - width / 2, y: box.midY - height / 2, width: width, height: height))
  }
}
