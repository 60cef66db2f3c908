/// An array as a file holds it: its elements' bytes, with what is needed to make numbers of them.
///
/// Numbers are made as they are asked for, so that an array takes the memory of its file and no more.
public struct StoredArray: Sendable, Equatable {
  public let type: ElementType
  /// Lengths of the axes; empty for a single number.
  public let shape: [Int]
  /// Whether the first axis is the one along which neighbours lie side by side, rather than the last.
  public let isFortranOrder: Bool
  /// The elements in the file's order.
  public let bytes: [UInt8]

  /// Traps unless there are as many bytes as type and shape say.
  public init(_ type: ElementType, shape: [Int], isFortranOrder: Bool = false, bytes: [UInt8]) {
    precondition(
      bytes.count == shape.reduce(1, *) * type.kind.size,
      "\(bytes.count) bytes cannot be \(type) of the shape \(shape)")
    (self.type, self.shape, self.isFortranOrder, self.bytes) = (type, shape, isFortranOrder, bytes)
  }

  /// Elements, in all.
  public var count: Int { bytes.count / type.kind.size }

  /// The axes from the one that changes slowest in the file's order to the one that changes fastest.
  private var axes: [Int] { isFortranOrder ? shape.indices.reversed() : Array(shape.indices) }

  /// The place along each axis of an element of the file's order.
  public func indices(ofElement element: Int) -> [Int] {
    var indices = [Int](repeating: 0, count: shape.count)
    var rest = element
    for axis in axes.reversed() {
      indices[axis] = rest % shape[axis]
      rest /= shape[axis]
    }
    return indices
  }

  /// A way along an axis, or along a part of one: how many steps there are, and how far each moves a position elsewhere.
  public struct Steps: Sendable, Equatable {
    public let count: Int
    public let distance: Int

    public init(count: Int, distance: Int) {
      (self.count, self.distance) = (count, distance)
    }
  }

  /// Visits every element once, in runs of neighbours in the file's order along which a position elsewhere grows by a
  /// fixed distance.
  ///
  /// - Parameters:
  ///   - steps: for each axis how its places move the position, which is 0 for the first element. An axis that is
  ///     taken apart has several, the slowest first.
  ///   - body: is given a run's elements, the first one's position, and the distance to each next.
  public func forEachRun(
    _ steps: [[Steps]], _ body: (_ elements: Range<Int>, _ position: Int, _ distance: Int) -> Void
  ) {
    precondition(
      steps.map { $0.reduce(1) { $0 * $1.count } } == shape, "the steps \(steps) do not lead along the axes \(shape)")
    guard count > 0 else { return }
    // From fast to slow; steps that go on where the faster ones end make their runs longer.
    var loops: [Steps] = []
    for step in axes.flatMap({ steps[$0] }).reversed() where step.count > 1 {
      if let last = loops.last, step.distance == last.distance * last.count {
        loops[loops.count - 1] = Steps(count: last.count * step.count, distance: last.distance)
      } else {
        loops.append(step)
      }
    }
    let run = loops.first ?? Steps(count: 1, distance: 1)
    let outer = loops.dropFirst()
    var counters = [Int](repeating: 0, count: loops.count)
    var position = 0
    for start in stride(from: 0, to: count, by: run.count) {
      body(start..<start + run.count, position, run.distance)
      for loop in outer.indices {
        counters[loop] += 1
        position += outer[loop].distance
        if counters[loop] < outer[loop].count { break }
        position -= outer[loop].distance * outer[loop].count
        counters[loop] = 0
      }
    }
  }

  /// Steps that lead each element to its place in row-major order.
  private var rowMajorSteps: [[Steps]] {
    var distance = 1
    return shape.reversed().map { length in
      defer { distance *= length }
      return [Steps(count: length, distance: distance)]
    }
    .reversed()
  }
}

// MARK: - Numbers

extension StoredArray {
  /// Elements decoded at a time: few enough for the processor's cache, enough to outweigh the call.
  public static let blockSize = 4096

