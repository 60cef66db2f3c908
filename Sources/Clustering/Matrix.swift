/// A table of doubles, a point a row: what the algorithms of this module read and return.
public struct Matrix: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// The values, row after row.
  public private(set) var elements: [Double]

  /// A matrix over `elements`, row after row; traps unless there are `rows`·`columns` of them.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(
      rows >= 0 && columns >= 0 && elements.count == rows * columns,
      "\(elements.count) values cannot fill \(rows) rows of \(columns)")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A matrix over single-precision values, such as latents, row after row.
  public init(rows: Int, columns: Int, elements: some Collection<Float>) {
    // Over a buffer the compiler knows what it does.
    let doubles = elements.withContiguousStorageIfAvailable { $0.map(Double.init) } ?? elements.map(Double.init)
    self.init(rows: rows, columns: columns, elements: doubles)
  }

  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    self.init(rows: rows, columns: columns, elements: [Double](repeating: value, count: rows * columns))
  }

  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(column >= 0 && column < columns, "column \(column) is not in 0..<\(columns)")
      return elements[row * columns + column]
    }
    set {
      precondition(column >= 0 && column < columns, "column \(column) is not in 0..<\(columns)")
      elements[row * columns + column] = newValue
    }
  }

  /// The values of one row.
  public func row(_ index: Int) -> ArraySlice<Double> {
    elements[index * columns..<(index + 1) * columns]
  }

  /// The column of the largest value of a row, the first of equal ones.
  public func largestColumn(ofRow row: Int) -> Int {
    precondition(columns > 0, "a row without columns has no largest value")
    return (0..<columns).max { (self[row, $0], $1) < (self[row, $1], $0) }!
  }

  /// The column of each row's largest value, the first of equal ones.
  public var largestColumns: [Int] { (0..<rows).map(largestColumn) }

  /// The rows at `indices`, in that order.
  public func selecting(_ indices: some Collection<Int>) -> Matrix {
    var chosen: [Double] = []
    chosen.reserveCapacity(indices.count * columns)
    for index in indices { chosen.append(contentsOf: row(index)) }
    return Matrix(rows: indices.count, columns: columns, elements: chosen)
  }

  /// The values of neighbouring rows.
  public func rows(_ range: Range<Int>) -> ArraySlice<Double> {
    elements[range.lowerBound * columns..<range.upperBound * columns]
  }

  /// The mean of each column; the rows are summed in order.
  public var columnMeans: [Double] {
    precondition(rows > 0, "a matrix without rows has no column means")
    var sums = [Double](repeating: 0, count: columns)
    elements.withUnsafeBufferPointer { values in
      for row in 0..<rows {
        for column in 0..<columns { sums[column] += values[row * columns + column] }
      }
    }
    return sums.map { $0 / Double(rows) }
  }

  /// Columns added up within groups: responsibilities of components as responsibilities of clusters.
  package func summed(by groups: [Int], count: Int) -> Matrix {
    var sums = Matrix(rows: rows, columns: count)
    for row in 0..<rows {
      for (column, group) in groups.enumerated() { sums[row, group] += self[row, column] }
    }
    return sums
  }

  /// Each row scaled to length 1; a row of zeros stays one.
  public var withUnitRows: Matrix {
    Matrix(rows: rows, columns: columns, elements: (0..<rows).flatMap { unit(Array(row($0))) })
  }
}
