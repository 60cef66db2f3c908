import TensorEngine

/// An epoch's images in the order they are trained on, cut into batches: a collection of index lists, one a step.
///
///     for batch in BatchPlan(imageCount: images.count, batchSize: 128, epoch: 3, from: source) { … }
public struct BatchPlan: Sendable, Equatable, RandomAccessCollection {
  /// What becomes of the images that do not fill a last batch.
  public enum ShortBatch: Sendable {
    case kept, dropped
  }

  /// Every image once, in the order of the epoch.
  public let order: [Int]
  public let batchSize: Int
  private let stepCount: Int

  /// The images in random order, by `source` (derived for seed and purpose) and `epoch` alone.
  public init(
    imageCount: Int, batchSize: Int, epoch: Int, from source: RandomSource, shortBatch: ShortBatch = .kept
  ) {
    var stream = source.derived(epoch).makeStream()
    self.init(order: stream.permutation(of: imageCount), batchSize: batchSize, shortBatch: shortBatch)
  }

  /// The images in their own order, as for encoding them all.
  public init(inOrder imageCount: Int, batchSize: Int) {
    self.init(order: Array(0..<imageCount), batchSize: batchSize, shortBatch: .kept)
  }

  private init(order: [Int], batchSize: Int, shortBatch: ShortBatch) {
    precondition(batchSize > 0, "a batch size of \(batchSize) holds no images")
    self.order = order
    self.batchSize = batchSize
    let whole = order.count / batchSize
    stepCount = shortBatch == .kept && order.count % batchSize != 0 ? whole + 1 : whole
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { stepCount }

  /// The indices of the images of a step.
  public subscript(step: Int) -> ArraySlice<Int> {
    precondition(indices.contains(step), "step \(step) of an epoch of \(stepCount)")
    return order[step * batchSize..<Swift.min(order.count, (step + 1) * batchSize)]
  }
}
