import TensorEngine
import Testing

@Suite struct BufferPoolTests {
  /// Small blocks are kept by these numbers: a shared one would give memory of another size.
  @Test func capacitiesHaveNumbersOfTheirOwn() {
    var capacities: [Int: Int] = [:]
    var count = 1
    while count < 1 << 20 {
      let capacity = BufferPool.capacity(for: count)
      let number = BufferPool.number(ofCapacity: capacity)
      #expect(capacity >= count && capacities[number, default: capacity] == capacity, "\(count) floats")
      #expect((0..<BufferPool.numberCount).contains(number) == (capacity < 1 << 20), "\(count) floats")
      capacities[number] = capacity
      count += max(1, count / 97)
    }
    #expect(capacities.count > 50)
  }
}
