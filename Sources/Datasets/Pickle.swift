/// A dictionary that Python pickled by protocol 2, as CIFAR's Python version is stored: read as data, nothing of it run.
///
/// It takes the instructions that those files hold, and of the functions that a pickle may name the three by which NumPy
/// stores an array of bytes; anything else is an error. Objects are kept in one list and refer to each other by their
/// places there, so that no file makes a cycle or a nesting of ours; their number is bounded.
///
/// Source: https://github.com/python/cpython/blob/main/Lib/pickletools.py (the instructions)
struct Pickle {
  let bytes: [UInt8]
  private let file: String
  private var objects: [Object] = []
  private var top: [(key: Int, value: Int)] = []

  /// The place of an object in `objects`.
  private typealias Reference = Int

  private enum Object {
    case none
    case boolean(Bool)
    case integer(Int)
    /// A string's bytes, by their place in the file.
    case string(Range<Int>)
    case list([Int])
    case tuple([Int])
    case dictionary([(key: Int, value: Int)])
    case function(Function)
    /// NumPy's type of unsigned bytes.
    case byteType
    /// An array of unsigned bytes; nil until its contents are given.
    case array(ByteArray?)
  }

  private enum Function: String {
    case reconstruct = "numpy.core.multiarray\n_reconstruct"
    case ndarray = "numpy\nndarray"
    case dtype = "numpy\ndtype"
  }

  /// An array of bytes, by their place in the file.
  struct ByteArray {
    let shape: [Int]
    let isFortran: Bool
    let place: Range<Int>
  }

  /// CIFAR-100's largest file needs some 200,000.
  private static let objectLimit = 1 << 21

  /// Reads a whole pickle of a dictionary.
  ///
  /// - Throws: `DatasetError.unsupported` for anything else, with the byte at which it is so.
  init(_ bytes: [UInt8], file: String) throws(DatasetError) {
    (self.bytes, self.file) = (bytes, file)
    try run()
  }

  // MARK: What it holds

  func has(_ key: String) -> Bool { value(key) != nil }

  /// A list of whole numbers.
  func integers(_ key: String) throws(DatasetError) -> [Int] {
    try list(key, of: "whole numbers") { if case .integer(let number) = $0 { number } else { nil } }
  }

  /// A list of strings.
  func strings(_ key: String) throws(DatasetError) -> [String] {
    try list(key, of: "strings") {
      if case .string(let place) = $0 { String(validating: bytes[place], as: UTF8.self) } else { nil }
    }
  }

  func array(_ key: String) throws(DatasetError) -> ByteArray {
    guard case .array(let array?)? = value(key) else { throw wrong("an array of bytes called '\(key)'") }
    return array
  }

  private func value(_ key: String) -> Object? {
    for entry in top {
      if case .string(let place) = objects[entry.key], bytes[place].elementsEqual(key.utf8) {
        return objects[entry.value]
      }
    }
    return nil
  }

  private func list<Element>(
    _ key: String, of kind: String, _ element: (Object) -> Element?
  ) throws(DatasetError) -> [Element] {
    guard case .list(let items)? = value(key) else { throw wrong("a list of \(kind) called '\(key)'") }
    var elements: [Element] = []
    elements.reserveCapacity(items.count)
    for item in items {
      guard let element = element(objects[item]) else { throw wrong("a list of \(kind) called '\(key)'") }
      elements.append(element)
    }
    return elements
  }

  private func wrong(_ expected: String) -> DatasetError {
    .unsupported(file: file, expected: "\(expected), as in CIFAR's pickled batches", found: "none")
  }
}

// MARK: - The instructions

