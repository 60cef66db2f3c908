import Glibc
import TensorEngine

/// The processes that mpirun or srun has started, as they exchange numbers and agree on what they are at.
///
/// Every exchange begins with a round in which each says what it is at (`Standing`): so a process that is lost, late or at
/// something else is known by name before any numbers go astray. In the middle of work no transfer is waited for without
/// end: who does not answer within `patience`, and twice what this process itself took since the last exchange, is called
/// by name, and is given up if it says nothing.
///
/// The thread that trains is the only one that uses it.
final class MPIPeers: Peers, @unchecked Sendable {
  /// What a process is at, as it tells the others.
  enum Standing: Int64 {
    /// Another process waits for work, or has ended its own.
    case waiting = 1
    case done
    /// The first gives work, ends it, or leaves.
    case giving, ending, leaving
    /// Ready for the work given, or not.
    case ready, failed
    /// In the middle of the work.
    case gathering, exchanging
  }

  /// How long others may take until they come to an exchange.
  enum Limit {
    /// As long as this process took, and some.
    case usual
    case seconds(Double)
    /// As long as they like.
    case none
  }

  /// What a process says in a round.
  struct Message {
    var standing: Standing
    /// How many rounds there were before.
    var round: Int64
    /// A number that the standing is about.
    var amount: Int64
  }

  let count: Int
  let rank: Int
  /// Processes on this machine.
  let countOnNode: Int
  /// "rank 3 (node07)", of each.
  private(set) var names: [String]
  let library: MPILibrary
  /// Seconds that others may take for nothing.
  let patience: Double
  private var roundCount: Int64 = 0
  private var lastEnd = ContinuousClock.now
  /// The memory of transfers that were given up: MPI may still read and write it.
  var abandoned: [any Sendable] = []
  /// Why there can be no exchange any more, or none before the next work.
  var broken: MPIError?
  private(set) var isDismissed = false

  /// Letters that nobody has opened yet.
  var letters: [[UInt8]] = []
  /// When it was last asked whether others are there while nothing was exchanged with them.
  var lastRollCall = ContinuousClock.now

  /// The number of the work in progress, from 1.
  private var workNumber: Int32 = 0
  private var hearsOff = false
  private var lastAsked = ContinuousClock.now

  /// Messages without contents.
  private enum Call {
    static let whoIsThere: Int32 = 0
    static let here: Int32 = 1
    /// Another number for every work, so that a late call stops no other.
    static func off(_ work: Int32) -> Int32 { 2 + work % 1000 }
  }

  /// Seconds within which a call is answered by who waits, or has done a piece of its work.
  private var answerTime: Double { max(1, patience / 2) }

  /// Seconds for which who waits looks again at once.
  private static let spinTime = 0.002

  /// Processors that this process may use.
  var processorCount: Int { max(1, Int(library.processors())) }

  /// Meets the others.
  ///
  /// - Parameter version: what tells the program from others, which must be the same everywhere.
  /// - Throws: `MPIError`.
  init(library: MPILibrary, version: String, patience: Double) throws {
    (self.library, self.patience) = (library, patience)
    var (rank, count, countOnNode): (Int32, Int32, Int32) = (0, 1, 1)
    try library.check(library.start(&rank, &count, &countOnNode))
    (self.rank, self.count, self.countOnNode) = (Int(rank), Int(count), Int(countOnNode))
    names = (0..<self.count).map { "rank \($0)" }
    let hosts = try texts(LaunchedProcess.hostName)
    names = zip(names, hosts).map { "\($0) (\($1))" }
    let versions = try texts(version)
    if let other = versions.firstIndex(where: { $0 != versions[0] }) {
      throw MPIError.otherProgram(rank: names[other], expected: versions[0], found: versions[other])
    }
  }

  // MARK: - Peers

  func gathered(_ own: [Float], lengths: [Int]) throws -> [Float] {
    try meet(.gathering)
    let numbers = lengths.map { Int32($0) } + Self.places(lengths)
    return try transfer(own, numbers, receiving: lengths.reduce(0, +)) { own, all, numbers in
      library.gatherFloats(own.baseAddress, Int32(own.count), all, numbers, numbers + count)
    }
  }

