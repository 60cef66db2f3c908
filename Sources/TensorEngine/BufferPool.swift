import Glibc
import Synchronization

/// Memory for tensors, kept for reuse: after its first step a training loop asks the system for nothing.
enum BufferPool {
  /// Free blocks by capacity in floats. Looked up by key only, so its order reaches no result.
  private static let free = Mutex<[Int: [Block]]>([:])

  private struct Block: @unchecked Sendable {
    let address: UnsafeMutablePointer<Float>
  }

  /// Capacities are powers of two cut in quarters: at most a fifth is wasted, and sizes that nearly agree share.
  static func capacity(for count: Int) -> Int {
    let needed = max(count, 16)
    let power = 1 << (Int.bitWidth - 1 - needed.leadingZeroBitCount)
    let step = max(power / 4, 16)
    return (needed + step - 1) / step * step
  }

  /// Blocks of at least this many bytes get huge pages where the system has them: fewer faults at first, fewer misses
  /// in the translation buffer after.
  private static let hugePage = 2 << 20

  /// An uninitialised block of `capacity` floats, aligned to a cache line.
  static func take(capacity: Int) -> UnsafeMutablePointer<Float> {
    if let block = free.withLock({ $0[capacity]?.popLast() }) { return block.address }
    let size = capacity * MemoryLayout<Float>.stride
    let isLarge = size >= hugePage
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, isLarge ? hugePage : 64, size) == 0, let memory = block else {
      fatalError("out of memory: cannot allocate \(size) bytes for a tensor")
    }
    if isLarge { madvise(memory, size / hugePage * hugePage, MADV_HUGEPAGE) }
    return memory.bindMemory(to: Float.self, capacity: capacity)
  }

  static func giveBack(_ address: UnsafeMutablePointer<Float>, capacity: Int) {
    let block = Block(address: address)
    free.withLock { $0[capacity, default: []].append(block) }
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
