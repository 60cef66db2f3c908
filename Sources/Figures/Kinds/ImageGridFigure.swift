import Images

/// Images in rows and columns, enlarged by a whole factor, with labels beside, above and below them.
public struct ImageGridFigure: Sendable {
  /// Gray or RGB.
  public var images: ImageSet
  /// The image in each cell in row-major order; nil leaves the cell empty.
  public var cells: [Int?]
  public var columnCount: Int
  public var title = ""
  public var subtitle = ""
  /// One a row, to its left; fewer leave the last rows without.
  public var rowLabels: [String] = []
  /// One a row, quieter and aligned to the right between its label and its images, such as "9.8 %".
  public var rowDetails: [String] = []
  /// One a column, above it; turned if any is wider than an image.
  public var columnHeaders: [String] = []
  /// One a cell, below it, in the order of `cells`.
  public var captions: [String] = []
  /// Rows that belong together; a wider gap separates each such band from the next.
  public var rowsPerBand = 1
  /// Columns before which a wider gap stands.
  public var columnBreaks: Set<Int> = []
  /// Pixels of a PNG file for a pixel of an image; nil makes the grid about as wide as the theme's figures.
  public var magnification: Int?

  /// All images in order, row by row.
  public init(_ images: ImageSet, columnCount: Int) {
    self.init(images, cells: Array(0..<images.count), columnCount: columnCount)
  }

  public init(_ images: ImageSet, cells: [Int?], columnCount: Int) {
    precondition(
      images.channelCount == 1 || images.channelCount == 3,
      "a grid shows images of 1 or 3 channels, not \(images.channelCount)")
    precondition(columnCount > 0, "a grid needs a column, not \(columnCount)")
    precondition(
      cells.allSatisfy { $0.map { (0..<images.count).contains($0) } ?? true }, "cells must be in 0..<\(images.count)")
    self.images = images
    self.cells = cells
    self.columnCount = columnCount
  }

  /// Originals over their reconstructions: bands of two rows of `columnCount` images.
  public static func pairs(originals: ImageSet, reconstructions: ImageSet, columnCount: Int) -> ImageGridFigure {
    precondition(
      originals.count == reconstructions.count && originals.height == reconstructions.height
        && originals.width == reconstructions.width && originals.channelCount == reconstructions.channelCount,
      "\(originals.count) originals of \(originals.width)×\(originals.height)×\(originals.channelCount) do not pair with"
        + " \(reconstructions.count) of \(reconstructions.width)×\(reconstructions.height)"
        + "×\(reconstructions.channelCount)")
    let count = originals.count
    let both = ImageSet(
      count: 2 * count, height: originals.height, width: originals.width, channelCount: originals.channelCount,
      pixels: originals.pixels + reconstructions.pixels)
    let bandCount = (count + columnCount - 1) / columnCount
    var cells: [Int?] = []
    for band in 0..<bandCount {
      for offset in [0, count] {
        for index in band * columnCount..<(band + 1) * columnCount {
          cells.append(index < count ? offset + index : nil)
        }
      }
    }
    var figure = ImageGridFigure(both, cells: cells, columnCount: columnCount)
    figure.rowsPerBand = 2
    figure.rowLabels = (0..<bandCount).flatMap { _ in ["original", "reconstruction"] }
    return figure
  }

  public var rowCount: Int { (cells.count + columnCount - 1) / columnCount }

  func heading(_ theme: Theme) -> FigureHeading { FigureHeading(title: title, subtitle: subtitle, theme: theme) }
}
