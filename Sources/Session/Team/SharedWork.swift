import CommandLanguage
import JSONValues

/// What a team does together, with the session that it starts from.
struct SharedWork {
  enum Task {
    /// A command that all run, as it is spelled, variables replaced.
    case command(String)
    /// The runs of a sweep, which are given out one by one.
    case sweep(SharedSweep)
  }

  let task: Task
  private let shared: SharedSession

  /// Throws what writing a temporary file throws.
  init(_ task: Task, from session: SessionState) throws {
    self.task = task
    // In a command variables are replaced, and what came before has no part in it.
    shared =
      switch task {
      case .command: SharedSession(note: [:], state: try SharedSession.state(of: session))
      case .sweep: try SharedSession(session)
      }
  }

  /// The work as `bytes` has it; nil for anything else.
  init?(_ bytes: [UInt8]) {
    guard let parcel = Parcel(bytes), let note = parcel.header["session"]?.object else { return nil }
    if let command = parcel.header["command"]?.string {
      task = .command(command)
    } else if let sweep = parcel.header["sweep"]?.object.flatMap(SharedSweep.init) {
      task = .sweep(sweep)
    } else {
      return nil
    }
    shared = SharedSession(note: note, state: parcel.body)
  }

  var bytes: [UInt8] {
    var header: JSONObject = ["session": .object(shared.note)]
    switch task {
    case .command(let command): header["command"] = .string(command)
    case .sweep(let sweep): header["sweep"] = .object(sweep.json)
    }
    return Parcel(header, shared.state).bytes
  }

  /// The session, without its images.
  func session() throws -> SessionState { try shared.session() }
}

/// A sweep that a team shares: where it stands, for each process to read it there.
struct SharedSweep {
  /// Tells it from others of the session.
  let number: Int
  let place: SourceLocation
  let cell: Int
  let callers: [SourceLocation]
  /// Whether records of the commands are wanted.
  let isRecorded: Bool

  init(_ sweep: Sweep, number: Int, isRecorded: Bool) {
    (self.number, self.isRecorded) = (number, isRecorded)
    (place, cell, callers) = (sweep.place, sweep.cell, sweep.callers)
  }

  fileprivate init?(_ json: JSONObject) {
    guard let number = json["number"]?.integer, let place = json["place"]?.object.flatMap(SourceLocation.init),
      let cell = json["cell"]?.integer, let callers = json["callers"]?.array,
      case .bool(let isRecorded)? = json["isRecorded"]
    else { return nil }
    (self.number, self.place, self.cell, self.isRecorded) = (number, place, cell, isRecorded)
    self.callers = callers.compactMap { $0.object.flatMap(SourceLocation.init) }
  }

  fileprivate var json: JSONObject {
    [
      "number": .integer(number), "place": .object(place.json), "cell": .integer(cell),
      "callers": .array(callers.map { .object($0.json) }), "isRecorded": .bool(isRecorded),
    ]
  }
}

extension SourceLocation {
  fileprivate var json: JSONObject {
    [
      "name": .string(source.name), "text": .string(source.text(in: 0..<source.bytes.count)),
      "sections": .array(source.sections.map { [.integer($0.number), .integer($0.firstLine)] }),
      "range": [.integer(range.lowerBound), .integer(range.upperBound)],
    ]
  }

  fileprivate init?(_ json: JSONObject) {
    guard let name = json["name"]?.string, let text = json["text"]?.string, let sections = json["sections"]?.array,
      let range = json["range"]?.array?.compactMap(\.integer), range.count == 2, range[0] <= range[1]
    else { return nil }
    let source = SourceText(
      name: name, text: text,
      sections: sections.compactMap { section in
        guard let numbers = section.array?.compactMap(\.integer), numbers.count == 2 else { return nil }
        return SourceSection(number: numbers[0], firstLine: numbers[1])
      }, isPiece: true)
    self.init(source: source, range: range[0]..<range[1])
  }
}
