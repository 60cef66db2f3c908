import ElementaryFunctions
import Interruptions

extension ScatterFigure {
  /// Points that are shown over the others and are told from them: larger, with a dark edge.
  public struct Addition: Sendable {
    /// x and y of each point in turn; points that are not finite are left out.
    public var coordinates: [Float]
    /// The group of the figure that gives each its colour and shape; nil for none, in the background's colour.
    public var groups: [Int?]
    /// What the legend calls them.
    public var name: String

    public init(coordinates: [Float], groups: [Int?], name: String) {
      precondition(
        coordinates.count == 2 * groups.count, "\(coordinates.count) coordinates are not 2 for each of \(groups.count)")
      (self.coordinates, self.groups, self.name) = (coordinates, groups, name)
    }
  }

  /// The legend's word for the points that were added; empty if there are none.
  func additionEntries(_ theme: Theme) -> [Legend.Entry] {
    guard let addition else { return [] }
    return [
      Legend.Entry(
        name: addition.name, detail: showsCounts ? "(\(addition.groups.count))" : "",
        swatch: .edged(.circle, theme.background))
    ]
  }

  /// Draws the points that were added.
  ///
  /// - Parameters:
  ///   - area: where the others lie.
  ///   - radius: of theirs.
  func drawAddition(on canvas: Canvas, in frame: Rect, area: Rect, radius: Double, theme: Theme) {
    guard let addition, !canvas.isForMeasuring else { return }
    let place = transform(into: area)
    let own = addedRadius(radius, theme)
    let draw = { (canvas: Canvas) in
      for (index, group) in addition.groups.enumerated() {
        if index % 4096 == 0, Interruption.isWanted { return }
        let (x, y) = (addition.coordinates[2 * index], addition.coordinates[2 * index + 1])
        guard x.isFinite, y.isFinite else { continue }
        canvas.fill(
          group.map { marker($0, theme) } ?? .circle, at: place(x, y), radius: own,
          colour: group.map { colour($0, theme) } ?? theme.background, edge: theme.text, background: theme.background)
      }
    }
    if addition.groups.count > Self.mostShapes {
      // What is below shows through.
      canvas.rasterised(frame, background: theme.background.withOpacity(0), draw)
    } else {
      canvas.clipped(to: frame) { draw(canvas) }
    }
  }

  /// Twice that of the others, as far as letters go; fewer may be larger.
  private func addedRadius(_ radius: Double, _ theme: Theme) -> Double {
    let count = Double(max(addition?.groups.count ?? 0, 1))
    let least = 0.36 * theme.tickSize * min(1, max(0.4, 1 - 0.2 * log10(count / 20)))
    return max(2 * radius, theme.pointSize == nil ? least : 0)
  }
}
