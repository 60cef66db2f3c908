import Images
import TensorEngine
import TestSupport
import Testing

@Suite("Random motion") struct MotionTests {
  /// Images whose every byte differs from its neighbours'.
  func images(count: Int, height: Int, width: Int, channelCount: Int) -> ImageSet {
    let pixels = RandomSource(seed: 1).uniforms(count: count * height * width * channelCount).map { UInt8($0 * 256) }
    return ImageSet(count: count, height: height, width: width, channelCount: channelCount, pixels: pixels)
  }

  @Test func agreesWithGridSample() throws {
    let rows = try golden("affine.txt")
    #expect(rows.count == 21)
    for start in stride(from: 0, to: rows.count, by: 3) {
      let p = rows[start]
      let (height, width, channelCount) = (Int(p[0]), Int(p[1]), Int(p[2]))
      let set = ImageSet(
        count: 1, height: height, width: width, channelCount: channelCount, pixels: rows[start + 1].map { UInt8($0) })
      let transform = AffineTransform(
        rotation: p[3], scale: p[4], shear: p[5], shift: (p[6], p[7]), height: height, width: width)
      for range in [PixelRange.unit, .symmetric] {
        let found = set.floats(at: [0], movedBy: [transform], in: range)
        let expected = rows[start + 2].map { range.value(ofByte: Float($0)) }
        #expect(largestDifference(found, expected) < 2e-5, "case \(p)")
      }
    }
  }

  @Test(arguments: [(28, 28, 1), (7, 12, 3), (1, 1, 1), (32, 32, 2)])
  func noMovementGivesTheImageBack(height: Int, width: Int, channelCount: Int) {
    let set = images(count: 5, height: height, width: width, channelCount: channelCount)
    for range in [PixelRange.unit, .symmetric] {
      let still = set.floats(at: 0..<5, in: range)
      let identity = [AffineTransform](repeating: .identity, count: 5)
      #expect(set.floats(at: 0..<5, movedBy: identity, in: range) == still)
      #expect(RandomMotion.none.floats(of: set, at: 0..<5, from: RandomSource(seed: 0), in: range) == still)
    }
  }

  @Test func quarterTurnAndWholeShiftsMovePixels() {
    let set = images(count: 1, height: 6, width: 6, channelCount: 1)
    let still = set.floats(at: [0], in: .unit)
    let turn = AffineTransform(rotation: 90, scale: 1, shear: 0, shift: (0, 0), height: 6, width: 6)
    // Clockwise: the left column becomes the top row, read from the bottom.
    let turned: [Float] = (0..<36).map { i in still[(5 - i % 6) * 6 + i / 6] }
    #expect(largestDifference(set.floats(at: [0], movedBy: [turn], in: .unit), turned) < 1e-5)
    let shift = AffineTransform(rotation: 0, scale: 1, shear: 0, shift: (2.0 / 3, 0), height: 6, width: 6)
    let shifted: [Float] = (0..<36).map { i in i % 6 < 2 ? 0 : still[i - 2] }
    #expect(largestDifference(set.floats(at: [0], movedBy: [shift], in: .unit), shifted) < 1e-5)
  }

  @Test func outsideIsBlackInEitherRange() {
    let set = images(count: 1, height: 8, width: 8, channelCount: 3)
    let gone = AffineTransform(rotation: 30, scale: 0.5, shear: 0, shift: (50, -50), height: 8, width: 8)
    #expect(set.floats(at: [0], movedBy: [gone], in: .unit).allSatisfy { $0 == 0 })
    #expect(set.floats(at: [0], movedBy: [gone], in: .symmetric).allSatisfy { $0 == -1 })
    let tiny = AffineTransform(rotation: 30, scale: 1e-30, shear: 0, shift: (0, 0), height: 8, width: 8)
    #expect(set.floats(at: [0], movedBy: [tiny], in: .unit).allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func drawsStayWithinTheirBounds() {
    let source = RandomSource(seed: 3)
    for draw in 0..<200 {
      for (affine, low, high) in [
        (RandomMotion(rotation: 0, scale: 0.5...2, shear: 0, shift: 0), 0.5, 2.0),
        (RandomMotion(rotation: 0, scale: 0.85...1.15, shear: 0, shift: 0), 0.85, 1.15),
      ] {
        // A uniform image shows its extent: what is white stays within the scaled square.
        let white = ImageSet(
          count: 1, height: 41, width: 41, channelCount: 1, pixels: .init(repeating: 255, count: 1681))
        let transform = affine.transform(from: source.derived(draw), height: 41, width: 41)
        let ink = white.floats(at: [0], movedBy: [transform], in: .unit).reduce(0, +)
        #expect(ink >= Float(41 * 41 * low * low) * 0.97 && ink <= Float(41 * 41 * min(1, high * high)) * 1.001)
      }
    }
    let one = RandomMotion().transform(from: source, height: 28, width: 28)
    #expect(one == RandomMotion().transform(from: source, height: 28, width: 28))
    #expect(one != RandomMotion().transform(from: source.derived(1), height: 28, width: 28))
  }

