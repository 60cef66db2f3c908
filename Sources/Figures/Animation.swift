import Images

extension FigureFile {
  /// Figures one after another in a PNG file that plays them, and its first frame.
  ///
  /// All are drawn as large as the largest; points in the plane are drawn to one scale, so that what stays where it is does
  /// so in the picture.
  ///
  /// - Parameter delay: how long each is shown, in milliseconds.
  /// - Throws: `FigureError` if one is too large or memory runs out.
  public static func animation(
    of figures: [any Figure], delay: Int, theme: Theme = Theme(), provenance: Provenance = Provenance()
  ) throws(FigureError) -> (bytes: [UInt8], first: PNGImage) {
    precondition(!figures.isEmpty, "an animation needs a figure")
    var limits: ScatterLimits?
    for case let scatter as ScatterFigure in figures {
      let own = scatter.ownLimits
      limits = limits?.union(with: own) ?? own
    }
    var images: [PNGImage] = []
    for figure in figures {
      var figure = figure
      if var scatter = figure as? ScatterFigure {
        scatter.limits = limits
        figure = scatter
      }
      images.append(try image(of: figure, theme: theme))
    }
    let width = images.map(\.width).max() ?? 1
    let height = images.map(\.height).max() ?? 1
    let frames = images.map { $0.padded(width: width, height: height) }
    var files: [[UInt8]] = []
    for frame in frames { files.append(try file(of: frame, provenance: provenance)) }
    return (AnimatedPNG.joined(files, delay: delay), frames[0])
  }
}

extension PNGImage {
  /// The image in the upper left corner of a larger one, elsewhere white, or transparent if the image can be.
  fileprivate func padded(width: Int, height: Int) -> PNGImage {
    guard width != self.width || height != self.height else { return self }
    var larger = [UInt8](repeating: channelCount == 4 ? 0 : 255, count: width * height * channelCount)
    let row = self.width * channelCount
    for y in 0..<self.height {
      let start = y * width * channelCount
      larger.replaceSubrange(start..<start + row, with: pixels[y * row..<(y + 1) * row])
    }
    return PNGImage(
      width: width, height: height, channelCount: channelCount, pixels: larger, pixelsPerMetre: pixelsPerMetre)
  }
}