  func exchanged(_ own: [Float], given: [Int], taken: [Int]) throws -> [Float] {
    try meet(.exchanging)
    let numbers =
      given.map { Int32($0) } + Self.places(given) + taken.map { Int32($0) } + Self.places(taken)
    return try transfer(own, numbers, receiving: taken.reduce(0, +)) { own, all, numbers in
      library.exchangeFloats(
        own.baseAddress, numbers, numbers + count, all, numbers + 2 * count, numbers + 3 * count)
    }
  }

  private static func places(_ lengths: [Int]) -> [Int32] {
    var place = 0
    return lengths.map { length in
      defer { place += length }
      return Int32(place)
    }
  }

  // MARK: - Rounds

  /// Begins new work: what ended the last no longer counts.
  func beginAnew() {
    (isDismissed, hearsOff, lastEnd) = (false, false, .now)
    workNumber += 1
  }

  /// A round in the middle of work, in which all are at the same.
  private func meet(_ standing: Standing) throws {
    if isDismissed { throw MPIError.dismissed }
    let messages = try round(standing)
    guard let other = messages.firstIndex(where: { $0.standing != standing || $0.round != messages[rank].round }) else {
      return
    }
    isDismissed = true
    if messages[0].standing == .ending { throw MPIError.dismissed }
    try explain(other, "")
  }

  /// Has one that is not with the others say why, if it knows, and throws that. All take part.
  ///
  /// - Parameter own: what this process has to say.
  func explain(_ other: Int, _ own: String) throws -> Never {
    let reasons = try texts(own)
    throw reasons[other].isEmpty
      ? MPIError.outOfStep(rank: names[other]) : MPIError.failed(rank: names[other], reason: reasons[other])
  }

  /// What everybody is at.
  ///
  /// - Parameter meanwhile: called again and again while others have not come to it.
  func round(
    _ standing: Standing, amount: Int = 0, limit: Limit = .usual, meanwhile: () throws -> Void = {}
  ) throws -> [Message] {
    let own = Message(standing: standing, round: roundCount, amount: Int64(amount))
    let numbers = [own.standing.rawValue, own.round, own.amount]
    roundCount += 1
    let all = try transfer(numbers, receiving: numbers.count * count, limit: limit, meanwhile: meanwhile) {
      own, all, _ in
      library.gatherBytes(own.baseAddress, Int32(own.count * MemoryLayout<Int64>.stride), all)
    }
    return try (0..<count).map { rank in
      guard let standing = Standing(rawValue: all[3 * rank]) else { throw MPIError.outOfStep(rank: names[rank]) }
      return Message(standing: standing, round: all[3 * rank + 1], amount: all[3 * rank + 2])
    }
  }

