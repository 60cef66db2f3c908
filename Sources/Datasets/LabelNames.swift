import Evaluation
import Files

/// Classes of labels that come without a list of them: those that occur, in order, under the names that they occur by.
enum LabelNames {
  /// Labels that are numbers, of any size: the classes come in the order of the numbers.
  static func labels(_ numbers: [Int], file: String) throws(DatasetError) -> Labels {
    try labels(numbers, file: file, inOrder: <) { "\($0)" }
  }

  /// Labels that are words: the classes come in natural order, or in that of numbers where all of them are.
  static func labels(_ words: [String], file: String) throws(DatasetError) -> Labels {
    let numbers = words.compactMap { Int($0) }
    if numbers.count == words.count { return try labels(numbers, file: file) }
    return try labels(words, file: file, inOrder: NaturalOrder.precedes) { $0 }
  }

  private static func labels<Value: Hashable>(
    _ values: [Value], file: String, inOrder precedes: (Value, Value) -> Bool, name: (Value) -> String
  ) throws(DatasetError) -> Labels {
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
    return Labels(classes: numbers.map { classOfNumber[$0] }, names: order.map { name(distinct[$0]) })
  }
}
