extension Script {
  /// Everything that can be found wrong without running: syntax, verbs, option names, values as far as they are known,
  /// and variables that nothing before them can have set; in the order of the text, also in the scripts that it runs.
  ///
  /// Takes time and memory by the length of the text and a fixed amount for what loops and variables make of it: what is
  /// beyond that counts as unknown. It ends early once there is a wish to (`Interruption`).
  ///
  /// - Parameters:
  ///   - variables: those that have a value before the script starts; afterwards, when it ends.
  ///   - callers: the commands that run the script, the innermost first.
  ///   - files: tells what would keep commands from writing their files; nil if that is not to be looked at.
  public func check(
    against table: CommandTable, variables: inout KnownVariables, callers: [SourceLocation] = [],
    files: (any FileForecast)? = nil
  ) -> Diagnostics {
    var checker = Checker(
      script: self, table: table, variables: variables, callers: callers, files: FilesForeseen(files))
    checker.check(self)
    variables = checker.variables
    return checker.problems
  }

  /// The same for one script alone.
  public func check(against table: CommandTable, variables: KnownVariables = KnownVariables()) -> Diagnostics {
    var variables = variables
    return check(against: table, variables: &variables)
  }
}
