/// Images without labels: what training, encoding and sampling may see.
///
/// Pixels are bytes, 0 black to 255 white, in the order [image, row, column, channel]. They lie in memory, or in a file
/// from which each image is read when it is asked for: a set may be larger than memory.
public struct ImageSet: Sendable {
  public let count: Int
  public let height: Int
  public let width: Int
  public let channelCount: Int
  private let storage: Storage

  private enum Storage: Sendable {
    case memory([UInt8])
    /// The places in a file of the images that these are; nil for all of it in order.
    case file(PixelFile, places: [Int]?)
  }

  public init(count: Int, height: Int, width: Int, channelCount: Int, pixels: [UInt8]) {
    precondition(
      pixels.count == count * height * width * channelCount,
      "\(pixels.count) bytes cannot hold \(count) images of \(width)×\(height)×\(channelCount)")
    self.init(count, height, width, channelCount, .memory(pixels))
  }

  /// The images of a file, all of them in order.
  public init(_ file: PixelFile, shape: ImageShape) {
    precondition(
      file.imageSize == shape.height * shape.width * shape.channels,
      "images of \(file.imageSize) bytes are none of \(shape)")
    self.init(file.count, shape.height, shape.width, shape.channels, .file(file, places: nil))
  }

  private init(_ count: Int, _ height: Int, _ width: Int, _ channelCount: Int, _ storage: Storage) {
    (self.count, self.height, self.width) = (count, height, width)
    (self.channelCount, self.storage) = (channelCount, storage)
  }

  /// Bytes of one image.
  public var imageSize: Int { height * width * channelCount }

  public var isInMemory: Bool { if case .memory = storage { true } else { false } }

  /// The bytes of all images; those of a file are read into memory.
  public var pixels: [UInt8] {
    switch storage {
    case .memory(let pixels): pixels
    case .file:
      Array(unsafeUninitializedCapacity: count * imageSize) { buffer, initialised in
        for index in 0..<count { copy(index, to: buffer.baseAddress! + index * imageSize) }
        initialised = count * imageSize
      }
    }
  }

  /// The bytes of image `index`.
  public subscript(index: Int) -> ArraySlice<UInt8> {
    switch storage {
    case .memory(let pixels): pixels[index * imageSize..<(index + 1) * imageSize]
    case .file: withImage(index) { ArraySlice($0) }
    }
  }

  /// Calls `body` with the bytes of image `index`.
  public func withImage<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    precondition((0..<count).contains(index), "image \(index) of a set of \(count)")
    switch storage {
    case .memory(let pixels):
      return try pixels.withUnsafeBufferPointer {
        try body(UnsafeBufferPointer(rebasing: $0[index * imageSize..<(index + 1) * imageSize]))
      }
    case .file:
      return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: imageSize) { buffer in
        copy(index, to: buffer.baseAddress!)
        return try body(UnsafeBufferPointer(buffer))
      }
    }
  }

  /// Writes image `index` of a file.
  private func copy(_ index: Int, to output: UnsafeMutablePointer<UInt8>) {
    guard case .file(let file, let places) = storage else { preconditionFailure("the images lie in memory") }
    file.read(places?[index] ?? index, to: output)
  }

  /// The images at `indices`, in that order; those of a file stay there.
  public func selecting(_ indices: some Collection<Int>) -> ImageSet {
    switch storage {
    case .memory:
      var chosen: [UInt8] = []
      chosen.reserveCapacity(indices.count * imageSize)
      for index in indices { chosen.append(contentsOf: self[index]) }
      return ImageSet(indices.count, height, width, channelCount, .memory(chosen))
    case .file(let file, let places):
      let chosen = indices.map { places?[$0] ?? $0 }
      return ImageSet(chosen.count, height, width, channelCount, .file(file, places: chosen))
    }
  }

  /// The same images in memory.
  public var inMemory: ImageSet {
    isInMemory ? self : ImageSet(count, height, width, channelCount, .memory(pixels))
  }
}

extension ImageSet: Equatable {
  public static func == (a: ImageSet, b: ImageSet) -> Bool {
    guard a.count == b.count, ImageShape(of: a) == ImageShape(of: b) else { return false }
    if case .memory(let left) = a.storage, case .memory(let right) = b.storage { return left == right }
    return (0..<a.count).allSatisfy { index in
      a.withImage(index) { left in b.withImage(index) { left.elementsEqual($0) } }
    }
  }
}
