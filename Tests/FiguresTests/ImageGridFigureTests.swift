import Figures
import Images
import Testing

private func images(_ count: Int, channelCount: Int = 1, offset: Int = 0) -> ImageSet {
  ImageSet(
    count: count, height: 5, width: 4, channelCount: channelCount,
    pixels: (0..<count * 20 * channelCount).map { UInt8(truncatingIfNeeded: ($0 + offset) &* 73) })
}

/// Whether the picture shows image `index` of `set` in the cell, pixel for pixel.
private func shows(
  _ picture: Picture, _ set: ImageSet, _ index: Int, at cell: Rect, scale: Double, magnification: Int
) -> Bool {
  let left = Int((cell.minX * scale).rounded())
  let top = Int((cell.minY * scale).rounded())
  for y in 0..<set.height * magnification {
    for x in 0..<set.width * magnification {
      let start = set[index].startIndex + (y / magnification * set.width + x / magnification) * set.channelCount
      let components = (0..<3).map { UInt32(set.pixels[start + (set.channelCount == 3 ? $0 : 0)]) }
      guard picture[left + x, top + y] == components[0] << 16 | components[1] << 8 | components[2] else {
        return false
      }
    }
  }
  return true
}

@Suite("Image grids")
struct ImageGridFigureTests {
  @Test("captions below small images keep their words whole", arguments: FigureStyle.allCases)
  func captionsOfSmallImages(style: FigureStyle) {
    let theme = style.theme
    let set = ImageSet(
      count: 100, height: 28, width: 28, channelCount: 1, pixels: [UInt8](repeating: 0, count: 78_400))
    var figure = ImageGridFigure(set, columnCount: 10)
    figure.title = "Title"
    figure.captions = [String](repeating: "3/1 100", count: 100)
    let layout = ImageGridLayout(figure, theme: theme)
    let below = layout.cell(row: 1, column: 0).minY - layout.cell(row: 0, column: 0).maxY
    // Two lines, and no third for a part of a word.
    #expect(below < 3 * theme.tickSize, "\(below) points below images for a text of \(theme.tickSize)")
  }

  @Test(
    "every image lies exactly in its cell, enlarged by a whole factor", arguments: [1, 3], FigureStyle.allCases)
  func placement(channelCount: Int, style: FigureStyle) throws {
    let theme = style.theme
    let set = images(11, channelCount: channelCount)
    var figure = ImageGridFigure(set, columnCount: 4)
    figure.title = "Title"
    figure.rowLabels = ["first", "second", "third"]
    figure.rowDetails = ["1 %", "2 %", "97 %"]
    figure.columnHeaders = ["a", "b", "c", "d"]
    figure.captions = (0..<11).map { "image \($0)" }
    let layout = ImageGridLayout(figure, theme: theme)
    let picture = try Picture(figure, theme: theme)
    for index in 0..<11 {
      let cell = layout.cell(row: index / 4, column: index % 4)
      #expect(
        shows(picture, set, index, at: cell, scale: theme.scale, magnification: Int(layout.magnification)),
        "image \(index)")
      #expect(abs(cell.width * theme.scale - 4 * layout.magnification) < 1e-6)
    }
  }

  @Test("a given magnification is kept, and gaps show the background", arguments: [1, 3, 8])
  func magnification(factor: Int) throws {
    let set = images(4)
    var figure = ImageGridFigure(set, columnCount: 2)
    figure.magnification = factor
    let layout = ImageGridLayout(figure, theme: Theme())
    #expect(layout.magnification == Double(factor))
    let picture = try Picture(figure)
    #expect(picture.image.width == 2 * 28 + 8 * factor + 2)
    #expect(picture.image.height == 2 * 28 + 10 * factor + 2)
    #expect((0..<picture.image.height).allSatisfy { picture[28 + 4 * factor, $0] == 0xFFFFFF })
    #expect(shows(picture, set, 3, at: layout.cell(row: 1, column: 1), scale: 2, magnification: factor))
  }

  @Test("pairs put each reconstruction under its original, band by band")
  func pairs() throws {
    let originals = images(5)
    let reconstructions = images(5, offset: 3)
    let figure = ImageGridFigure.pairs(originals: originals, reconstructions: reconstructions, columnCount: 3)
    #expect(figure.cells == [0, 1, 2, 5, 6, 7, 3, 4, nil, 8, 9, nil])
    #expect(figure.rowLabels == ["original", "reconstruction", "original", "reconstruction"])
    let layout = ImageGridLayout(figure, theme: Theme())
    let picture = try Picture(figure)
    for index in 0..<5 {
      let row = index / 3 * 2
      let (top, bottom) = (layout.cell(row: row, column: index % 3), layout.cell(row: row + 1, column: index % 3))
      #expect(shows(picture, originals, index, at: top, scale: 2, magnification: Int(layout.magnification)))
      #expect(shows(picture, reconstructions, index, at: bottom, scale: 2, magnification: Int(layout.magnification)))
    }
    let inside = layout.cell(row: 1, column: 0).minY - layout.cell(row: 0, column: 0).maxY
    let between = layout.cell(row: 2, column: 0).minY - layout.cell(row: 1, column: 0).maxY
    #expect(between > inside)
  }

  @Test("a break sets columns apart, and images stay on whole pixels")
  func columnBreaks() throws {
    let set = images(6)
    var figure = ImageGridFigure(set, columnCount: 6)
    let plain = ImageGridLayout(figure, theme: Theme())
    figure.columnBreaks = [2, 5, 0, 17]
    let layout = ImageGridLayout(figure, theme: Theme())
    func gap(_ layout: ImageGridLayout, _ column: Int) -> Double {
      layout.cell(row: 0, column: column).minX - layout.cell(row: 0, column: column - 1).maxX
    }
    let usual = gap(plain, 1)
    #expect([1, 3, 4].allSatisfy { gap(layout, $0) == usual } && [2, 5].allSatisfy { gap(layout, $0) > 2 * usual })
    #expect(layout.cell(row: 0, column: 0).minX == plain.cell(row: 0, column: 0).minX)
    #expect(layout.size.width <= Theme().figureSize.width + 1)
    let picture = try Picture(figure)
    for index in 0..<6 {
      #expect(
        shows(
          picture, set, index, at: layout.cell(row: 0, column: index), scale: 2,
          magnification: Int(layout.magnification)))
    }
  }

  @Test("empty cells, no images and images without pixels are drawn")
  func empty() throws {
    let set = images(1)
    _ = try Picture(ImageGridFigure(set, cells: [nil, 0, nil], columnCount: 2))
    _ = try Picture(ImageGridFigure(images(0), columnCount: 3))
    let none = ImageSet(count: 2, height: 0, width: 0, channelCount: 1, pixels: [])
    _ = try Picture(ImageGridFigure(none, columnCount: 2))
  }

  @Test("a grid too large for a picture is a typed error")
  func tooLarge() {
    var figure = ImageGridFigure(images(2), columnCount: 2)
    figure.magnification = 10_000
    #expect(throws: FigureError.self) { try FigureFile.render(figure) }
  }
}
