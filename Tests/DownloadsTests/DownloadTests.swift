import Downloads
import Files
import Foundation
import Interruptions
import Synchronization
import TestSupport
import Testing

/// Downloads from servers that behave well and badly, on this machine's loopback.
@Suite("Downloads", .serialized) struct DownloadTests {
  private let folder = ScratchFolder()
  private static let bytes: [UInt8] = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
  private static let checksum = Checksum.sha256(MessageDigest.sha256(of: bytes))
  private static let patience = Patience(connecting: 2, silence: 1, attempts: 3, pause: 0.01)

  private var path: String { "\(folder.path)/sets/file.bin" }
  private var partial: String { "\(path).part" }

  private func contents(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

  /// Downloads the file from servers; by default its size and checksum are known.
  @discardableResult
  private func download(
    from servers: LoopbackServer..., size: Int? = bytes.count, checksum: Checksum? = checksum
  ) throws -> String {
    try Download(servers.map { "\($0.address)/file.bin" }, size: size, checksum: checksum, patience: Self.patience)
      .run(to: path) { _, _ in }
  }

  private func failures(_ body: () throws -> Void) -> [DownloadError.Failure] {
    let error = #expect(throws: DownloadError.self) { try body() }
    guard case .allFailed(file: "file.bin", let attempts)? = error else { return [] }
    return attempts.map(\.failure)
  }

  @Test func aWholeFileTakesItsName() throws {
    let server = LoopbackServer { .file(Self.bytes, $0) }
    var reports: [Int] = []
    let url = try Download(["\(server.address)/file.bin"], checksum: Self.checksum).run(to: path) { received, total in
      #expect(total == Self.bytes.count)
      reports.append(received)
    }
    #expect(url == "\(server.address)/file.bin" && server.requests.map(\.path) == ["/file.bin"])
    #expect(contents(path) == Self.bytes && contents(partial) == nil)
    #expect(reports.last == Self.bytes.count && reports == reports.sorted())
  }

  @Test func whatBrokeOffIsTakenUp() throws {
    let server = LoopbackServer { request in
      var answer = LoopbackServer.Answer.file(Self.bytes, request)
      if request.number < 5 { answer.cutAfter = 50_000 }
      return answer
    }
    try download(from: server)
    #expect(contents(path) == Self.bytes)
    #expect(server.requests.map(\.rangeStart) == [nil, 50_000, 100_000, 150_000, 200_000, 250_000])
  }

  @Test func anotherServerGoesOnWhereOneGaveUp() throws {
    let dying = LoopbackServer { request in
      request.number == 0 ? .init(body: Self.bytes, cutAfter: 1000) : .init(status: 503)
    }
    let healthy = LoopbackServer { .file(Self.bytes, $0) }
    #expect(try download(from: dying, healthy) == "\(healthy.address)/file.bin")
    #expect(dying.requests.count == 4 && healthy.requests.map(\.rangeStart) == [1000])
    #expect(contents(path) == Self.bytes)
  }

  @Test func aServerThatKnowsNoRangesBeginsAnew() throws {
    let server = LoopbackServer { request in .init(body: Self.bytes, cutAfter: request.number == 0 ? 1000 : nil) }
    try download(from: server)
    #expect(server.requests.map(\.rangeStart) == [nil, 1000] && contents(path) == Self.bytes)
  }

  @Test func anotherPartThanWasAskedForIsNotTaken() throws {
    let server = LoopbackServer { request in
      request.number == 0
        ? .init(body: Self.bytes, cutAfter: 1000)
        : .init(status: 206, headers: ["Content-Range: bytes 500-999/300000"], body: Array(Self.bytes[500..<1000]))
    }
    let failures = failures { try download(from: server) }
    #expect(failures == [.transfer("it sends another part of the file than was asked for")])
    #expect(contents(path) == nil && contents(partial)?.count == 1000)
  }

  /// Too little is promised, and sent; or too much is promised.
  @Test func aServerThatLiesAboutTheLengthIsFoundOut() throws {
    let short = LoopbackServer { _ in .init(body: Self.bytes, promised: 1000) }
    #expect(failures { try download(from: short) } == [.wrongSize(expected: 300_000, found: 1000)])
    let long = LoopbackServer { _ in .init(body: Self.bytes, promised: 400_000) }
    #expect(failures { try download(from: long) } == [.tooLarge(limit: 300_000)])
    let unsized = failures { try download(from: long, size: nil) }
    #expect(unsized.count == 1)
    if case .transfer? = unsized.first {} else { Issue.record("\(unsized)") }
    #expect(contents(path) == nil)
    // Each time the rest is less than was promised, and comes in the end.
    let patient = LoopbackServer { request in
      var answer = LoopbackServer.Answer.file(Self.bytes, request)
      answer.promised = min(100_000, answer.body.count)
      answer.cutAfter = answer.promised
      return answer
    }
    try download(from: patient)
    #expect(contents(path) == Self.bytes)
  }

  @Test func aWrongFileIsNeitherKeptNorGoneOnWith() throws {
    var wrong = Self.bytes
    wrong[1234] ^= 1
    let other = wrong
    let server = LoopbackServer { .file(other, $0) }
    #expect(
      failures { try download(from: server) }
        == [.wrongChecksum(expected: Self.checksum, found: .sha256(MessageDigest.sha256(of: other)))])
    #expect(contents(path) == nil && contents(partial) == nil)
    let right = LoopbackServer { .file(Self.bytes, $0) }
    #expect(try download(from: server, right) == "\(right.address)/file.bin")
    #expect(right.requests.map(\.rangeStart) == [nil] && contents(path) == Self.bytes)
  }

