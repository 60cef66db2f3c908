import Figures
import Testing

private func grid(_ side: Int, groupCount: Int) -> ScatterFigure {
  ScatterFigure(
    coordinates: (0..<side * side).flatMap { [Float($0 % side), Float($0 / side)] },
    groups: (0..<side * side).map { $0 * groupCount / (side * side) },
    groupNames: (0..<groupCount).map { "\($0)" })
}

@Suite("Scatter figures")
struct ScatterFigureTests {
  @Test("every group's colour occurs in the legend")
  func colours() throws {
    let picture = try Picture(grid(20, groupCount: 20))
    for group in 0..<20 {
      #expect(picture.count(of: Palette.standard.colour(group)) > 10, "group \(group)")
    }
  }

  @Test("a legend stays out of the data's way and can be left out")
  func legend() throws {
    var figure = grid(10, groupCount: 2)
    let with = try Picture(figure)
    figure.showsLegend = false
    let without = try Picture(figure)
    // Without a legend the frame reaches the right margin.
    let frameColumn = Int(2 * (720 - Theme().margin)) - 1
    #expect((200..<800).allSatisfy { without[frameColumn, $0] != 0xFFFFFF })
    #expect((400..<800).allSatisfy { with[frameColumn, $0] == 0xFFFFFF })
    // No sample of an opaque legend swatch remains.
    #expect(
      without.count(of: Palette.standard.colour(0))
        < with.count(of: Palette.standard.colour(0)))
  }

  @Test("groups are drawn in step, however the points are sorted")
  func order() {
    let figure = ScatterFigure(
      coordinates: [Float](repeating: 0, count: 24), groups: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
      groupNames: ["a", "b"])
    let order = figure.drawingOrder()
    #expect(order.sorted() == Array(0..<12))
    #expect(order.map { figure.groups[$0] } == [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0])
  }

  @Test("points that are not finite are left out")
  func notFinite() throws {
    var figure = grid(4, groupCount: 2)
    figure.coordinates[2] = .nan
    figure.coordinates[7] = .infinity
    #expect(!figure.drawingOrder().contains(1) && !figure.drawingOrder().contains(3))
    #expect(figure.drawingOrder().count == 14)
    _ = try Picture(figure)
  }

  @Test("a single point stands in the middle; coinciding points and none at all are drawn", arguments: [0, 1, 5])
  func few(count: Int) throws {
    var figure = ScatterFigure(
      coordinates: [Float](repeating: 3, count: 2 * count), groups: [Int](repeating: 0, count: count),
      groupNames: ["only"])
    figure.colours = [Colour(0xFF0000)]
    figure.namesGroupsInPlace = false
    let picture = try Picture(figure)
    let middle = picture[720, 540]
    #expect((middle != 0xFFFFFF) == (count > 0))
  }

  @Test("a unit is as long on either axis")
  func aspect() throws {
    var figure = ScatterFigure(
      coordinates: [0, 0, 1, 0, 0, 1, 1, 1], groups: [0, 0, 0, 0], groupNames: ["only"])
    figure.markerRadius = 4
    let picture = try Picture(figure)
    // Inside the frame, the extremes of what is drawn.
    let inner = 40..<1040
    let rows = inner.filter { y in (40..<1400).contains { picture[$0, y] != 0xFFFFFF } }
    let columns = (40..<1400).filter { x in inner.contains { picture[x, $0] != 0xFFFFFF } }
    #expect(abs((rows.max()! - rows.min()!) - (columns.max()! - columns.min()!)) <= 2)
  }

  @Test("the first forty groups differ in colour or marker")
  func palette() {
    let looks = (0..<40).map { "\(Palette.standard.colour($0)) \(Palette.standard.marker($0))" }
    #expect(Set(looks).count == 40)
    #expect(Set((0..<20).map { Palette.standard.colour($0) }).count == 20)
  }
}
