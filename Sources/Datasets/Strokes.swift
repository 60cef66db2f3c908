import Evaluation
import Images
import TensorEngine

/// The embedded data set: ten digit shapes drawn from seeded pen strokes, so that no file is needed.
enum Strokes {
  static let defaultCount = 10_000

  /// Draws `count` images, the last sixth of them for testing, as in MNIST.
  ///
  /// Every ten images hold each digit once, in random order. Image i depends on the seed and i alone: a smaller set
  /// is the beginning of a larger one.
  static func draw(count: Int, seed: UInt64) throws(DatasetError) -> DatasetContent {
    let source = RandomSource(seed: seed).derived("strokes")
    let classCount = DigitShapes.styles.count
    let classes = (0..<(count + classCount - 1) / classCount).flatMap { block in
      var stream = source.derived("order").derived(block).makeStream()
      return stream.permutation(of: classCount)
    }
    let digits = Array(classes.prefix(count))
    let hands = source.derived("image")
    let imagesPerPiece = 64
    let pieces: [[UInt8]]
    do {
      pieces = try Parallel.interruptibleMap((count + imagesPerPiece - 1) / imagesPerPiece) { piece in
        var pixels: [UInt8] = []
        for index in piece * imagesPerPiece..<min(count, (piece + 1) * imagesPerPiece) {
          var pen = StrokePen(source: hands.derived(index))
          pixels.append(contentsOf: pen.write(digit: digits[index]))
        }
        return pixels
      }
    } catch { throw .interrupted }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * StrokePen.side * StrokePen.side)
    for piece in pieces { pixels += piece }
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
    classNames: (0..<DigitShapes.styles.count).map(String.init), source: .drawn(Strokes.draw))
}
