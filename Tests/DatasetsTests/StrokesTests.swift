import Datasets
import TensorEngine
import Testing

@Suite("Drawn digits") struct StrokesTests {
  let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: nil, environment: [:]))

  func draw(_ count: Int?, split: Split = .all, seed: UInt64 = 0) throws -> Dataset {
    try catalogue.load("strokes", DatasetSelection(split: split, count: count), seed: seed)
  }

  @Test func holdsTenThousandBalancedDigits() throws {
    let clock = ContinuousClock()
    var set = try draw(10)
    let time = try clock.measure { set = try draw(nil) }
    #expect(time < .seconds(10), "drawing took \(time)")
    #expect(set.count == 10_000 && set.trainCount == 8_334)
    #expect(set.images.width == 28 && set.images.height == 28 && set.images.channelCount == 1)
    let classes = try #require(set.labels).classes
    for block in 0..<1000 { #expect(classes[block * 10..<block * 10 + 10].sorted() == Array(0..<10)) }
    #expect(classes[..<10] != classes[10..<20])
  }

  @Test func everyImageHoldsADigitInTheMiddle() throws {
    let images = try draw(2_000).images
    var total = 0
    for index in 0..<images.count {
      let pixels = Array(images[index])
      let ink = pixels.reduce(0) { $0 + Int($1) }
      total += ink
      #expect((3_000...90_000).contains(ink), "image \(index) holds \(ink) of ink")
      var border = 0
      for i in 0..<28 {
        for edge in [i, 27 * 28 + i, 28 * i, 28 * i + 27] { border += Int(pixels[edge]) }
      }
      #expect(border < ink / 20, "image \(index) runs into the border")
    }
    // About as much ink as MNIST, whose mean is 0.13.
    #expect((0.10...0.16).contains(Double(total) / (2_000 * 784 * 255)))
  }

  @Test func dependsOnTheSeedAlone() throws {
    let set = try draw(300)
    let threadCount = Parallel.threadCount
    defer { Parallel.threadCount = threadCount }
    for count in [1, 3] {
      Parallel.threadCount = count
      #expect(try draw(300).sha256 == set.sha256)
    }
    #expect(try draw(300, seed: 1).sha256 != set.sha256)
    let fewer = try draw(123)
    #expect(fewer.images == set.images.selecting(0..<123))
    #expect(fewer.labels == set.labels?.selecting(0..<123))
  }

  @Test func splitsWhatWasDrawn() throws {
    let whole = try draw(60)
    let (train, test) = (try draw(60, split: .train), try draw(60, split: .test))
    #expect(train.count == 50 && train.trainCount == 50 && test.count == 10 && test.trainCount == 0)
    #expect(whole.trainCount == 50)
    #expect(train.images.pixels + test.images.pixels == whole.images.pixels)
    #expect(try draw(1).count == 1)
    #expect(throws: DatasetError.self) { try draw(1, split: .test) }
    #expect(throws: DatasetError.self) { try draw(1 << 40) }
  }

  /// The digits are legible: the nearest of 2,500 others has the same class for nine in ten. They are not trivial:
  /// nearest class means, which a blurred font would pass, fail on more than one in ten.
  @Test func isLegibleButNotTrivial() throws {
    let set = try draw(3_000)
    let classes = try #require(set.labels).classes
    let size = set.images.imageSize
    let pixels = set.images.pixels.map(Float.init)
    var means = [Float](repeating: 0, count: 10 * size)
    for index in set.trainIndices {
      for i in 0..<size { means[classes[index] * size + i] += pixels[index * size + i] / Float(set.trainCount / 10) }
    }
    func distance(_ a: Int, _ other: [Float], _ b: Int) -> Float {
      var sum = SIMD8<Float>()
      for i in stride(from: 0, to: size, by: 8) {
        var difference = SIMD8<Float>()
        for lane in 0..<8 { difference[lane] = pixels[a * size + i + lane] - other[b * size + i + lane] }
        sum += difference * difference
      }
      return sum.sum()
    }
    let results = Parallel.map(set.testIndices.count) { position -> (Bool, Bool) in
      let index = set.trainCount + position
      let neighbour = set.trainIndices.min { distance(index, pixels, $0) < distance(index, pixels, $1) }!
      let mean = (0..<10).min { distance(index, means, $0) < distance(index, means, $1) }!
      return (classes[neighbour] == classes[index], mean == classes[index])
    }
    let neighbours = Double(results.count { $0.0 }) / Double(results.count)
    let nearestMean = Double(results.count { $0.1 }) / Double(results.count)
    #expect(neighbours > 0.9)
    #expect((0.6...0.9).contains(nearestMean))
  }
}
