import Interruptions

/// An n-dimensional array of Float with value semantics, traced for differentiation when it derives from a traced
/// parameter.
///
/// Elements are row-major. Images are channels-last, `[batch, height, width, channels]`, so that a pixel's channels
/// are contiguous and a 1×1 convolution is a matrix product as it stands.
public struct Tensor: Sendable {
  public let shape: [Int]
  var storage: Storage
  /// How this tensor was computed; nil when no gradient can be asked through it.
  let node: Node?
  /// How to compute the elements once more from tensors that a graph holds anyway; nil where that costs too much. What
  /// keeps a large tensor for its derivative alone keeps this instead (`kept`).
  var recomputed: (@Sendable () -> Tensor)?

  init(shape: [Int], storage: Storage, node: Node?) {
    self.shape = shape
    self.storage = storage
    self.node = node
  }

  /// This tensor with a way to compute it once more, where a graph might keep it.
  func recomputable(by way: @escaping @Sendable () -> Tensor) -> Tensor {
    guard node != nil else { return self }
    var tensor = self
    tensor.recomputed = way
    return tensor
  }

  /// This tensor for later: itself, or the way to it where the memory is worth more than the time.
  var kept: @Sendable () -> Tensor {
    let memory = 12 << 20
    if let recomputed, count * MemoryLayout<Float>.stride >= memory { return recomputed }
    let value = detached
    return { value }
  }

  /// A new tensor whose every element `fill` must write.
  init(shape: [Int], fill: (UnsafeMutablePointer<Float>) -> Void) {
    let storage = Storage(count: shape.reduce(1, *))
    fill(storage.address)
    self.init(shape: shape, storage: storage, node: nil)
  }

  /// A tensor whose every element `fill` must write, unless it throws.
  package static func filled(
    _ shape: [Int], by fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows -> Tensor {
    let count = shape.reduce(1, *)
    let storage = Storage(count: count)
    try fill(UnsafeMutableBufferPointer(start: storage.address, count: count))
    return Tensor(shape: shape, storage: storage, node: nil)
  }

  /// A tensor with the given elements in row-major order.
  public init(_ scalars: [Float], shape: [Int]) {
    precondition(
      scalars.count == shape.reduce(1, *), "\(scalars.count) elements cannot have the shape \(shape)")
    self.init(shape: shape) { out in
      scalars.withUnsafeBufferPointer { if let base = $0.baseAddress { out.update(from: base, count: $0.count) } }
    }
  }

  /// A vector.
  public init(_ scalars: [Float]) {
    self.init(scalars, shape: [scalars.count])
  }

  /// A tensor whose every element is `value`.
  public init(repeating value: Float, shape: [Int]) {
    let count = shape.reduce(1, *)
    self.init(shape: shape) { $0.update(repeating: value, count: count) }
  }

  public static func zeros(_ shape: [Int]) -> Tensor { Tensor(repeating: 0, shape: shape) }

  /// Standard normals from `source`.
  public static func normals(_ shape: [Int], from source: RandomSource) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(shape: shape) { source.fillNormals(UnsafeMutableBufferPointer(start: $0, count: count)) }
  }

  /// Uniforms in [low, high) from `source`.
  public static func uniforms(_ shape: [Int], from source: RandomSource, low: Float = 0, high: Float = 1) -> Tensor {
    uniforms(shape, from: source, low: low, high: high, endsEarly: { false })
  }

  /// As `uniforms`, but once there is a wish to end (`Interruption`) the rest is whatever stood in memory: for what is
  /// made to be dropped then.
  package static func uniformsUnlessInterrupted(
    _ shape: [Int], from source: RandomSource, low: Float, high: Float
  ) -> Tensor {
    uniforms(shape, from: source, low: low, high: high, endsEarly: { Interruption.isWanted })
  }

  /// As `zeros`, but once there is a wish to end whatever stood in memory.
  package static func zerosUnlessInterrupted(_ shape: [Int]) -> Tensor {
    Interruption.isWanted ? Tensor(shape: shape) { _ in } : zeros(shape)
  }

  private static func uniforms(
    _ shape: [Int], from source: RandomSource, low: Float, high: Float, endsEarly: () -> Bool
  ) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(shape: shape) {
      source.fillUniforms(
        UnsafeMutableBufferPointer(start: $0, count: count), low: low, high: high, endsEarly: endsEarly)
    }
  }

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
  public var rank: Int { shape.count }

  /// The elements in row-major order.
  public var scalars: [Float] {
    reading(self) { Array(UnsafeBufferPointer(start: $0, count: count)) }
  }

  /// Gives `body` the elements in row-major order where they are.
  package func withScalars<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(UnsafeBufferPointer(start: storage.address, count: count)) }
  }

  /// The only element of a tensor that has one.
  public var scalar: Float {
    precondition(count == 1, "a tensor of shape \(shape) is not a scalar")
    return reading(self) { $0[0] }
  }

  /// The same values, cut off from the computation that made them.
  public var detached: Tensor { Tensor(shape: shape, storage: storage, node: nil) }

  /// Whether every element is finite.
  public var isFinite: Bool {
    reading(self) { UnsafeBufferPointer(start: $0, count: count).allSatisfy(\.isFinite) }
  }

  /// Which memory holds the elements, for tests that a change was made in place.
  package var storageIdentifier: ObjectIdentifier { ObjectIdentifier(storage) }

  /// Changes the elements in place, copying them first if another tensor shares them.
  mutating func mutate(_ body: (UnsafeMutablePointer<Float>) -> Void) {
    recomputed = nil
    if !isKnownUniquelyReferenced(&storage) {
      let copy = Storage(count: count)
      copy.address.update(from: storage.address, count: count)
      storage = copy
    }
    body(storage.address)
  }
}

extension Tensor: Equatable {
  /// Same shape and equal elements; NaN equals nothing.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    a.shape == b.shape
      && reading(a, b) { pa, pb in
        (0..<a.count).allSatisfy { pa[$0] == pb[$0] }
      }
  }
}

/// Gives `body` the elements' addresses and keeps the tensors alive until it returns.
func reading<R>(_ a: Tensor, _ body: (UnsafePointer<Float>) -> R) -> R {
  withExtendedLifetime(a) { body(a.storage.address) }
}

func reading<R>(_ a: Tensor, _ b: Tensor, _ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> R) -> R {
  withExtendedLifetime((a, b)) { body(a.storage.address, b.storage.address) }
}

func reading<R>(
  _ a: Tensor, _ b: Tensor, _ c: Tensor,
  _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) -> R
) -> R {
  withExtendedLifetime((a, b, c)) { body(a.storage.address, b.storage.address, c.storage.address) }
}
