import Evaluation
import Images
import TensorEngine

/// The embedded data set: ten digit shapes drawn from seeded pen strokes, so that no file is needed.
enum Strokes {
  static let defaultCount = 10_000

  /// Draws `count` images, the last sixth of them for testing, as in MNIST.
  ///
  /// Every ten images hold each digit once, in random order, unless `drawing` says otherwise. Image i depends on the seed
  /// and i alone: a smaller set is the beginning of a larger one.
  static func draw(count: Int, seed: UInt64, _ drawing: DrawingOptions) throws(DatasetError) -> DatasetContent {
    let source = RandomSource(seed: seed).derived("strokes")
    let classCount = drawing.classes ?? DigitShapes.styles.count
    guard (2...DigitShapes.styles.count).contains(classCount) else {
      throw .badOption(
        option: "classes", expected: "2 to \(DigitShapes.styles.count) digits, from 0 on", found: "\(classCount)")
    }
    let digits = drawing.classes(count, of: classCount, source)
    let hands = source.derived("image")
    let pixels = try DrawingOptions.pixels(count, size: StrokePen.side * StrokePen.side) { index in
      var pen = StrokePen(source: hands.derived(index), tails: drawing.tails)
      let pixels = pen.write(digit: digits[index])
      guard let overlap = drawing.overlap, overlap > 0 else { return pixels }
      let under = source.derived("under").derived(index)
      var choice = under.derived("class").makeStream()
      let other = (digits[index] + 1 + choice.integer(below: classCount - 1)) % classCount
      var second = StrokePen(source: under, tails: drawing.tails)
      return zip(pixels, second.write(digit: other)).map { max($0, UInt8(overlap * Double($1))) }
    }
    return DatasetContent(
      images: ImageSet(
        count: count, height: StrokePen.side, width: StrokePen.side, channelCount: 1, pixels: pixels),
      labels: Labels(classes: digits, names: (0..<classCount).map(String.init)),
      trainCount: count - count / 6)
  }
}

extension KnownDataset {
  static let strokes = KnownDataset(
    name: "strokes", summary: "digits drawn by this program from seeded pen strokes; needs no files",
    count: Strokes.defaultCount, height: StrokePen.side, width: StrokePen.side, channelCount: 1,
    classNames: (0..<DigitShapes.styles.count).map(String.init),
    source: .drawn([.classes, .imbalance, .tails, .overlap], Strokes.draw))
}
