import Files
import JSONValues

extension Notebook {
  /// Bytes that a notebook's file may have: pictures are in it.
  public static let sizeLimit = 128 << 20
  /// Cells that a notebook may have.
  static let cellLimit = 100_000

  /// Reads a notebook of Jupyter's.
  ///
  /// - Throws: `NotebookError`.
  public init(path: String) throws(NotebookError) {
    let bytes: [UInt8]
    do { bytes = try FileReader(path: path, inflating: false).read(upTo: Self.sizeLimit + 1) } catch {
      throw .unreadable(error)
    }
    guard bytes.count <= Self.sizeLimit else { throw .tooLong(path: path, limit: Self.sizeLimit) }
    try self.init(jupyter: bytes, path: path)
  }

  /// A notebook of nbformat 4, of any minor version and with its members in any order. What this program has no use for is
  /// passed over; members that it needs must be what they are to be.
  ///
  /// - Parameter path: what errors call it.
  /// - Throws: `NotebookError`.
  public init(jupyter bytes: [UInt8], path: String) throws(NotebookError) {
    do {
      var reader = NotebookReader(path: path, bytes)
      self = try reader.notebook()
    } catch let error as NotebookError {
      throw error
    } catch let error as JSONError {
      throw .notANotebook(path: path, error)
    } catch {
      preconditionFailure("a reader of notebooks throws no \(error)")
    }
  }
}

/// Goes through the file once and keeps what it needs: what a file of megabytes holds beside that takes no memory.
private struct NotebookReader {
  let path: String
  private var scanner: JSONScanner

  init(path: String, _ bytes: [UInt8]) { (self.path, scanner) = (path, JSONScanner(bytes)) }

  mutating func notebook() throws -> Notebook {
    var notebook = Notebook()
    var format: Int?
    var languages: [String] = []
    let path = path
    try scanner.object { scanner, name in
      switch name {
      case "nbformat": format = try scanner.integer()
      case "metadata": try Self.metadata(&scanner, header: &notebook.header, &languages)
      case "cells":
        try scanner.array { scanner in
          guard notebook.cells.count < Notebook.cellLimit else {
            throw NotebookError.tooManyCells(path: path, limit: Notebook.cellLimit)
          }
          notebook.cells.append(try Self.cell(&scanner, number: notebook.cells.count + 1, path))
        }
      default: try scanner.skip()
      }
    }
    try scanner.end()
    guard format == 4 else { throw NotebookError.otherFormat(path: path, found: format) }
    if let language = languages.first, !languages.contains(KernelIdentity.language) {
      throw NotebookError.otherLanguage(path: path, found: language)
    }
    return notebook
  }

  private static func metadata(_ scanner: inout JSONScanner, header: inout String, _ languages: inout [String]) throws {
    try scanner.object { scanner, name in
      let isObject = scanner.isNext("{")
      switch name {
      case "kernelspec" where isObject, "language_info" where isObject:
        try scanner.object { scanner, member in
          // The name of a kernel is the user's choice.
          guard (name == "kernelspec" ? ["language"] : ["name"]).contains(member), scanner.isNext("\"") else {
            return try scanner.skip()
          }
          languages.append(try scanner.string())
        }
      case "ddpm" where isObject:
        try scanner.object { scanner, member in
          guard member == "header", scanner.isNext("\"") else { return try scanner.skip() }
          header = try scanner.string()
        }
      default: try scanner.skip()
      }
    }
  }

  private static func cell(_ scanner: inout JSONScanner, number: Int, _ path: String) throws -> NotebookCell {
    var kind: NotebookCell.Kind?
    var cell = NotebookCell(.raw, "")
    try scanner.object { scanner, name in
      switch name {
      case "cell_type":
        let word = try scanner.string()
        kind = NotebookCell.Kind(rawValue: word)
        if kind == nil { throw NotebookError.unknownCell(path: path, cell: number, found: word) }
      case "source": cell.source = try scanner.lines().withPlainLineEnds
      case "execution_count": cell.executionCount = try scanner.integerIfAny()
      case "outputs":
        try scanner.array { scanner in
          if let output = try Self.output(&scanner) { cell.outputs.append(output) }
        }
      case "metadata" where scanner.isNext("{"):
        try scanner.object { scanner, name in
          guard name == "ddpm", scanner.isNext("{") else { return try scanner.skip() }
          try scanner.object { scanner, member in
            guard member == "script", scanner.isNext("\"") else { return try scanner.skip() }
            cell.script = try scanner.string()
          }
        }
      default: try scanner.skip()
      }
    }
    guard let kind else { throw NotebookError.unknownCell(path: path, cell: number, found: "") }
    cell.kind = kind
    return cell
  }

  /// One output; nil for what there is no use for.
  private static func output(_ scanner: inout JSONScanner) throws -> NotebookOutput? {
    var (type, stream, text) = ("", "", "")
    var display = Display([])
    var (name, message, lines) = ("", "", [String]())
    try scanner.object { scanner, member in
      switch member {
      case "output_type": type = try scanner.string()
      case "name": stream = try scanner.string()
      case "text": text = try scanner.lines()
      case "ename": name = try scanner.string()
      case "evalue": message = try scanner.string()
      case "traceback": try scanner.array { lines.append(try $0.string()) }
      case "data":
        try scanner.object { scanner, format in
          guard let format = Display.Format(rawValue: format) else { return try scanner.skip() }
          display[format] = try scanner.lines()
        }
      case "metadata" where scanner.isNext("{"):
        try scanner.object { scanner, format in
          guard Display.Format(rawValue: format)?.hasLines == false, scanner.isNext("{") else {
            return try scanner.skip()
          }
          display.size = try Self.size(&scanner)
        }
      default: try scanner.skip()
      }
    }
    switch type {
    case "stream": return .stream(stream == "stderr" ? .stderr : .stdout, text)
    case "display_data": return .display(display)
    case "execute_result": return .result(display)
    case "error": return .failure(NotebookOutput.Failure(name: name, message: message, lines: lines))
    default: return nil
    }
  }
}

extension NotebookReader {
  /// A picture's size; nil if none is given that could be one.
  private static func size(_ scanner: inout JSONScanner) throws -> Display.Size? {
    var sides: [String: Int] = [:]
    try scanner.object { scanner, name in sides[name] = try scanner.integerIfAny() }
    guard let width = sides["width"], let height = sides["height"], (1...10_000).contains(width),
      (1...10_000).contains(height)
    else { return nil }
    return Display.Size(width: width, height: height)
  }
}

extension JSONScanner {
  /// Takes any value; gives it if it is a whole number.
  fileprivate mutating func integerIfAny() throws -> Int? {
    guard !isNext("{"), !isNext("[") else {
      try skip()
      return nil
    }
    return try value().integer
  }

  /// A text, in one piece or in lines (nbformat's multiline string).
  fileprivate mutating func lines() throws -> String {
    guard isNext("[") else { return try string() }
    var text = ""
    try array { text += try $0.string() }
    return text
  }
}

extension String {
  /// The text with a newline at each line's end, however it was ended.
  fileprivate var withPlainLineEnds: String {
    let (newline, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    guard utf8.contains(carriageReturn) else { return self }
    var bytes: [UInt8] = []
    var followsReturn = false
    for byte in utf8 {
      if byte != newline || !followsReturn { bytes.append(byte == carriageReturn ? newline : byte) }
      followsReturn = byte == carriageReturn
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
