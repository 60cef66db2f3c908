extension Canvas {
  /// `text` if it is at most `width` points wide, else as much of it as fits with an ellipsis for the rest.
  ///
  /// What goes is the end; with `keepsEnd` it is the middle, for names that differ in their endings. The result is
  /// empty if not even the ellipsis fits.
  public func elided(_ text: String, font: Font, width: Double, keepsEnd: Bool = false) -> String {
    // A hair of tolerance, so that a text measured to set a width fits that width.
    let limit = width + 1e-6
    if self.width(of: text, font: font) <= limit { return text }
    let characters = Array(text)
    var fitting = 0
    var tooLong = characters.count
    func candidate(_ count: Int) -> String {
      let endCount = keepsEnd ? count / 2 : 0
      var beginning = characters.prefix(count - endCount)
      while beginning.last == " " { beginning.removeLast() }
      var end = characters.suffix(endCount)
      while end.first == " " { end.removeFirst() }
      return String(beginning) + "…" + String(end)
    }
    while tooLong - fitting > 1 {
      let middle = (fitting + tooLong) / 2
      if self.width(of: candidate(middle), font: font) <= limit { fitting = middle } else { tooLong = middle }
    }
    let result = candidate(fitting)
    return self.width(of: result, font: font) <= limit ? result : ""
  }

  /// The width of the widest of `texts`, in points; 0 for none.
  func widest(_ texts: some Sequence<String>, font: Font) -> Double {
    texts.reduce(0) { max($0, width(of: $1, font: font)) }
  }

  /// A canvas to measure text on, for layouts that must know it before there is a page.
  static func forMeasuring(scale: Double) -> Canvas {
    // One pixel is never too large.
    try! Canvas(size: Size(width: 1 / scale, height: 1 / scale), scale: scale)
  }
}