extension Pickle {
  private mutating func run() throws(DatasetError) {
    var machine = Machine(bytes: bytes, file: file)
    guard try machine.byte() == 0x80, try machine.byte() == 2 else {
      throw machine.damage("no pickle of protocol 2", at: 0)
    }
    var stack: [Reference] = []
    // Where items began that a later instruction gathers.
    var marks: [Int] = []
    var memo: [Int: Reference] = [:]

    func pop() throws(DatasetError) -> Reference {
      guard stack.count > (marks.last ?? 0) else { throw machine.damage("an instruction without what it works on") }
      return stack.removeLast()
    }
    func popToMark() throws(DatasetError) -> [Reference] {
      guard let mark = marks.popLast() else { throw machine.damage("an instruction without what it works on") }
      defer { stack.removeSubrange(mark...) }
      return Array(stack[mark...])
    }
    func last() throws(DatasetError) -> Reference {
      guard stack.count > (marks.last ?? 0) else { throw machine.damage("an instruction without what it works on") }
      return stack.last!
    }
    func push(_ object: Object) throws(DatasetError) {
      guard objects.count < Self.objectLimit else { throw machine.damage("more than \(Self.objectLimit) objects") }
      stack.append(objects.count)
      objects.append(object)
    }
    func pushTuple(_ count: Int) throws(DatasetError) {
      var items: [Reference] = []
      for _ in 0..<count { items.append(try pop()) }
      try push(.tuple(items.reversed()))
    }
    func append(_ items: [Reference]) throws(DatasetError) {
      let place = try last()
      guard case .list(var list) = objects[place] else { throw machine.damage("items for what is no list") }
      objects[place] = .none
      list += items
      objects[place] = .list(list)
    }
    func set(_ items: [Reference]) throws(DatasetError) {
      let place = try last()
      guard case .dictionary(var entries) = objects[place], items.count % 2 == 0 else {
        throw machine.damage("entries for what is no dictionary")
      }
      objects[place] = .none
      for index in stride(from: 0, to: items.count, by: 2) { entries.append((items[index], items[index + 1])) }
      objects[place] = .dictionary(entries)
    }

    // Each instruction takes a byte at the least: no file runs for longer than it is.
    while true {
      guard stack.count + marks.count + memo.count <= 2 * Self.objectLimit else {
        throw machine.damage("more than \(Self.objectLimit) objects")
      }
      let instruction = try machine.byte()
      switch instruction {
      case UInt8(ascii: "."):
        guard stack.count == 1, marks.isEmpty, case .dictionary(let entries) = objects[stack[0]] else {
          throw machine.damage("no dictionary in the end")
        }
        guard machine.position == bytes.count else { throw machine.damage("bytes behind its end") }
        top = entries
        return
      case UInt8(ascii: "("): marks.append(stack.count)
      case UInt8(ascii: "}"): try push(.dictionary([]))
      case UInt8(ascii: "]"): try push(.list([]))
      case UInt8(ascii: "N"): try push(.none)
      case 0x88, 0x89: try push(.boolean(instruction == 0x88))
      case UInt8(ascii: "K"): try push(.integer(machine.number(1)))
      case UInt8(ascii: "M"): try push(.integer(machine.number(2)))
      case UInt8(ascii: "J"): try push(.integer(Int(Int32(truncatingIfNeeded: machine.number(4)))))
      case UInt8(ascii: "U"): try push(.string(machine.take(machine.number(1))))
      case UInt8(ascii: "T"): try push(.string(machine.take(machine.number(4))))
      case UInt8(ascii: "q"): memo[try machine.number(1)] = try last()
      case UInt8(ascii: "r"): memo[try machine.number(4)] = try last()
      case UInt8(ascii: "h"), UInt8(ascii: "j"):
        guard let place = memo[try machine.number(instruction == UInt8(ascii: "h") ? 1 : 4)] else {
          throw machine.damage("a reference to nothing")
        }
        stack.append(place)
      case 0x85...0x87: try pushTuple(Int(instruction) - 0x84)
      case UInt8(ascii: "t"):
        let items = try popToMark()
        try push(.tuple(items))
      case UInt8(ascii: "a"):
        let item = try pop()
        try append([item])
      case UInt8(ascii: "e"):
        let items = try popToMark()
        try append(items)
      case UInt8(ascii: "s"):
        let value = try pop()
        let key = try pop()
        try set([key, value])
      case UInt8(ascii: "u"):
        let items = try popToMark()
        try set(items)
      case UInt8(ascii: "c"):
        let name = try machine.line() + "\n" + machine.line()
        guard let function = Function(rawValue: name) else {
          throw machine.damage("the name of a function, \(name.replacing("\n", with: ".").debugDescription)")
        }
        try push(.function(function))
      case UInt8(ascii: "R"):
        let arguments = try pop()
        let function = try pop()
        guard let made = made(by: objects[function], objects[arguments]) else {
          throw machine.damage("a call of no function that NumPy stores arrays of bytes with")
        }
        try push(made)
      case UInt8(ascii: "b"):
        let state = try pop()
        let place = try last()
        switch objects[place] {
        // The type's byte order, which bytes have none of.
        case .byteType: break
        case .array(nil):
          guard let array = byteArray(objects[state]) else { throw machine.damage("an array of other than bytes") }
          objects[place] = .array(array)
        default: throw machine.damage("contents for what has none")
        }
      default: throw machine.damage("the instruction \(instruction), which is none of CIFAR's files")
      }
    }
  }

