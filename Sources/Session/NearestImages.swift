import Images
import TensorEngine

/// Which images of a set look most like others: by the squared differences of their pixels, in whole numbers.
enum NearestImages {
  /// Of each group of queries, which follow one another, the `count` images that are nearest to any of them, nearest first,
  /// the lower place first of equally near ones; fewer where there are no more.
  ///
  /// Images are read one at a time, so that a set may lie in a file. Takes images·queries·pixels operations.
  static func find(
    _ count: Int, among images: ImageSet, for queries: ImageSet, perGroup: Int, progress: (Int) throws -> Void
  ) throws -> [[Int]] {
    precondition(
      queries.imageSize == images.imageSize && perGroup > 0 && queries.count % perGroup == 0,
      "\(queries.count) images of \(queries.imageSize) bytes in groups of \(perGroup), among images of \(images.imageSize)"
    )
    let groups = queries.count / perGroup
    let pixels = queries.pixels
    var distances: [[Int]] = []
    distances.reserveCapacity(images.count)
    let part = max(1, 50_000_000 / max(1, queries.count * images.imageSize))
    for start in stride(from: 0, to: images.count, by: part) {
      distances += try Parallel.interruptibleMap(min(part, images.count - start)) { offset in
        images.withImage(start + offset) { image in
          pixels.withUnsafeBufferPointer { queries in
            (0..<groups).map { group in
              (group * perGroup..<(group + 1) * perGroup).reduce(Int.max) {
                min($0, squaredDistance(image, queries, from: $1 * image.count))
              }
            }
          }
        }
      }
      try progress(distances.count)
    }
    return (0..<groups).map { group in
      Array(distances.indices.sorted { (distances[$0][group], $0) < (distances[$1][group], $1) }.prefix(count))
    }
  }

  private static func squaredDistance(
    _ image: UnsafeBufferPointer<UInt8>, _ queries: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int {
    // Rows of so many pixels that their sum fits 32 bits.
    var total = 0
    var begin = 0
    while begin < image.count {
      let end = min(begin + 16_384, image.count)
      var sum: Int32 = 0
      for index in begin..<end {
        let difference = Int32(image[index]) &- Int32(queries[start &+ index])
        sum &+= difference &* difference
      }
      total += Int(sum)
      begin = end
    }
    return total
  }
}