  /// Bytes of another file lie there from an earlier time: all is had once more from the same server.
  @Test func aRestThatDoesNotFitIsBegunAnew() throws {
    try FileManager.default.createDirectory(atPath: "\(folder.path)/sets", withIntermediateDirectories: true)
    try Data([UInt8](repeating: 7, count: 5000)).write(to: URL(fileURLWithPath: partial))
    let server = LoopbackServer { .file(Self.bytes, $0) }
    try download(from: server)
    #expect(server.requests.map(\.rangeStart) == [5000, nil] && contents(path) == Self.bytes)
    // All of it lies there: nothing is asked for.
    try FileManager.default.moveItem(atPath: path, toPath: partial)
    try download(from: server)
    #expect(server.requests.count == 2 && contents(path) == Self.bytes)
    // Of unknown size: the server says that nothing follows.
    try FileManager.default.moveItem(atPath: path, toPath: partial)
    try download(from: server, size: nil)
    #expect(server.requests.count == 3 && contents(path) == Self.bytes)
  }

  @Test func answersThatAreNoFileSayWhy() throws {
    let missing = LoopbackServer { _ in .init(status: 404, body: Array("<html>no</html>".utf8)) }
    #expect(failures { try download(from: missing) } == [.status(404)] && missing.requests.count == 1)
    let busy = LoopbackServer { _ in .init(status: 503, headers: ["Retry-After: 0"]) }
    #expect(failures { try download(from: busy, missing) } == [.status(503), .status(404)])
    #expect(busy.requests.count == 3 && contents(partial) == nil)
    let error = #expect(throws: DownloadError.self) { try download(from: missing) }
    #expect(
      error?.description
        == "file.bin could not be downloaded: \(missing.address)/file.bin: the server answers 404 (no such file)")
    let empty = LoopbackServer { _ in .init() }
    #expect(failures { try download(from: empty, size: nil, checksum: nil) } == [.transfer("the server sends nothing")])
  }

  @Test func aServerThatRecoversGivesTheFile() throws {
    let server = LoopbackServer { request in
      request.number < 2 ? .init(status: 503, headers: ["Retry-After: 0"]) : .file(Self.bytes, request)
    }
    try download(from: server)
    #expect(server.requests.count == 3 && contents(path) == Self.bytes)
  }

  @Test func redirectionsAreFollowedOnTheWebAlone() throws {
    let target = LoopbackServer { .file(Self.bytes, $0) }
    let place = target.address
    let server = LoopbackServer { _ in .init(status: 302, headers: ["Location: \(place)/elsewhere"]) }
    try download(from: server)
    #expect(target.requests.map(\.path) == ["/elsewhere"] && contents(path) == Self.bytes)
    let secret = folder.write("secret", Self.bytes)
    let outside = LoopbackServer { _ in .init(status: 302, headers: ["Location: file://\(secret)"]) }
    #expect(failures { try download(from: outside) }.count == 1)
    let circle = LoopbackServer { _ in .init(status: 302, headers: ["Location: /again"]) }
    #expect(failures { try download(from: circle) }.count == 1)
    #expect(circle.requests.count <= 18)
  }

  @Test func silenceIsNotWaitedForForever() throws {
    let slow = LoopbackServer { request in .init(body: Self.bytes, pace: (1000, request.number == 0 ? 4 : 0)) }
    let start = ContinuousClock.now
    try download(from: slow)
    #expect(ContinuousClock.now - start < .seconds(10) && contents(path) == Self.bytes)
    #expect(slow.requests.count > 1)
  }

  @Test func anInterruptionKeepsWhatCame() throws {
    let slow = LoopbackServer { request in
      var answer = LoopbackServer.Answer.file(Self.bytes, request)
      if request.number == 0 { answer.pace = (10_000, 0.2) }
      return answer
    }
    let isWanted = Atomic(false)
    let start = ContinuousClock.now
    let download = Download(["\(slow.address)/file.bin"], checksum: Self.checksum, patience: Self.patience)
    let error = #expect(throws: DownloadError.self) {
      try Interruption.heeding(
        { isWanted.load(ordering: .relaxed) },
        {
          _ = try download.run(to: path) { received, _ in
            if received > 25_000 { isWanted.store(true, ordering: .relaxed) }
          }
        })
    }
    #expect(error == .interrupted && ContinuousClock.now - start < .seconds(2))
    let kept = try #require(contents(partial))
    #expect(kept.count > 25_000 && kept == Array(Self.bytes.prefix(kept.count)) && contents(path) == nil)
    try download.run(to: path) { _, _ in }
    #expect(slow.requests.last?.rangeStart == kept.count && contents(path) == Self.bytes)
  }

  @Test func twoDoNotWriteOneFile() throws {
    let path = path
    let server = LoopbackServer { .file(Self.bytes, $0) }
    let url = "\(server.address)/file.bin"
    let inner = Mutex<DownloadError?>(nil)
    try Download([url], checksum: Self.checksum).run(to: path) { _, _ in
      do throws(DownloadError) { try Download([url]).run(to: path) { _, _ in } } catch { inner.withLock { $0 = error } }
    }
    #expect(inner.withLock { $0 } == .busy(file: "\(path).part") && contents(path) == Self.bytes)
  }

  @Test func placesThatCannotBeWrittenSaySo() throws {
    let server = LoopbackServer { .file(Self.bytes, $0) }
    folder.write("sets", [1])
    let error = #expect(throws: DownloadError.self) { try download(from: server) }
    if case .file(.unwritable)? = error {} else { Issue.record("\(String(describing: error))") }
    #expect(server.requests.isEmpty)
  }

  @Test func nobodyThereIsSaid() throws {
    let address = LoopbackServer { _ in .init() }.address
    let failures = failures {
      try Download(["\(address)/file.bin"], patience: Self.patience).run(to: path) { _, _ in }
    }
    if case .transfer(let reason)? = failures.first { #expect(!reason.isEmpty) } else { Issue.record("\(failures)") }
  }

  /// RFC 1321, A.5, and FIPS 180-4.
  @Test func checksumsAreTheStandards() throws {
    let file = folder.write("abc", Array("abc".utf8))
    #expect(try Checksum.md5("").sameKind(ofFile: file) == .md5("900150983cd24fb0d6963f7d28e17f72"))
    #expect(
      try Checksum.sha256("").sameKind(ofFile: file)
        == .sha256("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
  }
}