  /// A short text of everybody, to everybody.
  private func texts(_ own: String) throws -> [String] {
    let size = 512
    let bytes = Array(own.utf8.prefix(size)) + [UInt8](repeating: 0, count: size - min(own.utf8.count, size))
    let all = try transfer(bytes, receiving: size * count) { own, all, _ in
      library.gatherBytes(own.baseAddress, Int32(size), all)
    }
    return (0..<count).map { rank in
      String(decoding: all[rank * size..<(rank + 1) * size].prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The first process's bytes, to all; those of another are as many.
  func broadcast(_ bytes: [UInt8]) throws -> [UInt8] {
    var bytes = bytes
    // MPI counts in 32 bits.
    let largest = 1 << 30
    do {
      for start in stride(from: 0, to: bytes.count, by: largest) {
        let size = min(largest, bytes.count - start)
        try bytes.withUnsafeMutableBytes { bytes in
          try complete(library.broadcast(bytes.baseAddress! + start, Int32(size)))
        }
      }
    } catch {
      abandoned.append(bytes)
      throw error
    }
    return bytes
  }

  // MARK: - Transfers

  /// What comes of a transfer that `begin` begins: so many elements.
  ///
  /// - Parameter numbers: what else has to stay where it is until the end.
  private func transfer<Element: BitwiseCopyable & Sendable>(
    _ own: [Element], _ numbers: [Int32] = [], receiving count: Int, limit: Limit = .usual,
    meanwhile: () throws -> Void = {},
    _ begin: (UnsafeBufferPointer<Element>, UnsafeMutablePointer<Element>?, UnsafePointer<Int32>) -> Int32
  ) throws -> [Element] {
    var failure: (any Error)?
    // Never empty: there is an address then.
    let numbers = numbers + [0]
    let all = [Element](unsafeUninitializedCapacity: count) { all, filled in
      own.withUnsafeBufferPointer { own in
        numbers.withUnsafeBufferPointer { numbers in
          do {
            try complete(
              begin(own, all.baseAddress, numbers.baseAddress!), limit: limit, meanwhile: meanwhile)
          } catch {
            failure = error
          }
        }
      }
      filled = count
    }
    if let failure {
      abandoned += [own, numbers, all]
      throw failure
    }
    return all
  }

  // MARK: - Waiting

  /// Waits for what was begun with this code.
  ///
  /// - Parameters:
  ///   - limit: how long others may take.
  private func complete(
    _ code: Int32, limit: Limit = .usual, meanwhile: () throws -> Void = {}
  ) throws {
    if let broken { throw broken }
    do {
      try library.check(code)
      let start = ContinuousClock.now
      var seconds: Double? =
        switch limit {
        // The first finds out who is missing; that it is missing itself one of the others finds out first.
        case .usual: patience + 2 * (start - lastEnd).seconds + (rank == 0 ? 0 : rank == 1 ? 0.5 : 2.5)
        case .seconds(let seconds): seconds
        case .none: nil
        }
      var done: Int32 = 0
      while true {
        try library.check(library.test(MPILibrary.Request.common.rawValue, &done))
        if done != 0 { break }
        let waited = (ContinuousClock.now - start).seconds
        // Who waits shortly is not put to sleep, who waits for work leaves the processor to others. Where others have use for
        // it a single yield may take milliseconds: it is time that counts.
        if waited < Self.spinTime {
          sched_yield()
          continue
        }
        usleep(waited < 0.05 ? 20 : waited < 1 ? 200 : 2000)
        try answerCall()
        try takeLetters()
        try meanwhile()
        if let given = seconds, waited > given {
          try callRoll(after: waited, answerTime: answerTime)
          seconds = given + patience
        }
      }
      lastEnd = .now
    } catch {
      broken = error as? MPIError
      throw error
    }
  }

  func attend() {
    if broken == nil { try? answerCall() }
  }

  func answerCall() throws {
    if let asker = try taken(Call.whoIsThere) { try library.check(library.call(asker, Call.here)) }
  }

  /// Who has sent a call of this number that nobody has taken yet.
  private func taken(_ number: Int32) throws -> Int32? {
    var from: Int32 = -1
    try library.check(library.takeCall(number, &from))
    return from >= 0 ? from : nil
  }

  /// Who has waited too long asks whether others are there: the first asks all, the others the first, which knows who else
  /// is missing. Returns where all answer: then the exchange itself is slow, or the first finds out.
  ///
  /// - Parameter answerTime: seconds that they have for an answer.
  func callRoll(after waited: Double, answerTime: Double) throws {
    var missing = rank == 0 ? Set(1..<count) : [0]
    for other in missing { try library.check(library.call(Int32(other), Call.whoIsThere)) }
    let start = ContinuousClock.now
    while !missing.isEmpty, (ContinuousClock.now - start).seconds < answerTime {
      try answerCall()
      if let other = try taken(Call.here) { missing.remove(Int(other)) } else { usleep(1000) }
    }
    if missing.isEmpty { return }
    throw MPIError.silent(ranks: missing.sorted().map { names[$0] }, seconds: Int(waited + answerTime))
  }

  // MARK: - Calling off

  /// Tells all others that the work is not needed any more, wherever they are in it.
  func callOff() throws {
    for other in 1..<count { try library.check(library.call(Int32(other), Call.off(workNumber))) }
  }

  /// Whether the first has called the work off. Asks a hundred times a second at most.
  var isCalledOff: Bool {
    if hearsOff || broken != nil { return hearsOff }
    let now = ContinuousClock.now
    guard (now - lastAsked).seconds > 0.01 else { return false }
    lastAsked = now
    hearsOff = ((try? taken(Call.off(workNumber))) ?? nil) != nil
    return hearsOff
  }

  /// Takes the call that comes with the end of every work.
  func awaitCallingOff() {
    while broken == nil, !hearsOff {
      do { hearsOff = try taken(Call.off(workNumber)) != nil } catch { return }
    }
  }

  /// Ends MPI; where others are lost, by ending them as well.
  func finish(_ status: Int32) {
    if broken != nil { library.abort(status) }
    _ = library.finish()
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
