import CKernels

extension Tensor {
  /// Standard normals `[sources.count] + imageShape`, image i drawn from `sources[i]`: an image's noise does not depend
  /// on which others it is drawn with.
  public static func normals(imageShape: [Int], from sources: [RandomSource]) -> Tensor {
    let size = imageShape.reduce(1, *)
    return Tensor(shape: [sources.count] + imageShape) { out in
      Parallel.forEach(sources.count) { image in
        sources[image].fillNormals(UnsafeMutableBufferPointer(start: out + image * size, count: size))
      }
    }
  }
}
