import TensorEngine
import Testing

@Suite struct BufferPoolTests {
  /// Small blocks are kept by these numbers: a shared one would give memory of another size.
  @Test func capacitiesHaveNumbersOfTheirOwn() {
    var capacities: [Int: Int] = [:]
    var all: Set<Int> = []
    var count = 1
    while count < 1 << 20 {
      let capacity = BufferPool.capacity(for: count)
      let number = BufferPool.number(ofCapacity: capacity)
      let isSmall = (0..<BufferPool.numberCount).contains(number)
      #expect(capacity >= count && isSmall == (capacity < 1 << 16), "\(count) floats")
      all.insert(capacity)
      if isSmall {
        #expect(capacities[number, default: capacity] == capacity, "\(count) floats")
        capacities[number] = capacity
      }
      count += max(1, count / 97)
    }
    #expect(all.count > 50)
  }
}
