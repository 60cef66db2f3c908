import Glibc

/// Memory for tensors, kept for reuse: after its first step a training loop asks the system for nothing.
///
/// Small blocks return to a list of their size. Large ones are cut from a few wide ranges of addresses and grow together
/// again, so that sizes share memory; of a range only what was ever used takes memory.
package enum BufferPool {
  /// By the number of their capacity. Not a dictionary: to change a value within one takes memory itself.
  private static let small = Locked([[Block]](repeating: [], count: numberCount))
  private static let large = Locked(FreeRanges())

  private struct Block: @unchecked Sendable {
    let address: UnsafeMutablePointer<Float>
  }

  /// Blocks of at least this many bytes are large: on small pages they would already cost misses in the translation buffer.
  private static let largeSize = 256 << 10
  /// Large blocks have a multiple of this many bytes: what is left between them is of use again.
  private static let grain = 64 << 10

  /// Large blocks are cut to the grain. Capacities of small ones are powers of two cut in quarters: at most a fifth is
  /// wasted, and sizes that nearly agree share.
  package static func capacity(for count: Int) -> Int {
    let floatSize = MemoryLayout<Float>.stride
    let needed = max(count, 16)
    let power = 1 << (Int.bitWidth - 1 - needed.leadingZeroBitCount)
    let step = count * floatSize >= largeSize ? grain / floatSize : max(power / 4, 16)
    return (needed + step - 1) / step * step
  }

  /// Numbers of small capacities are less than this.
  package static let numberCount = number(ofCapacity: largeSize / MemoryLayout<Float>.stride)

  /// Capacities are numbered in their order, four from each power of two to the next.
  package static func number(ofCapacity capacity: Int) -> Int {
    let exponent = Int.bitWidth - 1 - capacity.leadingZeroBitCount
    let power = 1 << exponent
    return 4 * exponent + 4 * (capacity - power) / power
  }

  /// An uninitialised block of `capacity` floats, aligned to a cache line.
  static func take(capacity: Int) -> UnsafeMutablePointer<Float> {
    let size = capacity * MemoryLayout<Float>.stride
    let address =
      size >= largeSize
      ? large.withLock { $0.take(size, extendedBy: reserve) }
      : small.withLock { $0[number(ofCapacity: capacity)].popLast() }.map { UInt(bitPattern: $0.address) }
        ?? allocate(size)
    return UnsafeMutableRawPointer(bitPattern: address)!.bindMemory(to: Float.self, capacity: capacity)
  }

  static func giveBack(_ address: UnsafeMutablePointer<Float>, capacity: Int) {
    let size = capacity * MemoryLayout<Float>.stride
    if size >= largeSize {
      let start = UInt(bitPattern: address)
      large.withLock { $0.insert(start..<start + UInt(size)) }
    } else {
      let block = Block(address: address)
      small.withLock { $0[number(ofCapacity: capacity)].append(block) }
    }
  }

  private static func allocate(_ size: Int) -> UInt {
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, 64, size) == 0 else { outOfMemory(size) }
    return UInt(bitPattern: block)
  }

  /// New addresses for a block of `size` bytes and, if the system lets us, for as many as the machine has memory: they
  /// cost nothing until they are used. Huge pages mean fewer faults at first and fewer misses in the translation buffer
  /// after.
  private static func reserve(_ size: Int) -> Range<UInt> {
    let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    for length in [max(size, memory), size] {
      let range = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
      guard range != MAP_FAILED else { continue }
      madvise(range, length, MADV_HUGEPAGE)
      let start = UInt(bitPattern: range)
      return start..<start + UInt(length)
    }
    outOfMemory(size)
  }

  private static func outOfMemory(_ size: Int) -> Never {
    fatalError("out of memory: cannot allocate \(size) bytes for a tensor")
  }
}

/// A value that one thread at a time may touch, behind a lock of the system.
///
/// The standard library's Mutex would do, but ThreadSanitizer does not see into it and takes every block that goes from
/// one thread to another for a race.
private final class Locked<Value>: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var value: Value

  init(_ value: Value) {
    self.value = value
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body(&value)
  }
}

/// Free memory as ranges of addresses in ascending order, no two of which touch.
package struct FreeRanges {
  package private(set) var ranges: [Range<UInt>] = []

  package init() {}

  /// Cuts `size` bytes from the lowest range that has them: what is used stays together. Without one, `extend` is asked
  /// for a range with at least `size` bytes.
  package mutating func take(_ size: Int, extendedBy extend: (Int) -> Range<UInt>) -> UInt {
    let size = UInt(size)
    guard let index = ranges.firstIndex(where: { $0.count >= size }) else {
      insert(extend(Int(size)))
      return take(Int(size), extendedBy: extend)
    }
    let start = ranges[index].lowerBound
    ranges[index] = start + size..<ranges[index].upperBound
    if ranges[index].isEmpty { ranges.remove(at: index) }
    return start
  }

  /// Gives a range back, joined with the neighbours that it touches.
  package mutating func insert(_ range: Range<UInt>) {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].lowerBound < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    precondition(
      (low == 0 || ranges[low - 1].upperBound <= range.lowerBound)
        && (low == ranges.count || range.upperBound <= ranges[low].lowerBound), "a block was given back twice")
    var joined = range
    if low < ranges.count, ranges[low].lowerBound == joined.upperBound {
      joined = joined.lowerBound..<ranges.remove(at: low).upperBound
    }
    if low > 0, ranges[low - 1].upperBound == joined.lowerBound {
      ranges[low - 1] = ranges[low - 1].lowerBound..<joined.upperBound
    } else {
      ranges.insert(joined, at: low)
    }
  }
}

/// A block of pooled memory with an owner; returns to the pool with its last reference.
///
/// Written only while a tensor is being made or is uniquely referenced, hence safe to share.
final class Storage: @unchecked Sendable {
  let address: UnsafeMutablePointer<Float>
  private let capacity: Int

  init(count: Int) {
    capacity = BufferPool.capacity(for: count)
    address = BufferPool.take(capacity: capacity)
  }

  deinit {
    BufferPool.giveBack(address, capacity: capacity)
  }
}

/// Runs `body` with `count` uninitialised floats that are free again when it returns.
func withScratch<Result>(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result) -> Result {
  let capacity = BufferPool.capacity(for: count)
  let address = BufferPool.take(capacity: capacity)
  defer { BufferPool.giveBack(address, capacity: capacity) }
  return body(address)
}
