import Glibc

/// What one process sends another while there is no exchange of all.
///
/// A letter is taken in wherever its receiver waits: for an exchange, for another letter, or between works. So two that send
/// to each other at once do not wait for each other.
extension MPIPeers {
  /// Sends a letter; returns when it is on its way, and throws where its receiver is lost.
  func post(_ letter: [UInt8], to rank: Int) throws {
    guard let length = Int32(exactly: letter.count) else {
      throw MPIError.refused(reason: "a letter of \(letter.count) bytes is longer than MPI sends")
    }
    try lettersKept(letter) { bytes in
      try library.check(library.post(Int32(rank), bytes.baseAddress, length))
      try awaitLetter(.sent, with: rank)
    }
  }

  /// Takes in all letters that are there.
  func takeLetters() throws {
    while true {
      var (from, length): (Int32, Int32) = (-1, 0)
      try library.check(library.findLetter(&from, &length))
      if from < 0 { return }
      let letter = try lettersKept([UInt8](repeating: 0, count: Int(length))) { bytes in
        try library.check(library.takeLetter(from, bytes.baseAddress, length))
        try awaitLetter(.received, with: Int(from))
      }
      letters.append(letter)
    }
  }

  /// The letters that came since the last call, in their order.
  func openLetters() -> [[UInt8]] {
    defer { letters = [] }
    return letters
  }

  /// Asks now and then whether the others are there, who are at long work of their own; throws where one is not.
  func lookAfterOthers() throws {
    if let broken { throw broken }
    let waited = (ContinuousClock.now - lastRollCall).seconds
    guard waited > 6 * patience else { return }
    do { try callRoll(after: 0, answerTime: 2 * patience) } catch {
      broken = error as? MPIError
      throw error
    }
    lastRollCall = .now
  }

  /// The letter as `body` leaves it, which stays where it is should that fail: MPI may still read and write it.
  @discardableResult
  private func lettersKept(_ letter: [UInt8], _ body: (UnsafeMutableRawBufferPointer) throws -> Void) throws -> [UInt8]
  {
    if let broken { throw broken }
    var letter = letter
    do { try letter.withUnsafeMutableBytes(body) } catch {
      abandoned.append(letter)
      broken = error as? MPIError
      throw error
    }
    return letter
  }

  private func awaitLetter(_ which: MPILibrary.Request, with other: Int) throws {
    let start = ContinuousClock.now
    var done: Int32 = 0
    while true {
      try library.check(library.test(which.rawValue, &done))
      if done != 0 { return }
      usleep(50)
      try answerCall()
      // One at a time is taken in.
      if which == .sent { try takeLetters() }
      // The first may be at long work of its own, where others wait for it.
      let waited = (ContinuousClock.now - start).seconds
      if rank == 0, waited > 6 * patience { throw MPIError.silent(ranks: [names[other]], seconds: Int(waited)) }
    }
  }
}
