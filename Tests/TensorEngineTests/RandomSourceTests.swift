import CKernels
import TensorEngine
import Testing

@Suite("Random source") struct RandomSourceTests {
  @Test func drawsDependOnTheKeyAlone() {
    let source = RandomSource(seed: 7).derived("noise").derived(3)
    #expect(source.normals(count: 10) == source.normals(count: 10))
    #expect(Array(source.normals(count: 100)[..<10]) == source.normals(count: 10))
    #expect(source.normals(count: 4) != RandomSource(seed: 7).derived("noise").derived(4).normals(count: 4))
    #expect(source.normals(count: 4) != RandomSource(seed: 8).derived("noise").derived(3).normals(count: 4))
  }

  @Test func normalsHaveNormalMoments() {
    let draws = RandomSource(seed: 1).normals(count: 400_000).map(Double.init)
    let n = Double(draws.count)
    let moments = (1...4).map { power in
      draws.reduce(0.0) { sum, x in sum + (0..<power).reduce(1.0) { p, _ in p * x } } / n
    }
    #expect(abs(moments[0]) < 5 / n.squareRoot())
    #expect(abs(moments[1] - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(moments[2]) < 5 * (15 / n).squareRoot())
    #expect(abs(moments[3] - 3) < 5 * (96 / n).squareRoot())
  }

  @Test func permutationHoldsEachIndexOnce() {
    var stream = RandomSource(seed: 2).makeStream()
    let order = stream.permutation(of: 1000)
    #expect(order.sorted() == Array(0..<1000))
    #expect(order != Array(0..<1000))
  }

  /// Known answers of Random123's Philox4x32-10 for zero counter and key.
  @Test func philoxKnownAnswer() {
    var block = [UInt32](repeating: 0, count: 4)
    block.withUnsafeMutableBufferPointer { ck_philox(0, 0, $0.baseAddress!) }
    #expect(block == [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8])
  }

  /// As often as the weights say, never at a weight of 0; a longer draw begins with a shorter one.
  @Test func weightedPlaces() throws {
    let places = try #require(WeightedPlaces(weights: [0, 1, 0, 5, 2, 0]))
    let source = RandomSource(seed: 2)
    let drawn = places.drawn(40_000, from: source)
    #expect(places.total == 8 && Array(drawn[..<100]) == places.drawn(100, from: source))
    for (place, share) in [0, 0.125, 0, 0.625, 0.25, 0].enumerated() {
      let found = Double(drawn.count { $0 == place }) / 40_000
      #expect(share == 0 ? found == 0 : abs(found - share) < 0.01, "\(place): \(found)")
    }
    for weights in [[], [0, 0], [1, -1, 3], [.nan, 1], [.infinity]] as [[Double]] {
      #expect(WeightedPlaces(weights: weights) == nil)
    }
  }
}
