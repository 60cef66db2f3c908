import Datasets
import Files
import Foundation
import Images
import Session
import TestSupport
import Testing

/// `fetch`, and what `count=` takes, as a session shows them.
@Suite(.serialized) struct FetchCommandTests {
  /// An archive of COIL-20 with pictures of 4×4 pixels.
  private static let coil: [UInt8] = {
    var builder = ArchiveBuilder()
    for object in 1...20 {
      for side in 0..<72 {
        let image = PNGImage(
          width: 4, height: 4, channelCount: 1, pixels: [UInt8](repeating: UInt8(object * 10), count: 16))
        builder.add("coil-20-proc/obj\(object)__\(side).png", try! image.encoded(software: "test"))
      }
    }
    let folder = ScratchFolder()
    builder.write(to: "\(folder.path)/a.zip", as: .zip)
    return folder.bytes("a.zip")
  }()

  @Test func aSetIsDownloadedCheckedAndLoaded() throws {
    let server = LoopbackServer { .file(Self.coil, $0) }
    let session = try TestSession()
    let path = session.folder.path
    #expect(session.run("set data=\"\(path)\"; load coil20") == .failed)
    #expect(session.errors.contains("`fetch coil20` downloads them"))
    session.output = ""
    let before = session.state.fingerprint
    #expect(session.run("fetch coil20 from=\"\(server.address)\"") == .succeeded, "\(session.errors)")
    #expect(session.state.fingerprint == before)
    #expect(
      session.output == """
        coil-20-proc.zip: \(NumberTextOfTests.megabytes(Self.coil.count)) from \(server.address)/coil-20-proc.zip
          no checksum of it is published; it came as sha256 \(MessageDigest.sha256(of: Self.coil)), unpacked to 1440 files
        coil20: in \(path)/coil20

        """)
    session.output = ""
    #expect(session.run("fetch coil20; load coil20 count=40") == .succeeded, "\(session.errors)")
    #expect(
      session.output.hasPrefix("coil20: there already, in \(path)/coil20\ncoil20: 40 images of 4×4, 20 classes\n"))
    let record = try #require(session.records().last { $0["command"].string?.hasPrefix("fetch") == true })
    #expect(record["results"]["files"].number == 0 && record["results"]["folder"].string == "\(path)/coil20")
    // A saved session fetches nothing, and says which images it loaded.
    #expect(!session.commands.contains { $0.hasPrefix("fetch") })
    #expect(session.commands.last == "load coil20 count=40 order=even seed=0 split=all", "\(session.commands)")
  }

  @Test func whatCannotBeFetchedIsSaid() throws {
    let server = LoopbackServer { _ in .init(status: 404) }
    let session = try TestSession(keepsGoing: true)
    session.run("set data=\"\(session.folder.path)\"")
    #expect(session.run("fetch coil20 from=\"\(server.address)/x\"") == .failed)
    #expect(
      session.errors.contains(
        "coil-20-proc.zip could not be downloaded: \(server.address)/x/coil-20-proc.zip: the server answers 404"))
    #expect(session.run("fetch mnits") == .failed)
    #expect(session.errors.contains("(did you mean 'mnist'?)"))
    #expect(session.run("fetch strokes") == .failed && session.errors.contains("strokes is drawn by this program"))
    #expect(session.run("fetch mnist from=\"file:///etc/passwd\"") == .failed)
    #expect(session.errors.contains("from needs an address that begins with http:// or https://"))
    #expect(server.requests.count == 1)
  }

  @Test func aShareIsDrawnFromTheSessionsSeed() throws {
    let session = try TestSession(keepsGoing: true)
    let file = session.folder.write(
      "x.npy", npy("|u1", "200, 4, 4", (0..<3200).map { UInt8(truncatingIfNeeded: $0 / 16) }))
    func sha256(_ line: String) throws -> String {
      #expect(session.run(line) == .succeeded, "\(session.errors)")
      return try #require(session.state.dataset?.sha256)
    }
    let zero = try sha256("load \"\(file)\" count=20")
    let one = try sha256("seed 1; load \"\(file)\" count=20")
    #expect(zero != one)
    #expect(try sha256("load \"\(file)\" count=20 seed=0") == zero)
    #expect(try sha256("seed 0; load \"\(file)\" count=20 order=first") != zero)
    #expect(session.commands.last?.contains("count=20 order=first split=all") == true, "\(session.commands)")
    // All of them are no draw.
    #expect(try sha256("load \"\(file)\" count=200") == sha256("load \"\(file)\""))
    #expect(session.commands.last?.contains("order=") == false)
    // A session that was saved when count= took the first says what to add.
    let first = try sha256("load \"\(file)\" count=20 order=first")
    #expect(session.run("load \"\(file)\" count=20 sha256=\(first)") == .failed)
    #expect(session.errors.contains("took the first images: add order=first"))
    #expect(session.run("load strokes order=first") == .failed && session.errors.contains("strokes takes no order="))
    // What is drawn is the same for every session's seed, and another for a seed of its own, which a saved session has.
    let drawn = try sha256("load strokes count=20")
    #expect(try sha256("seed 9; load strokes count=20") == drawn)
    #expect(try sha256("load strokes count=20 seed=1") != drawn)
    #expect(session.commands.last?.contains(" seed=1") == true)
  }
}

/// Numbers as the session writes them.
private enum NumberTextOfTests {
  static func megabytes(_ bytes: Int) -> String { String(format: "%.1f MB", Double(bytes) / 1e6) }
}
