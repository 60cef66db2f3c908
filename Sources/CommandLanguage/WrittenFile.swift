/// A file that a command writes, as its arguments say.
public struct WrittenFile: Sendable, Hashable {
  public enum Manner: Sendable, Hashable {
    /// Written anew, over a file of this tool's own, or over any.
    case whole(overAny: Bool)
    /// Lines are added at its end.
    case extended
  }

  public let path: String
  public let manner: Manner
  /// Whether it is a script, which can be run afterwards.
  public let isScript: Bool

  public init(_ path: String, _ manner: Manner, isScript: Bool = false) {
    (self.path, self.manner, self.isScript) = (path, manner, isScript)
  }
}

/// Tells of files that are to be written, one after the other, what would stand in the way; nothing is written.
public protocol FileForecast {
  /// Takes note that a command will write a file.
  ///
  /// - Parameter isSure: whether it is known that the command will be reached; nothing is thrown if it is not.
  /// - Throws: what writing the file would throw, as far as that can be told before and whatever else is written before.
  mutating func expect(_ file: WrittenFile, isSure: Bool) throws

  /// Takes note that a command may write over any file.
  mutating func expectAnything()
}

extension Parameter {
  /// The parameter as one that names a file which the command writes, or several that are alike.
  ///
  /// Before a script runs, and again before the command does, it is checked whether the file can be written.
  ///
  /// - Parameters:
  ///   - others: the parameters that have a say in it beside this one.
  ///   - file: the file; nil where none is written.
  public func writing(with others: [String] = [], _ file: @escaping @Sendable (C) -> WrittenFile?) -> Self {
    var parameter = self
    parameter.written = (file, others)
    return parameter
  }
}

extension Command {
  /// The files that it writes, by the parameters that name them.
  public var writtenFiles: [(parameter: String, file: WrittenFile)] { writtenFiles(without: []) }

  /// The same without those in which parameters have a say that are `unknown`.
  func writtenFiles(without unknown: Set<String>) -> [(parameter: String, file: WrittenFile)] {
    declaration.parameters.compactMap { parameter in
      guard let written = parameter.written, !unknown.contains(parameter.description.name),
        written.others.allSatisfy({ !unknown.contains($0) })
      else { return nil }
      return written.file(self).map { (parameter.description.name, $0) }
    }
  }
}