  /// Each option alone must move images, and only when it is above nothing.
  @Test func everyOptionReachesTheImages() {
    let set = images(count: 3, height: 9, width: 9, channelCount: 1)
    let still = set.floats(at: 0..<3, in: .unit)
    for affine in [
      RandomMotion(rotation: 15, scale: 1...1, shear: 0, shift: 0), RandomMotion(rotation: 0, shear: 0, shift: 0),
      RandomMotion(rotation: 0, scale: 1...1, shift: 0), RandomMotion(rotation: 0, scale: 1...1, shear: 0),
      RandomMotion(rotation: 0, scale: 1...1, shear: 0, shift: 0, aspect: 0.2),
      RandomMotion(rotation: 0, scale: 1...1, shear: 0, shift: 0, flips: true),
      RandomMotion(rotation: 0, scale: 1...1, shear: 0, shift: 0, elastic: 0.1),
    ] {
      #expect(affine.floats(of: set, at: 0..<3, from: RandomSource(seed: 0), in: .unit) != still)
    }
  }

  @Test func halfOfTheImagesAreMirroredExactly() {
    let set = images(count: 200, height: 6, width: 7, channelCount: 2)
    let still = set.floats(at: 0..<200, in: .unit)
    let found = RandomMotion(rotation: 0, scale: 1...1, shear: 0, shift: 0, flips: true)
      .floats(of: set, at: 0..<200, from: RandomSource(seed: 4), in: .unit)
    let size = 6 * 7 * 2
    var mirroredCount = 0
    for image in 0..<200 {
      let own = Array(still[image * size..<(image + 1) * size])
      let mirrored: [Float] = (0..<size).map { place in
        let (row, column, channel) = (place / 14, place % 14 / 2, place % 2)
        return own[row * 14 + (6 - column) * 2 + channel]
      }
      let shown = Array(found[image * size..<(image + 1) * size])
      #expect(largestDifference(shown, own) < 1e-6 || largestDifference(shown, mirrored) < 1e-6)
      if largestDifference(shown, mirrored) < 1e-6 { mirroredCount += 1 }
    }
    #expect((70...130).contains(mirroredCount))
  }

  /// A square becomes a rectangle of the same area, wider or higher by the same factor.
  @Test func aspectKeepsTheArea() {
    let transform = AffineTransform(
      rotation: 0, scale: 1, shear: 0, shift: (0, 0), height: 81, width: 81, aspect: 1.25)
    var pixels = [UInt8](repeating: 0, count: 81 * 81)
    for row in 20...60 {
      for column in 20...60 { pixels[row * 81 + column] = 255 }
    }
    let square = ImageSet(count: 1, height: 81, width: 81, channelCount: 1, pixels: pixels)
    let shown = square.floats(at: [0], movedBy: [transform], in: .unit)
    let area: Float = shown.reduce(0, +)
    let width: Float = shown[40 * 81..<41 * 81].reduce(0, +)
    let height: Float = (0..<81).map { shown[$0 * 81 + 40] }.reduce(0, +)
    #expect(abs(area / 1681 - 1) < 0.02)
    #expect(abs(width - 51.25) < 1 && abs(height - 32.8) < 1)
  }

  @Test func bytesDoNotDependOnThreadsOrOnTheRestOfTheBatch() {
    let set = images(count: 100, height: 28, width: 28, channelCount: 1)
    let source = RandomSource(seed: 5).derived("augmentation").derived(2).derived(7)
    let indices = (0..<100).map { ($0 * 37) % 100 }
    let threadCount = Parallel.threadCount
    defer { Parallel.threadCount = threadCount }
    Parallel.threadCount = 1
    let motion = RandomMotion(aspect: 0.1, flips: true, elastic: 0.06)
    let alone = motion.floats(of: set, at: indices, from: source, in: .symmetric)
    Parallel.threadCount = 5
    #expect(motion.floats(of: set, at: indices, from: source, in: .symmetric) == alone)
    let first = motion.floats(of: set, at: indices[..<10], from: source, in: .symmetric)
    #expect(first == Array(alone[..<first.count]))
  }

  @Test func isFastEnoughForEveryStep() {
    let set = images(count: 128, height: 28, width: 28, channelCount: 1)
    var output = [Float](repeating: 0, count: 128 * 784)
    let clock = ContinuousClock()
    let best = (0..<20).map { step in
      clock.measure {
        output.withUnsafeMutableBufferPointer {
          RandomMotion().writeFloats(
            of: set, at: 0..<128, from: RandomSource(seed: 0).derived(step), in: .symmetric, to: $0)
        }
      }
    }.min()!
    #expect(best < .milliseconds(10), "128 images took \(best)")
  }
}
