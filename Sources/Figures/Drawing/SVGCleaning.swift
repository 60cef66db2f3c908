/// What Cairo's SVG files need to be the same every time and to show images as they are.
enum SVGCleaning {
  /// Numbers identifiers anew in the order of their appearance, and asks for images of sharp pixels.
  ///
  /// Cairo numbers surfaces and patterns through the life of the process, so that the second rendering of a figure
  /// would differ from the first; and it leaves the enlargement of images to the viewer, which blurs them.
  static func cleaned(_ svg: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(svg.count)
    var numbers: [[UInt8]: Int] = [:]
    var position = 0
    while position < svg.count {
      if svg[position...].starts(with: imageStart) {
        result += imageStart + sharpPixels
        position += imageStart.count
      } else if let opening = openings.first(where: { svg[position...].starts(with: $0) }) {
        result += opening
        position += opening.count
        let word = svg[position...].prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        let digits = svg[word.endIndex...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        // Glyphs, "glyph0-1", are numbered within the file already.
        guard !word.isEmpty, !digits.isEmpty, digits.endIndex < svg.count, svg[digits.endIndex] != UInt8(ascii: "-")
        else { continue }
        let number = numbers[Array(word + digits), default: numbers.count]
        numbers[Array(word + digits)] = number
        result += word + Array("\(number)".utf8)
        position = digits.endIndex
      } else {
        result.append(svg[position])
        position += 1
      }
    }
    return result
  }

  private static let openings = ["id=\"", "\"#", "(#"].map { Array($0.utf8) }
  private static let imageStart = Array("<image ".utf8)
  private static let sharpPixels = Array("style=\"image-rendering:pixelated\" ".utf8)
}
