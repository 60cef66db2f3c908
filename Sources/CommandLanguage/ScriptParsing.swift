extension Script {
  /// Parses `source`; what is wrong with it is in `errors`.
  ///
  /// - Parameter firstCell: the number of the first cell, so that entries at a prompt count on.
  public init(parsing source: SourceText, firstCell: Int = 1) {
    var parser = Parser(source, firstCell: firstCell)
    self = parser.script()
  }

  /// Parses `text`; see `init(parsing:firstCell:)`.
  public init(_ text: String, name: String, firstCell: Int = 1) {
    self.init(parsing: SourceText(name: name, text: text), firstCell: firstCell)
  }
}

extension Script {
  /// The sweep whose block stands in `range`, in loops and conditions too, with the cell it stands in.
  func sweep(at range: Range<Int>) -> (syntax: SweepSyntax, cell: Cell)? {
    func find(in statements: [Statement]) -> SweepSyntax? {
      for statement in statements where statement.range.contains(range.lowerBound) {
        switch statement.kind {
        case .sweep(let syntax): return syntax.blockRange == range ? syntax : find(in: syntax.body)
        case .forLoop(let loop): return find(in: loop.body)
        case .repeatLoop(let loop): return find(in: loop.body)
        case .condition(let condition): return find(in: condition.body)
        case .assignment, .command: return nil
        }
      }
      return nil
    }
    for cell in cells where cell.range.contains(range.lowerBound) {
      if let syntax = find(in: cell.statements) { return (syntax, cell) }
    }
    return nil
  }
}
