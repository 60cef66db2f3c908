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
