import Images
import Testing

/// The room that objects have in their images.
@Suite struct ImageTraitsTests {
  /// Images of one size with a bright rectangle each.
  private func images(_ rectangles: [(top: Int, left: Int, bottom: Int, right: Int)?], background: UInt8 = 0)
    -> ImageSet
  {
    var pixels = [UInt8](repeating: background, count: rectangles.count * 20 * 10 * 3)
    for (number, rectangle) in rectangles.enumerated() {
      guard let rectangle else { continue }
      for y in rectangle.top...rectangle.bottom {
        for x in rectangle.left...rectangle.right {
          pixels[((number * 20 + y) * 10 + x) * 3 + 1] = background &+ 128
        }
      }
    }
    return ImageSet(count: rectangles.count, height: 20, width: 10, channelCount: 3, pixels: pixels)
  }

  @Test(arguments: [UInt8(0), 200]) func marginIsThatOfTheNearestSide(background: UInt8) {
    #expect(ImageTraits(of: images([(2, 3, 15, 6)], background: background)).margin == 0.2)
    #expect(ImageTraits(of: images([(4, 1, 15, 6)], background: background)).margin == 0.2)
    #expect(ImageTraits(of: images([(0, 3, 15, 6)], background: background)).margin == 0)
  }

  @Test func marginIsTheMeanOverImagesWithSomethingOnThem() {
    let traits = ImageTraits(of: images([(2, 3, 15, 6), (4, 3, 15, 5), nil]))
    #expect(abs(traits.margin - 0.3) < 1e-12)
    #expect(traits.count == 3 && traits.shape == ImageShape(height: 20, width: 10, channels: 3))
    #expect(ImageTraits(of: images([nil])).margin == 0)
  }
}
