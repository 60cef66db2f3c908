import ElementaryFunctions
import Options
import TensorEngine

/// How a set is drawn by the program, where that is not as it usually is.
public struct DrawingOptions: Sendable, Equatable {
  /// How many classes there are.
  public var classes: Int?
  /// How many times as likely the first class is as the last; those between fall by a constant factor.
  public var imbalance: Double?
  /// Degrees of freedom of Student's t, from which offsets are drawn in the place of normals.
  public var tails: Int?
  /// How dark a digit of another class is that lies under each, 0 none to 1 as the digit itself.
  public var overlap: Double?
  /// How far images lie from their moon, in radii of the moons.
  public var noise: Double?

  /// Those that are given, as `load` takes them.
  public var given: [(name: String, value: Double)] {
    let all: [(DatasetOption, Double?)] = [
      (.classes, classes.map(Double.init)), (.imbalance, imbalance), (.tails, tails.map(Double.init)),
      (.overlap, overlap), (.noise, noise),
    ]
    return all.compactMap { option, value in value.map { (option.name, $0) } }
  }

  /// " overlap=0.5 tails=3": what tells the set from the usual one, to stand behind its name.
  var words: String { given.map { " \($0.name)=\(Number.spelling($0.value))" }.joined() }

  /// The class of each image. As many of each as can be, in random order, unless they are imbalanced: then each image
  /// draws its own. Image i depends on the source and i alone.
  func classes(_ count: Int, of classCount: Int, _ source: RandomSource) -> [Int] {
    guard let imbalance else {
      let order = source.derived("order")
      let classes = (0..<(count + classCount - 1) / classCount).flatMap { block in
        var stream = order.derived(block).makeStream()
        return stream.permutation(of: classCount)
      }
      return Array(classes.prefix(count))
    }
    let weights = (0..<classCount).map { exp(-log(imbalance) * Double($0) / Double(classCount - 1)) }
    let total = weights.reduce(0, +)
    return (0..<count).map { index in
      var stream = source.derived("class").derived(index).makeStream()
      var left = stream.uniform() * total
      for (place, weight) in weights.enumerated() {
        left -= weight
        if left < 0 { return place }
      }
      return classCount - 1
    }
  }

  /// The bytes of `count` images of `size` bytes, each drawn by itself.
  static func pixels(
    _ count: Int, size: Int, _ draw: (_ index: Int) -> [UInt8]
  ) throws(DatasetError) -> [UInt8] {
    let imagesPerPiece = 64
    let pieces: [[UInt8]]
    do {
      pieces = try Parallel.interruptibleMap((count + imagesPerPiece - 1) / imagesPerPiece) { piece in
        var pixels: [UInt8] = []
        for index in piece * imagesPerPiece..<min(count, (piece + 1) * imagesPerPiece) {
          pixels.append(contentsOf: draw(index))
        }
        return pixels
      }
    } catch { throw .interrupted }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * size)
    for piece in pieces { pixels += piece }
    return pixels
  }
}

extension RandomStream {
  /// A standard normal (Box-Muller).
  mutating func normal() -> Double {
    // With 1 − u so that the logarithm is finite.
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// The square root of a chi-squared draw over its degrees of freedom: normals divided by it are Student's t.
  mutating func tailDivisor(_ degrees: Int) -> Double {
    var sum = 0.0
    for _ in 0..<degrees {
      let draw = normal()
      sum += draw * draw
    }
    return (sum / Double(degrees)).squareRoot()
  }
}
