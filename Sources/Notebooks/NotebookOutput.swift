import JSONValues

/// What a cell came to, as Jupyter's clients and files have it (nbformat 4, "Code cell outputs").
public enum NotebookOutput: Sendable, Equatable {
  public enum Stream: String, Sendable { case stdout, stderr }

  case stream(Stream, String)
  /// One thing in several formats, the plainest of which anybody can show.
  case display(Display)
  /// A value: the same, counted with its cell.
  case result(Display)
  case failure(Failure)

  public struct Failure: Sendable, Equatable {
    public let name: String
    public let message: String
    public let lines: [String]

    public init(name: String, message: String, lines: [String]) {
      (self.name, self.message, self.lines) = (name, message, lines)
    }
  }
}

/// One thing in several formats.
public struct Display: Sendable, Equatable {
  /// The formats that are known, by their media types.
  public enum Format: String, CaseIterable, Sendable {
    case text = "text/plain"
    case html = "text/html"
    case markdown = "text/markdown"
    case latex = "text/latex"
    case svg = "image/svg+xml"
    /// In base64, as are other pixels.
    case png = "image/png"
    case jpeg = "image/jpeg"

    /// Whether its content is text that people may want to see line by line.
    var hasLines: Bool { self != .png && self != .jpeg }
  }

  /// A picture's size in a notebook, in pixels.
  public struct Size: Sendable, Equatable {
    public let width: Int
    public let height: Int

    public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }
  }

  public private(set) var contents: [(format: Format, content: String)] = []
  public var size: Size?

  public init(_ contents: [(Format, String)], size: Size? = nil) {
    for (format, content) in contents { self[format] = content }
    self.size = size
  }

  /// The content in a format.
  public subscript(format: Format) -> String? {
    get { contents.first { $0.format == format }?.content }
    set {
      contents.removeAll { $0.format == format }
      if let newValue { contents.append((format, newValue)) }
    }
  }

  public static func == (a: Display, b: Display) -> Bool {
    a.size == b.size && a.contents.elementsEqual(b.contents, by: ==)
  }
}

extension NotebookOutput {
  /// The type of message, or of output in a file, and what it holds.
  ///
  /// - Parameters:
  ///   - executionCount: of the cell.
  ///   - text: how a text of lines is spelled: files have it line by line.
  public func message(
    executionCount: Int?, text: (String) -> JSONValue = { .string($0) }
  ) -> (type: String, content: JSONObject) {
    switch self {
    case .stream(let stream, let lines): ("stream", ["name": .string(stream.rawValue), "text": text(lines)])
    case .display(let display): ("display_data", display.content(text))
    case .result(let display):
      (
        "execute_result",
        JSONObject(
          [("execution_count", executionCount.map { .integer($0) } ?? .null)]
            + display.content(text).members.map { ($0.name, $0.value) })
      )
    case .failure(let failure):
      (
        "error",
        [
          "ename": .string(failure.name), "evalue": .string(failure.message),
          "traceback": .array(failure.lines.map { .string($0) }),
        ]
      )
    }
  }

  /// About the bytes that it takes.
  public var size: Int {
    switch self {
    case .stream(_, let text): text.utf8.count
    case .display(let display), .result(let display): display.contents.reduce(0) { $0 + $1.content.utf8.count }
    case .failure(let failure): failure.lines.reduce(failure.message.utf8.count) { $0 + $1.utf8.count }
    }
  }
}

extension Display {
  fileprivate func content(_ text: (String) -> JSONValue) -> JSONObject {
    var metadata: JSONObject = [:]
    if let size, let picture = contents.first(where: { !$0.format.hasLines }) {
      metadata[picture.format.rawValue] = ["width": .integer(size.width), "height": .integer(size.height)]
    }
    return [
      "data": .object(
        JSONObject(contents.map { ($0.format.rawValue, $0.format.hasLines ? text($0.content) : .string($0.content)) })),
      "metadata": .object(metadata),
    ]
  }
}
