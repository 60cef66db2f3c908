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
}
