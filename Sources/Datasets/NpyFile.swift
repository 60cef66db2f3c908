import ArrayFiles
import Files
import Images

/// NumPy's .npy format: an array of images, with labels in `NAME-labels.npy` beside `NAME.npy` if these are there.
enum NpyFile {
  static func read(path: String, _ selection: DatasetSelection) throws(DatasetError) -> DatasetContent {
    let labels = { (count: Int) throws(DatasetError) in
      let stem = DatasetFormat.npy.isNamed(path) ? String(path.dropLast(ending.count)) : path
      let beside = stem + "-labels.npy"
      return try LabelsFile.read(
        named: selection.labels, beside: PathKind(beside) == .file ? beside : nil, imageCount: count, imagesPath: path)
    }
    if let (images, key) = try readLarge(path: path, selection) {
      return DatasetContent(images: images, labels: try labels(images.count), key: key)
    }
    let array: StoredArray
    do { array = try NpyFormat.read(path: path, limit: DatasetContent.pixelLimit) } catch { throw .reading(error) }
    let (images, _, notes) = try ArrayImages.images(of: [.init(name: path, array: array)], selection)
    return DatasetContent(images: images, labels: try labels(images.count), notes: notes)
  }

  /// Reads an array that is too large for memory image by image; nil for one that is not.
  private static func readLarge(
    path: String, _ selection: DatasetSelection
  ) throws(DatasetError) -> (images: ImageSet, key: String)? {
    let cache = selection.cache
    guard cache.folder != nil else { return nil }
    let stream: NpyStream
    do { stream = try NpyStream(path: path, limit: cache.largestSet) } catch { throw .reading(error) }
    let elementCount = stream.shape.reduce(1, *)
    guard elementCount > cache.memoryLimit, stream.shape.count > 1 else { return nil }
    let isImagesFirst = selection.layout.map { $0.axes.first == .images } ?? true
    guard !stream.isFortranOrder, isImagesFirst else {
      throw .unsupported(
        file: path, expected: "the images one after the other in an array that is larger than memory (layout=n...)",
        found: "another order")
    }
    var selection = selection
    switch stream.type.kind {
    case .uint8: selection.range = selection.range ?? .bytes
    case .bool: selection.range = selection.range ?? .unit
    default:
      guard selection.range != nil else {
        throw .unsupported(
          file: path, expected: "range= beside an array that is larger than memory, black and white of its values",
          found: "no such option")
      }
    }
    let rows = max(1, (1 << 24) * stream.shape[0] / elementCount)
    func next() throws(DatasetError) -> ImageSet? {
      do {
        guard let array = try stream.next(rows) else { return nil }
        return try ArrayImages.images(of: [.init(name: path, array: array)], selection).images
      } catch let error as ArrayFileError {
        throw .reading(error)
      } catch let error as DatasetError {
        throw error
      } catch {
        preconditionFailure("\(error)")
      }
    }
    guard let first = try next() else { return nil }
    let shape = ImageShape(of: first)
    let key = PixelCache.key("array \(shape) \(selection.range!) \(selection.layout.map(\.description) ?? "")", [path])
    let images = try cache.images(key, count: stream.shape[0], shape, path) { write throws(DatasetError) in
      try write(first.pixels)
      while let part = try next() { try write(part.pixels) }
    }
    return (images, key)
  }

  fileprivate static let ending = ".npy"
}

extension DatasetFormat {
  static let npy = DatasetFormat(
    name: "a NumPy array of images", sign: " (its name ends in .npy)",
    endings: [NpyFile.ending],
    options: [.labels, .layout, .shape, .range],
    isContent: \.isNpy,
    read: NpyFile.read)
}
