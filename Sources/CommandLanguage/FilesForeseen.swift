import Options

/// What a check expects of the files that a script's commands write.
struct FilesForeseen {
  /// Nil where files are not looked at.
  private var forecast: (any FileForecast)?
  /// Whether a command replaces any file at a path that a variable has a part in: with other values it is another.
  private var replacesByVariables = false
  /// Files that may still be looked at: a script could name any number.
  private var room = 10_000

  init(_ forecast: (any FileForecast)?) { self.forecast = forecast }

  /// A command's file, and what speaks against it where something does.
  struct Foreseen {
    let file: WrittenFile
    let error: ArgumentError?
  }

  /// Takes note of the files that a command writes.
  ///
  /// - Parameters:
  ///   - arguments: with those that are not known.
  ///   - isSure: whether it is known that the command will be reached.
  /// - Returns: those that are known, and whether these are all.
  mutating func expect(
    _ command: any Command, _ entry: CommandEntry, _ arguments: [Argument], usesVariables: Bool, isSure: Bool
  ) -> (files: [Foreseen], areAll: Bool) {
    guard entry.writesFiles else { return ([], true) }
    let unknown = entry.unknownParameters(in: arguments)
    let files = command.writtenFiles(without: unknown)
    let areAll = unknown.isEmpty || command.writtenFiles.count == files.count
    // Any file may be replaced then that could not be otherwise.
    if !areAll { expectAnything() }
    let foreseen = files.map { parameter, file in
      if usesVariables, file.manner == .whole(overAny: true) { replacesByVariables = true }
      return Foreseen(file: file, error: expect(file, isSure: isSure)?.about(parameter))
    }
    return (foreseen, areAll)
  }

  /// Takes note of a file; what speaks against it.
  mutating func expect(_ file: WrittenFile, isSure: Bool) -> (any Error)? {
    guard forecast != nil, room > 0 else { return nil }
    room -= 1
    do {
      try forecast?.expect(file, isSure: isSure)
      return nil
    } catch {
      return error
    }
  }

  /// Takes note that commands which were looked at may run with other values of variables.
  mutating func expectOtherValues() { if replacesByVariables { expectAnything() } }

  /// Takes note of commands that are not known.
  mutating func expectAnything() { forecast?.expectAnything() }
}

extension CommandEntry {
  /// The parameters whose value is not known; all if it is not known which.
  fileprivate func unknownParameters(in arguments: [Argument]) -> Set<String> {
    guard arguments.contains(where: { $0.items == nil }) else { return [] }
    if takesBareOptions { return Set(parameters.map(\.name)) }
    let positionals = parameters.filter(\.isPositional).map(\.name)
    var unknown: Set<String> = []
    var place = 0
    for argument in arguments {
      if argument.items == nil {
        if let name = argument.name?.text { unknown.insert(name) } else { unknown.formUnion(positionals[place...]) }
      }
      if argument.name == nil { place = min(place + 1, positionals.count) }
    }
    return unknown
  }
}
