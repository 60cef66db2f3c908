import TensorEngine
import Testing

struct FreeRangesTests {
  /// Random blocks come and go; at every moment the free ranges and the blocks in use tile what was reserved, without
  /// overlap, and no two free ranges touch.
  @Test func blocksAndFreeRangesTileTheMemory() {
    let random = RandomSource(seed: 7).uniforms(count: 4_000)
    var free = FreeRanges()
    var inUse: [Range<UInt>] = []
    var reserved: UInt = 0
    for step in stride(from: 0, to: random.count, by: 2) {
      if random[step] < 0.55 || inUse.isEmpty {
        let size = 1 + Int(random[step + 1] * 100)
        let start = free.take(size) { needed in
          #expect(needed == size)
          defer { reserved += 300 }
          return reserved..<reserved + 300
        }
        inUse.append(start..<start + UInt(size))
      } else {
        free.insert(inUse.remove(at: Int(random[step + 1] * Float(inUse.count))))
      }
      let all = (free.ranges + inUse).sorted { $0.lowerBound < $1.lowerBound }
      #expect(all.first?.lowerBound == 0 && all.last?.upperBound == reserved)
      #expect(zip(all, all.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
      #expect(zip(free.ranges, free.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    }
    for block in inUse { free.insert(block) }
    #expect(free.ranges == [0..<reserved])
  }

  @Test func theLowestRangeThatFitsIsTaken() {
    var free = FreeRanges()
    free.insert(100..<110)
    free.insert(200..<230)
    free.insert(300..<320)
    let none: (Int) -> Range<UInt> = { _ in fatalError("there is room") }
    #expect(free.take(20, extendedBy: none) == 200)
    #expect(free.take(10, extendedBy: none) == 100)
    #expect(free.take(10, extendedBy: none) == 220)
    #expect(free.ranges == [300..<320])
  }
}
