import TensorEngine

/// An epoch's images in the order they are trained on, cut into batches: a collection of index lists, one a step.
///
///     for batch in BatchPlan(imageCount: images.count, batchSize: 128, epoch: 3, from: source) { … }
public struct BatchPlan: Sendable, Equatable, RandomAccessCollection {
  /// Every image once, in the order of the epoch.
  public let order: [Int]
  public let batchSize: Int

  /// The images in random order, by `source` (derived for seed and purpose) and `epoch` alone; a last batch that is
  /// not full is kept.
  public init(imageCount: Int, batchSize: Int, epoch: Int, from source: RandomSource) {
    precondition(batchSize > 0, "a batch size of \(batchSize) holds no images")
    var stream = source.derived(epoch).makeStream()
    order = stream.permutation(of: imageCount)
    self.batchSize = batchSize
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { (order.count + batchSize - 1) / batchSize }

  /// The indices of the images of a step.
  public subscript(step: Int) -> ArraySlice<Int> {
    precondition(indices.contains(step), "step \(step) of an epoch of \(endIndex)")
    return order[step * batchSize..<Swift.min(order.count, (step + 1) * batchSize)]
  }
}
