import ElementaryFunctions
import TensorEngine

/// A movement of an image about its middle, as the map from the moved image's pixels back to the image's.
///
/// What it shows is sheared, scaled, rotated, then shifted. In normalised coordinates its inverse is the matrix that
/// PyTorch's `affine_grid` (align_corners=False) takes; here it acts on pixels, so that a rotation stays one when
/// the image is not square.
public struct AffineTransform: Sendable, Equatable {
  /// The input's offset from the middle, in pixels, is `matrix` (row by row) times the output's, plus `offset`.
  let matrix: (xx: Float, xy: Float, yx: Float, yy: Float)
  let offset: (x: Float, y: Float)

  /// The movement that gives every image back exactly.
  public static let identity = AffineTransform(
    rotation: 0, scale: 1, shear: 0, shift: (0, 0), height: 1, width: 1)

  /// - Parameters:
  ///   - rotation: degrees, clockwise as seen.
  ///   - scale: the factor by which what is shown grows; above 0.
  ///   - shear: pixels to the right for each pixel down.
  ///   - shift: to the right and down, as fractions of half the width and half the height.
  ///   - height: of the image, in pixels.
  ///   - width: of the image, in pixels.
  ///   - aspect: the factor by which what is shown grows in width and shrinks in height, before all else; above 0.
  ///   - isFlipped: whether it is mirrored before that, left for right.
  public init(
    rotation: Double, scale: Double, shear: Double, shift: (x: Double, y: Double), height: Int, width: Int,
    aspect: Double = 1, isFlipped: Bool = false
  ) {
    precondition(scale > 0 && aspect > 0, "a scale of \(scale) and an aspect of \(aspect) leave no image")
    let (cosine, sine) = (cos(rotation * .pi / 180), sin(rotation * .pi / 180))
    // The inverse of rotation · scale · shear, with the shear (1 k; 0 1).
    let across = scale * aspect * (isFlipped ? -1 : 1)
    let down = scale / aspect
    let xx = (cosine + shear * sine) / across
    let xy = (sine - shear * cosine) / across
    let yx = -sine / down
    let yy = cosine / down
    let (x, y) = (shift.x * Double(width) / 2, shift.y * Double(height) / 2)
    matrix = (Float(xx), Float(xy), Float(yx), Float(yy))
    offset = (Float(-xx * x - xy * y), Float(-yx * x - yy * y))
  }

  public static func == (a: AffineTransform, b: AffineTransform) -> Bool {
    a.matrix == b.matrix && a.offset == b.offset
  }
}

extension ImageSet {
  /// The images at `indices`, each moved by its own transform, as floats [batch, height, width, channels].
  ///
  /// Samples between pixel centres bilinearly; everything outside the image is black. This is `grid_sample` with
  /// zero padding and align_corners=False, on bytes, followed by the conversion to `range`.
  ///
  /// - Parameter fields: how each is bent before that; none where none is.
  public func floats(
    at indices: some Collection<Int>, movedBy transforms: [AffineTransform], bentBy fields: [ElasticField] = [],
    in range: PixelRange
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: indices.count * imageSize) { buffer, initialised in
      writeFloats(at: indices, movedBy: transforms, bentBy: fields, in: range, to: buffer)
      initialised = indices.count * imageSize
    }
  }

  /// Writes what `floats(at:movedBy:in:)` returns to the beginning of `output`.
  public func writeFloats(
    at indices: some Collection<Int>, movedBy transforms: [AffineTransform], bentBy fields: [ElasticField] = [],
    in range: PixelRange, to output: UnsafeMutableBufferPointer<Float>
  ) {
    let chosen = Array(indices)
    precondition(
      transforms.count == chosen.count, "\(transforms.count) transforms for \(chosen.count) images")
    precondition(fields.isEmpty || fields.count == chosen.count, "\(fields.count) fields for \(chosen.count) images")
    checkBatch(chosen, fits: output.count)
    let grid = fields.isEmpty ? nil : ElasticField.Grid(height: height, width: width)
    nonisolated(unsafe) let output = output
    let sampler = BilinearSampler(height: height, width: width, channelCount: channelCount, range: range)
    Parallel.forEachRange(of: chosen.count, size: Self.imagesPerPiece) { positions in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: sampler.paddedSize) { padded in
        for position in positions {
          let displacements = grid.map { fields[position].displacements(on: $0) } ?? []
          withImage(chosen[position]) { image in
            sampler.sample(
              image.baseAddress!, transforms[position], displacements, padded.baseAddress!,
              to: output.baseAddress! + position * imageSize)
          }
        }
      }
    }
  }
}

/// Bilinear sampling of an image with a black frame, so that the inner loop needs no test for the border.
private struct BilinearSampler {
  let height: Int
  let width: Int
  let channelCount: Int
  let range: PixelRange

  /// One black pixel before each axis and two after: a coordinate clamped to −1...length reads only these.
  var paddedSize: Int { (height + 3) * paddedRowSize }
  private var paddedRowSize: Int { (width + 3) * channelCount }

  func sample(
    _ image: UnsafePointer<UInt8>, _ transform: AffineTransform, _ displacements: [(x: Float, y: Float)],
    _ padded: UnsafeMutablePointer<Float>, to output: UnsafeMutablePointer<Float>
  ) {
    padded.update(repeating: range.value(ofByte: 0), count: paddedSize)
    for row in 0..<height {
      let from = image + row * width * channelCount
      let to = padded + (row + 1) * paddedRowSize + channelCount
      for i in 0..<width * channelCount { to[i] = range.value(ofByte: Float(from[i])) }
    }

    let (middleX, middleY) = (Float(width - 1) / 2, Float(height - 1) / 2)
    let (lastX, lastY) = (Float(width + 1), Float(height + 1))
    let (matrix, offset) = (transform.matrix, transform.offset)
    let (rowSize, step) = (paddedRowSize, channelCount)
    var target = output
    for row in 0..<height {
      let dy = Float(row) - middleY
      let startX = matrix.xy * dy + offset.x + middleX
      let startY = matrix.yy * dy + offset.y + middleY
      for column in 0..<width {
        let dx = Float(column) - middleX
        // In the padded image, whose first pixel is one before the image's.
        var (x, y) = (matrix.xx * dx + startX + 1, matrix.yx * dx + startY + 1)
        if !displacements.isEmpty {
          x += displacements[row * width + column].x
          y += displacements[row * width + column].y
        }
        (x, y) = (Self.clamped(x, lastX), Self.clamped(y, lastY))
        let (left, top) = (Int(Int32(x)), Int(Int32(y)))
        let (fx, fy) = (x - Float(left), y - Float(top))
        let corner = padded + top * rowSize + left * step
        for channel in 0..<step {
          let a = corner[channel]
          let b = corner[channel + step]
          let c = corner[channel + rowSize]
          let d = corner[channel + rowSize + step]
          let upper = a + fx * (b - a)
          let lower = c + fx * (d - c)
          target[channel] = upper + fy * (lower - upper)
        }
        target += step
      }
    }
  }

  /// Compiles to two instructions, which `min` and `max` with their care for the order of equal values do not.
  @inline(__always) private static func clamped(_ value: Float, _ last: Float) -> Float {
    let low = value > 0 ? value : 0
    return low < last ? low : last
  }
}