  /// What a call makes: an array that has no contents yet, or the type of bytes.
  private func made(by function: Object, _ arguments: Object) -> Object? {
    guard case .function(let function) = function, case .tuple(let items) = arguments, let first = items.first else {
      return nil
    }
    switch (function, objects[first]) {
    case (.reconstruct, .function(.ndarray)): return .array(nil)
    case (.dtype, .string(let place)) where ["u1", "|u1"].contains { bytes[place].elementsEqual($0.utf8) }:
      return .byteType
    default: return nil
    }
  }

  /// An array's contents: a version, the shape, the type, whether columns come first, the bytes.
  private func byteArray(_ state: Object) -> ByteArray? {
    guard case .tuple(let items) = state, items.count == 5, case .tuple(let lengths) = objects[items[1]],
      case .byteType = objects[items[2]], case .boolean(let isFortran) = objects[items[3]],
      case .string(let place) = objects[items[4]]
    else { return nil }
    var shape: [Int] = []
    var size = 1
    for length in lengths {
      guard case .integer(let number) = objects[length], number >= 0 else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: number)
      guard !overflow else { return nil }
      (size, shape) = (product, shape + [number])
    }
    return size == place.count ? ByteArray(shape: shape, isFortran: isFortran, place: place) : nil
  }

  /// The file's bytes in order.
  private struct Machine {
    let bytes: [UInt8]
    let file: String
    private(set) var position = 0

    init(bytes: [UInt8], file: String) { (self.bytes, self.file) = (bytes, file) }

    /// The next `count` bytes' place.
    mutating func take(_ count: Int) throws(DatasetError) -> Range<Int> {
      guard count <= bytes.count - position else { throw damage("its end, before all that was promised") }
      defer { position += count }
      return position..<position + count
    }

    mutating func byte() throws(DatasetError) -> UInt8 { bytes[try take(1).lowerBound] }

    /// A number of `count` bytes, the lowest first.
    mutating func number(_ count: Int) throws(DatasetError) -> Int {
      bytes[try take(count)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// The bytes to the next line feed, as text: a function's name is a short one.
    mutating func line() throws(DatasetError) -> String {
      guard let end = bytes[position...].prefix(100).firstIndex(of: 0x0A) else { throw damage("a line without an end") }
      defer { position = end + 1 }
      return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    func damage(_ found: String, at place: Int? = nil) -> DatasetError {
      .unsupported(
        file: file, expected: "a CIFAR batch as Python 2 pickled it", found: "\(found), at byte \(place ?? position)")
    }
  }
}

extension FileHead {
  /// Whether the content is a pickled dictionary of protocol 2.
  var isPickle: Bool { bytes.starts(with: [0x80, 2, UInt8(ascii: "}")]) }
}
