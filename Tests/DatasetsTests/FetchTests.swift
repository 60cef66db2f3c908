import Datasets
import Downloads
import Files
import Foundation
import TestSupport
import Testing

/// Sets that are downloaded from a server on this machine.
@Suite("Fetching sets", .serialized) struct FetchTests {
  private let folder = TemporaryFolder()
  private let scratch = ScratchFolder()
  private let patience = Patience(connecting: 2, silence: 1, attempts: 2, pause: 0.01)
  private var catalogue: DatasetCatalogue {
    DatasetCatalogue(locator: DatasetLocator(dataOption: folder.path, environment: [:]))
  }

  private func fetch(_ name: String, from server: LoopbackServer, _ path: String = "/sets") throws -> FetchedSet {
    try catalogue.fetch(name, from: server.address + path, patience: patience) { _ in }
  }

  private func archive(_ builder: ArchiveBuilder, _ format: ArchiveBuilder.Format) -> [UInt8] {
    builder.write(to: "\(scratch.path)/archive", as: format)
    return scratch.bytes("archive")
  }

  /// The whole of COIL-20 with tiny pictures: a set of which no checksum is published.
  @Test func anArchiveIsUnpackedAndLoads() throws {
    try Coil20Tests.write(to: folder, "made")
    var builder = ArchiveBuilder(["coil-20-proc/readme.txt": [1]])
    for object in 1...20 {
      for side in 0..<72 {
        let name = "obj\(object)__\(side).png"
        builder.add("coil-20-proc/\(name)", folder.read("made/\(name)"))
      }
    }
    let bytes = archive(builder, .zip)
    let server = LoopbackServer { .file(bytes, $0) }
    let fetched = try fetch("coil20", from: server)
    #expect(server.requests.map(\.path) == ["/sets/coil-20-proc.zip"])
    let file = try #require(fetched.files.first)
    #expect(file.checksum == nil && file.sha256 == MessageDigest.sha256(of: bytes) && file.unpackedCount == 1440)
    #expect(fetched.folder == "\(folder.path)/coil20" && file.size == bytes.count)
    let names = try FileManager.default.contentsOfDirectory(atPath: fetched.folder)
    #expect(names.count == 1440)
    #expect(try catalogue.load("coil20").count == 1440)
    // It is not downloaded again.
    #expect(try fetch("coil20", from: server).files.isEmpty && server.requests.count == 1)
    unlink(folder.file("coil20/obj3__4.png"))
    #expect(try fetch("coil20", from: server, "/sets/coil-20-proc.zip").files.count == 1)
    #expect(server.requests.last?.path == "/sets/coil-20-proc.zip")
  }

  @Test func anArchiveOfOtherFilesLeavesNothing() throws {
    let bytes = archive(ArchiveBuilder(["coil-20-proc/obj1__0.png": [1], "../obj1__1.png": [1]]), .zip)
    let server = LoopbackServer { .file(bytes, $0) }
    let error = #expect(throws: DatasetError.self) { try fetch("coil20", from: server) }
    #expect(error?.description.contains("expected obj1__2.png, obj1__3.png, obj1__4.png and 1435 more") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/coil20").isEmpty)
  }

  @Test func filesWithAPublishedChecksumAreHeldAgainstIt() throws {
    let bytes = archive(ArchiveBuilder(["cifar-10-batches-bin/data_batch_1.bin": [1]]), .tarGzip)
    let server = LoopbackServer { .file(bytes, $0) }
    let error = #expect(throws: DatasetError.self) { try fetch("cifar10", from: server) }
    #expect(error?.description.contains("/sets/cifar-10-binary.tar.gz: expected 170052171 bytes, found") == true)
    let fine = #expect(throws: DatasetError.self) { try fetch("cifar100", from: server) }
    #expect(fine?.description.contains("expected md5 03b5dce01913d631647c71ecec9e9cb8, found md5") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/cifar100").isEmpty)
  }

  @Test func aWrongFileThatIsThereIsNotOverwritten() throws {
    folder.write("mnist/train-labels-idx1-ubyte.gz", [1, 2, 3])
    let server = LoopbackServer { _ in .init(status: 404) }
    // The first file is missing and asked for.
    #expect(throws: DatasetError.self) { try fetch("mnist", from: server) }
    #expect(server.requests.map(\.path).first == "/sets/train-images-idx3-ubyte.gz")
    folder.write("mnist/train-images-idx3-ubyte", [])
    let error = #expect(throws: DatasetError.self) { try fetch("mnist", from: server) }
    #expect(error?.description.contains("train-labels-idx1-ubyte.gz: expected sha256 3552534a") == true)
    #expect(folder.read("mnist/train-labels-idx1-ubyte.gz") == [1, 2, 3])
  }

  @Test func setsThatCannotBeFetchedSaySo() throws {
    let server = LoopbackServer { _ in .init(status: 404) }
    #expect(throws: DatasetError.nothingToFetch(name: "strokes")) { try fetch("strokes", from: server) }
    #expect(throws: DatasetError.unknownSet(name: "mnits", known: catalogue.known.map(\.name))) {
      try fetch("mnits", from: server)
    }
    let nowhere = DatasetCatalogue(locator: DatasetLocator(dataOption: nil, environment: [:]))
    #expect(throws: DatasetError.noDownloadFolder) { try nowhere.fetch("mnist") { _ in } }
    #expect(server.requests.isEmpty)
  }
}
