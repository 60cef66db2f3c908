import TensorEngine

/// The range of floats that a model sees for bytes 0 to 255.
public enum PixelRange: String, Sendable, CaseIterable {
  /// 0 black to 1 white: byte / 255.
  case unit
  /// −1 black to 1 white: byte / 127.5 − 1.
  case symmetric

  /// The float of a byte, or of a value between bytes.
  @inlinable public func value(ofByte byte: Float) -> Float {
    switch self {
    case .unit: byte / 255
    case .symmetric: byte / 127.5 - 1
    }
  }

  /// The nearest byte of a float; what lies outside the range becomes black or white, and NaN becomes black.
  @inlinable public func byte(of value: Float) -> UInt8 {
    let byte =
      switch self {
      case .unit: value * 255
      case .symmetric: (value + 1) * 127.5
      }
    return byte > 0 ? UInt8(min(byte + 0.5, 255)) : 0
  }
}

extension ImageSet {
  /// The mean over all pixels and channels, as a fraction: 0 black to 1 white. NaN for no images.
  public var meanPixel: Double {
    var sum = 0
    for index in 0..<count { withImage(index) { for byte in $0 { sum &+= Int(byte) } } }
    return Double(sum) / (255 * Double(count * imageSize))
  }

  /// The images at `indices` as floats, [batch, height, width, channels].
  public func floats(at indices: some Collection<Int>, in range: PixelRange) -> [Float] {
    [Float](unsafeUninitializedCapacity: indices.count * imageSize) { buffer, initialised in
      writeFloats(at: indices, in: range, to: buffer)
      initialised = indices.count * imageSize
    }
  }

  /// Writes the images at `indices` as floats to the beginning of `output`, [batch, height, width, channels].
  public func writeFloats(
    at indices: some Collection<Int>, in range: PixelRange, to output: UnsafeMutableBufferPointer<Float>
  ) {
    let chosen = Array(indices)
    checkBatch(chosen, fits: output.count)
    nonisolated(unsafe) let output = output
    Parallel.forEachRange(of: chosen.count, size: Self.imagesPerPiece) { positions in
      for position in positions {
        let to = output.baseAddress! + position * imageSize
        withImage(chosen[position]) { from in
          let from = from.baseAddress!
          switch range {
          case .unit: for i in 0..<imageSize { to[i] = PixelRange.unit.value(ofByte: Float(from[i])) }
          case .symmetric: for i in 0..<imageSize { to[i] = PixelRange.symmetric.value(ofByte: Float(from[i])) }
          }
        }
      }
    }
  }

  /// Images of floats, [count, height, width, channels], rounded to the nearest bytes.
  public init(floats: [Float], count: Int, height: Int, width: Int, channelCount: Int, range: PixelRange) {
    self.init(
      count: count, height: height, width: width, channelCount: channelCount, pixels: floats.map(range.byte(of:)))
  }

  /// Images that one thread takes at a time: enough to outweigh handing them over, few enough to share a batch.
  static let imagesPerPiece = 16

  func checkBatch(_ indices: [Int], fits capacity: Int) {
    precondition(
      capacity >= indices.count * imageSize, "\(capacity) floats cannot hold \(indices.count) images of \(imageSize)")
    for index in indices { precondition((0..<count).contains(index), "image \(index) of a set of \(count)") }
  }
}
