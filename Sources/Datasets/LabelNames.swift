import Evaluation
import Files

/// Classes of labels that come without a list of them: those that occur, in order, under the names that they occur by.
enum LabelNames {
  /// Labels that are numbers, of any size: the classes come in the order of the numbers.
  static func labels(_ numbers: [Int], file: String) throws(DatasetError) -> Labels {
    let (classes, distinct) = try classes(of: numbers, file: file, inOrder: <)
    return Labels(classes: classes, names: distinct.map { "\($0)" }, classNumbers: distinct)
  }

  /// Labels that are words: the classes come in natural order, or in that of numbers where all of them are.
  static func labels(_ words: [String], file: String) throws(DatasetError) -> Labels {
    let numbers = words.compactMap { Int($0) }
    if numbers.count == words.count { return try labels(numbers, file: file) }
    let (classes, distinct) = try classes(of: words, file: file, inOrder: NaturalOrder.precedes)
    return Labels(classes: classes, names: distinct)
  }

  /// The class of each value, and the values that occur, in order.
  private static func classes<Value: Hashable>(
    of values: [Value], file: String, inOrder precedes: (Value, Value) -> Bool
  ) throws(DatasetError) -> (classes: [Int], distinct: [Value]) {
    var numberOfValue: [Value: Int] = [:]
    var distinct: [Value] = []
    var numbers: [Int] = []
    numbers.reserveCapacity(values.count)
    for value in values {
      if let number = numberOfValue[value] {
        numbers.append(number)
        continue
      }
      guard distinct.count < Labels.classLimit else { throw .tooManyClasses(file: file, limit: Labels.classLimit) }
      numberOfValue[value] = distinct.count
      numbers.append(distinct.count)
      distinct.append(value)
    }
    let order = distinct.indices.sorted { precedes(distinct[$0], distinct[$1]) }
    var classOfNumber = [Int](repeating: 0, count: distinct.count)
    for (rank, number) in order.enumerated() { classOfNumber[number] = rank }
    return (numbers.map { classOfNumber[$0] }, order.map { distinct[$0] })
  }
}
