/// A part of a batch, whose gradients are worked out apart and summed with those of the others.
public enum Shard {
  @TaskLocal private static var isComputed = false

  /// Runs `body`, which goes over a shard and no whole batch: for the same images it comes to the same but for rounding,
  /// in less time.
  public static func computing<Result>(_ body: () throws -> Result) rethrows -> Result {
    try $isComputed.withValue(true, operation: body)
  }

  /// In how many pieces a gradient for a weight is worked out, of so many images. Each costs a pass over the weight, which
  /// a shard would pay more for than for its images: of fewer than 64 images it is cut into fewer pieces than `most`.
  static func gradientPieces(images: Int, atMost most: Int) -> Int {
    isComputed ? max(1, min(most, images * most / 64)) : most
  }
}