  /// Writes elements of the file's order as numbers to the beginning of `block`; false is 0 and true is 1.
  ///
  /// Integers beyond 2⁵³ become the nearest number that there is.
  public func decode(_ elements: Range<Int>, into block: inout [Double]) {
    precondition(elements.count <= block.count, "\(elements.count) elements do not fit a block of \(block.count)")
    let isBigEndian = type.isBigEndian
    bytes.withUnsafeBytes { bytes in
      block.withUnsafeMutableBufferPointer { block in
        func decode<Word: FixedWidthInteger>(_: Word.Type, _ number: (Word) -> Double) {
          var offset = elements.lowerBound * MemoryLayout<Word>.size
          for index in 0..<elements.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: Word.self)
            block[index] = number(isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
            offset += MemoryLayout<Word>.size
          }
        }
        switch type.kind {
        case .bool: decode(UInt8.self) { $0 == 0 ? 0 : 1 }
        case .uint8: decode(UInt8.self) { Double($0) }
        case .uint16: decode(UInt16.self) { Double($0) }
        case .uint32: decode(UInt32.self) { Double($0) }
        case .uint64: decode(UInt64.self) { Double($0) }
        case .int8: decode(Int8.self) { Double($0) }
        case .int16: decode(Int16.self) { Double($0) }
        case .int32: decode(Int32.self) { Double($0) }
        case .int64: decode(Int64.self) { Double($0) }
        case .float16: decode(UInt16.self) { Double(Float16(bitPattern: $0)) }
        case .float32: decode(UInt32.self) { Double(Float(bitPattern: $0)) }
        case .float64: decode(UInt64.self) { Double(bitPattern: $0) }
        }
      }
    }
  }

  /// All elements in row-major order, each as the nearest number that there is.
  public func doubles() -> [Double] { copied(.float64) ?? rowMajor { $0 } }

  /// All elements in row-major order, each as the nearest number of this precision to that of `doubles()`.
  public func floats() -> [Float] { copied(.float32) ?? rowMajor { Float($0) } }

  /// Gives `body` the elements where they are; traps unless they are numbers of single precision, least significant byte
  /// first.
  package func withFloats<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    precondition(type == ElementType(.float32), "\(type) is not \(ElementType(.float32))")
    return try bytes.withUnsafeBytes { try body($0.assumingMemoryBound(to: Float.self)) }
  }

  /// The elements as they lie, if they are of this kind and in order.
  private func copied<Number: BitwiseCopyable>(_ kind: ElementType.Kind) -> [Number]? {
    guard type == ElementType(kind), !isFortranOrder || shape.count < 2 else { return nil }
    return [Number](unsafeUninitializedCapacity: count) { numbers, initialised in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(numbers).copyMemory(from: $0) }
      initialised = count
    }
  }

  private func rowMajor<Number>(_ number: (Double) -> Number) -> [Number] {
    var block = [Double](repeating: 0, count: min(count, Self.blockSize))
    return [Number](unsafeUninitializedCapacity: count) { numbers, initialised in
      forEachRun(rowMajorSteps) { elements, position, distance in
        for start in stride(from: elements.lowerBound, to: elements.upperBound, by: Self.blockSize) {
          let part = start..<min(start + Self.blockSize, elements.upperBound)
          decode(part, into: &block)
          for index in part {
            let place = position + (index - elements.lowerBound) * distance
            (numbers.baseAddress! + place).initialize(to: number(block[index - start]))
          }
        }
      }
      initialised = count
    }
  }

  /// An element that is no whole number of 64 bits with a sign.
  public struct NotAnInteger: Error, Equatable {
    /// Its place along each axis.
    public let indices: [Int]
    /// As it would be written.
    public let value: String

    public init(indices: [Int], value: String) {
      (self.indices, self.value) = (indices, value)
    }
  }

  /// All elements in row-major order, exactly, those of floats if they are whole numbers.
  ///
  /// - Throws: `NotAnInteger` for the first, in the file's order, that is none.
  public func integers() throws(NotAnInteger) -> [Int] {
    if let integers: [Int] = copied(.int64) { return integers }
    var integers = [Int](repeating: 0, count: count)
    var failure: NotAnInteger?
    var block = [0.0]
    forEachRun(rowMajorSteps) { elements, position, distance in
      for element in elements where failure == nil {
        var value: Int?
        var text = ""
        if type.kind == .int64 || type.kind == .uint64 {
          // A Double would not tell these apart beyond 2⁵³.
          let bits = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8 * element, as: UInt64.self) }
          let word = type.isBigEndian ? bits.byteSwapped : bits
          value = type.kind == .int64 ? Int(bitPattern: UInt(word)) : Int(exactly: word)
          text = "\(word)"
        } else {
          decode(element..<element + 1, into: &block)
          value = Int(exactly: block[0])
          text = block[0].isNaN ? "nan" : "\(block[0])"
        }
        if let value {
          integers[position + (element - elements.lowerBound) * distance] = value
        } else {
          failure = NotAnInteger(indices: indices(ofElement: element), value: text)
        }
      }
    }
    if let failure { throw failure }
    return integers
  }
}
