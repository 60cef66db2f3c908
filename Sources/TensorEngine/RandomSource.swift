import CKernels

/// A splittable, counter-based source of random numbers (Philox4x32-10).
///
/// A source is a key, not a state: the same source always yields the same numbers, and a source derived for a
/// purpose or an index is independent of its siblings. A draw therefore depends on what it is for, never on what
/// else was drawn before it, nor on the thread that draws it.
///
///     let noise = RandomSource(seed: 0).derived("train.noise").derived(epoch).derived(step)
public struct RandomSource: Hashable, Sendable {
  /// What it is known by: all that is drawn from it follows from this.
  public let key: UInt64

  public init(seed: UInt64) {
    key = Self.mixed(key: 0x6464_706D_2D72_6570, word: seed)
  }

  /// The source that has `key`: one that was kept.
  public init(key: UInt64) {
    self.key = key
  }

  /// The independent source for a named purpose.
  public func derived(_ purpose: String) -> RandomSource {
    // FNV-1a: stable between runs, unlike Swift's randomly keyed Hasher.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return RandomSource(key: Self.mixed(key: key ^ 0xA5A5_A5A5_0000_0000, word: hash))
  }

  /// The independent source for an index: an epoch, a step, an image.
  public func derived(_ index: Int) -> RandomSource {
    RandomSource(key: Self.mixed(key: key, word: UInt64(bitPattern: Int64(index))))
  }

  private static func mixed(key: UInt64, word: UInt64) -> UInt64 {
    var block: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &block) { ck_philox(key, word, $0.baseAddress!.assumingMemoryBound(to: UInt32.self)) }
    return UInt64(block.1) << 32 | UInt64(block.0)
  }

  /// Standard normals, Box-Muller on 24-bit uniforms; the first `n` of a longer draw equal a draw of `n`.
  public func normals(count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      fillNormals(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialised = count
    }
  }

  /// Writes what `normals(count:)` would return.
  func fillNormals(_ buffer: UnsafeMutableBufferPointer<Float>) {
    fill(buffer, ck_normals)
  }

  /// Uniforms in [0, 1) with 24 bits; the first `n` of a longer draw equal a draw of `n`.
  public func uniforms(count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]), ck_uniforms)
      initialised = count
    }
  }

  /// Writes uniforms in [low, high): u·(high − low) + low, u being what `uniforms(count:)` would return.
  ///
  /// - Parameter endsEarly: whether the rest may be left as it is; asked a few times a second.
  func fillUniforms(
    _ buffer: UnsafeMutableBufferPointer<Float>, low: Float, high: Float, endsEarly: () -> Bool = { false }
  ) {
    guard let start = buffer.baseAddress else { return }
    let width = high - low
    let part = 1 << 24
    for first in stride(from: 0, to: buffer.count, by: part) where !endsEarly() {
      Parallel.forEachRange(of: min(part, buffer.count - first), size: 16_384) { range in
        let piece = start + first + range.lowerBound
        ck_uniforms(key, UInt64((first + range.lowerBound) / 4), piece, range.count)
        for index in 0..<range.count { piece[index] = piece[index] * width + low }
      }
    }
  }

  private func fill(
    _ buffer: UnsafeMutableBufferPointer<Float>,
    _ kernel: @convention(c) (UInt64, UInt64, UnsafeMutablePointer<Float>?, Int) -> Void
  ) {
    guard let start = buffer.baseAddress else { return }
    Parallel.forEachRange(of: buffer.count, size: 16_384) { range in
      kernel(key, UInt64(range.lowerBound / 4), start + range.lowerBound, range.count)
    }
  }

  /// The source's numbers one after the other, for algorithms that draw as they go.
  public func makeStream() -> RandomStream {
    RandomStream(key: key)
  }
}

/// A sequence of draws from one `RandomSource`.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private let key: UInt64
  private var counter: UInt64 = 0
  private var spare: UInt64?

  init(key: UInt64) {
    self.key = key
  }

  public mutating func next() -> UInt64 {
    if let word = spare {
      spare = nil
      return word
    }
    var block: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &block) {
      ck_philox(key, counter, $0.baseAddress!.assumingMemoryBound(to: UInt32.self))
    }
    counter += 1
    spare = UInt64(block.3) << 32 | UInt64(block.2)
    return UInt64(block.1) << 32 | UInt64(block.0)
  }

  /// A uniform in [0, 1) with 53 bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A uniform in `range`.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A uniform integer in 0..<bound; the bias is below bound/2⁶⁴.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "an empty range has no integer to draw")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// The integers 0..<count in random order (Fisher-Yates, written out because the standard library promises no
  /// fixed algorithm).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, integer(below: last + 1))
    }
    return order
  }

  /// `count` of the integers 0..<total, drawn without replacement, in rising order; all of them where there are fewer.
  public mutating func sample(_ count: Int, of total: Int) -> [Int] { permutation(of: total).prefix(count).sorted() }
}
