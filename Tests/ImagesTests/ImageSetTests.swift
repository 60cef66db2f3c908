import Images
import TensorEngine
import Testing

@Suite("Image sets") struct ImageSetTests {
  let set = ImageSet(
    count: 4, height: 2, width: 3, channelCount: 2, pixels: (0..<48).map { UInt8(5 * $0) })

  @Test func floatsAreTheChosenBytesInRange() {
    let unit = set.floats(at: [2, 0, 2], in: .unit)
    #expect(unit.count == 36 && unit[0] == 120.0 / 255 && unit[12] == 0 && Array(unit[24...]) == Array(unit[..<12]))
    #expect(set.floats(at: [2, 0, 2], in: .symmetric).enumerated().allSatisfy { abs($1 - (2 * unit[$0] - 1)) < 1e-6 })
    #expect(set.floats(at: [], in: .unit).isEmpty)
  }

  @Test(arguments: [PixelRange.unit, .symmetric]) func bytesSurviveARoundTrip(range: PixelRange) {
    for byte in 0...255 { #expect(range.byte(of: range.value(ofByte: Float(byte))) == UInt8(byte)) }
    #expect(range.byte(of: 1.5) == 255 && range.byte(of: -1.5) == 0 && range.byte(of: .infinity) == 255)
    #expect(range.byte(of: .nan) == 0)
    #expect(range.value(ofByte: 255) == 1)
    let again = ImageSet(
      floats: set.floats(at: 0..<4, in: range), count: 4, height: 2, width: 3, channelCount: 2, range: range)
    #expect(again == set)
  }

  @Test func meanPixelIsAFraction() {
    #expect(abs(set.meanPixel - 5 * 23.5 / 255) < 1e-12)
  }

  @Test func resizingAgreesWithInterpolate() throws {
    let rows = try golden("resize.txt")
    #expect(rows.count == 18)
    for start in stride(from: 0, to: rows.count, by: 3) {
      let p = rows[start].map { Int($0) }
      let image = ImageSet(
        count: 1, height: p[0], width: p[1], channelCount: p[2], pixels: rows[start + 1].map { UInt8($0) })
      let resized = try image.resized(height: p[3], width: p[4])
      #expect(resized.height == p[3] && resized.width == p[4] && resized.pixels.count == rows[start + 2].count)
      for (found, expected) in zip(resized.pixels, rows[start + 2]) {
        #expect(abs(Double(found) - expected) < 0.5001, "case \(p)")
      }
    }
  }

  @Test func resizingKeepsFlatImagesAndOwnSize() throws {
    let flat = ImageSet(count: 2, height: 5, width: 7, channelCount: 3, pixels: [UInt8](repeating: 201, count: 210))
    for (height, width) in [(3, 3), (10, 14), (5, 9)] {
      #expect(try flat.resized(height: height, width: width).pixels.allSatisfy { $0 == 201 })
    }
    #expect(try set.resized(height: 2, width: 3) == set)
  }
}
