/// The file formats of figures, by file ending.
public enum FigureFormat: String, Sendable, CaseIterable {
  case png, pdf, svg

  /// The format that a file name's ending asks for, in any case.
  ///
  /// - Throws: `FigureError.unknownFormat`.
  public init(fileName: String) throws(FigureError) {
    let ending = fileName.split(separator: "/").last?.split(separator: ".", omittingEmptySubsequences: false).last
    guard let format = ending.flatMap({ FigureFormat(rawValue: $0.lowercased()) }) else {
      throw .unknownFormat(fileName: fileName, endings: Self.allCases.map(\.rawValue))
    }
    self = format
  }
}
