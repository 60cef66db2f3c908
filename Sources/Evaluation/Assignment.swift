/// The one-to-one assignment of rows to columns with the largest summed profit, min(rows, columns) pairs.
///
/// The Hungarian method with potentials and shortest augmenting paths, O(rows²·columns): Kuhn, "The Hungarian method
/// for the assignment problem" (1955); Jonker and Volgenant (1987). `profits` is row after row. Returns the column of
/// each row, nil for the rows that are left over. Of equally good assignments it always finds the same one.
public func optimalAssignment(profits: [Double], rows: Int, columns: Int) -> [Int?] {
  precondition(profits.count == rows * columns, "\(profits.count) profits cannot fill \(rows) rows of \(columns)")
  guard rows > 0 && columns > 0 else { return Array(repeating: nil, count: rows) }
  guard rows <= columns else {
    let transposed = (0..<columns).flatMap { column in (0..<rows).map { profits[$0 * columns + column] } }
    var columnOfRow = [Int?](repeating: nil, count: rows)
    for (column, row) in optimalAssignment(profits: transposed, rows: columns, columns: rows).enumerated() {
      columnOfRow[row!] = column
    }
    return columnOfRow
  }

  // Column 0 stands for "none": the path that brings a row in starts there.
  var rowPotential = [Double](repeating: 0, count: rows + 1)
  var columnPotential = [Double](repeating: 0, count: columns + 1)
  var rowOfColumn = [Int](repeating: 0, count: columns + 1)
  for row in 1...rows {
    rowOfColumn[0] = row
    var column = 0
    var slack = [Double](repeating: .infinity, count: columns + 1)
    var cameFrom = [Int](repeating: 0, count: columns + 1)
    var visited = [Bool](repeating: false, count: columns + 1)
    repeat {
      visited[column] = true
      let from = rowOfColumn[column]
      var least = Double.infinity
      var next = 0
      for candidate in 1...columns where !visited[candidate] {
        let cost = -profits[(from - 1) * columns + candidate - 1]
        let reduced = cost - rowPotential[from] - columnPotential[candidate]
        if reduced < slack[candidate] {
          slack[candidate] = reduced
          cameFrom[candidate] = column
        }
        if slack[candidate] < least {
          least = slack[candidate]
          next = candidate
        }
      }
      for candidate in 0...columns {
        if visited[candidate] {
          rowPotential[rowOfColumn[candidate]] += least
          columnPotential[candidate] -= least
        } else {
          slack[candidate] -= least
        }
      }
      column = next
    } while rowOfColumn[column] != 0
    while column != 0 {
      rowOfColumn[column] = rowOfColumn[cameFrom[column]]
      column = cameFrom[column]
    }
  }
  var columnOfRow = [Int?](repeating: nil, count: rows)
  for column in 1...columns where rowOfColumn[column] != 0 { columnOfRow[rowOfColumn[column] - 1] = column - 1 }
  return columnOfRow
}
