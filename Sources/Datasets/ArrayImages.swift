import ArrayFiles
import Images

/// Images made of arrays of numbers of any type, order and layout.
enum ArrayImages {
  /// An array, with what errors call it.
  struct Source {
    let name: String
    let array: StoredArray
  }

  /// Makes one set of images of all arrays, one after the other: all of one size, and by one range of values.
  ///
  /// Bytes are taken as they are, and so are other whole numbers of 0 to 255; true is white. For other numbers the
  /// range is the one that `selection` says, or is told by the values of all arrays and noted.
  ///
  /// - Returns: the images, how many are of each array, and what a user should know of how they were made.
  static func images(
    of sources: [Source], _ selection: DatasetSelection
  ) throws(DatasetError) -> (images: ImageSet, counts: [Int], notes: [DatasetNote]) {
    var parts: [(source: Source, geometry: ArrayGeometry)] = []
    for source in sources {
      let geometry = try ArrayGeometry(of: source.array, selection, file: source.name)
      let first = parts.first?.geometry ?? geometry
      guard geometry.imageShape == first.imageShape else {
        throw .sizeMismatch(
          file: source.name, expected: "images of \(first.imageShape) as in \(parts[0].source.name)",
          found: "\(geometry.imageShape)")
      }
      parts.append((source, geometry))
    }
    let total = parts.reduce(0) { $0 + $1.geometry.pixelCount }
    guard total <= DatasetContent.pixelLimit else {
      throw .tooLarge(file: sources[0].name, bytes: "\(total)", limit: DatasetContent.pixelLimit)
    }
    let (range, notes) = try range(of: sources, selection)
    var allNotes = notes
    let pixels: [UInt8]
    if parts.count == 1, range == .bytes, let bytes = parts[0].source.array.pixels(as: parts[0].geometry) {
      pixels = bytes
    } else {
      var outside = 0
      pixels = [UInt8](unsafeUninitializedCapacity: total) { buffer, initialised in
        for (source, geometry) in parts {
          let part = UnsafeMutableBufferPointer(rebasing: buffer[initialised..<initialised + geometry.pixelCount])
          outside += source.array.writePixels(as: geometry, range, to: part)
          initialised += geometry.pixelCount
        }
      }
      if outside > 0 { allNotes.append(.valuesOutside(count: outside, of: total, range)) }
    }
    let first = parts[0].geometry
    return (
      ImageSet(
        count: parts.reduce(0) { $0 + $1.geometry.count }, height: first.height, width: first.width,
        channelCount: first.channelCount, pixels: pixels), parts.map(\.geometry.count), allNotes
    )
  }

  /// The range that all arrays are taken by, and what to say about it.
  private static func range(
    of sources: [Source], _ selection: DatasetSelection
  ) throws(DatasetError) -> (ValueRange, [DatasetNote]) {
    // Whole numbers are all finite: there is nothing to look for.
    if let range = selection.range, sources.allSatisfy({ !$0.array.type.kind.isFloatingPoint }) { return (range, []) }
    var (lowest, highest) = (Double.infinity, -Double.infinity)
    for source in sources {
      let extremes = try source.extremes()
      (lowest, highest) = (min(lowest, extremes.lowest), max(highest, extremes.highest))
    }
    if let range = selection.range { return (range, []) }
    if sources.allSatisfy({ $0.array.type.kind == .bool }) { return (.unit, []) }
    let areWhole = sources.allSatisfy { !$0.array.type.kind.isFloatingPoint }
    let range = ValueRange(holding: lowest, highest, areWhole: areWhole)
    if areWhole, range == .bytes { return (range, highest == 1 ? [.almostBlack] : []) }
    return (range, [.rangeTold(range, lowest: lowest, highest: highest)])
  }
}

extension ArrayImages.Source {
  /// The least and the greatest value; an infinite one, and what is no number, is refused.
  fileprivate func extremes() throws(DatasetError) -> (lowest: Double, highest: Double) {
    var (lowest, highest) = (Double.infinity, -Double.infinity)
    var block = [Double](repeating: 0, count: StoredArray.blockSize)
    for start in stride(from: 0, to: array.count, by: block.count) {
      let part = start..<min(start + block.count, array.count)
      array.decode(part, into: &block)
      // A sum of products with zero is zero, unless one of the values is no finite number.
      var check = 0.0
      for index in 0..<part.count {
        let value = block[index]
        check += value * 0
        lowest = value < lowest ? value : lowest
        highest = value > highest ? value : highest
      }
      guard check == 0 else {
        let place = block[..<part.count].firstIndex { !$0.isFinite }!
        throw .notFinite(
          file: name, value: block[place].isNaN ? "nan" : "\(block[place])",
          indices: array.indices(ofElement: start + place))
      }
    }
    return (lowest, highest)
  }
}

extension StoredArray {
  /// The bytes themselves where they lie as pixels do.
  fileprivate func pixels(as geometry: ArrayGeometry) -> [UInt8]? {
    guard type.kind == .uint8 else { return nil }
    var runs = 0
    var isInOrder = true
    forEachRun(geometry.steps) { _, position, distance in
      runs += 1
      if position != 0 || distance != 1 { isInOrder = false }
    }
    return runs == 1 && isInOrder ? bytes : nil
  }

  /// Writes the elements as bytes to their places among the pixels.
  ///
  /// - Returns: how many lay outside the range.
  fileprivate func writePixels(
    as geometry: ArrayGeometry, _ range: ValueRange, to pixels: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var outside = 0
    var block = [Double](repeating: 0, count: min(count, Self.blockSize))
    let isByte = range == .bytes && !type.kind.isFloatingPoint
    forEachRun(geometry.steps) { elements, position, distance in
      for start in stride(from: elements.lowerBound, to: elements.upperBound, by: Self.blockSize) {
        let part = start..<min(start + Self.blockSize, elements.upperBound)
        decode(part, into: &block)
        var place = position + (start - elements.lowerBound) * distance
        for index in 0..<part.count {
          let value = block[index]
          if !range.contains(value) { outside += 1 }
          pixels[place] = isByte ? UInt8(max(0, min(255, value))) : range.byte(of: value)
          place += distance
        }
      }
    }
    return outside
  }
}
