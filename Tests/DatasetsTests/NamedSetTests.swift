import Datasets
import Downloads
import Files
import Foundation
import Images
import TestSupport
import Testing

/// EMNIST, USPS and the real files of MNIST, Fashion-MNIST and COIL-20, where they are.
@Suite("Sets by name") struct NamedSetTests {
  let folder = TemporaryFolder()
  var catalogue: DatasetCatalogue {
    DatasetCatalogue(locator: DatasetLocator(dataOption: folder.path, environment: [:]))
  }

  @Test(arguments: ["emnist", "emnist/gzip"]) func emnistIsPutUpright(place: String) throws {
    // An image of 2×3 in the file is one of 3×2.
    folder.writeGzip("\(place)/emnist-letters-train-images-idx3-ubyte.gz", idx([2, 2, 3], Array(1...12)))
    folder.writeGzip("\(place)/emnist-letters-train-labels-idx1-ubyte.gz", idx([2], [1, 26]))
    folder.write("\(place)/emnist-letters-test-images-idx3-ubyte", idx([1, 2, 3], Array(1...6)))
    folder.write("\(place)/emnist-letters-test-labels-idx1-ubyte", idx([1], [7]))
    let set = try catalogue.load("emnist-letters")
    #expect(set.images.height == 3 && set.images.width == 2 && set.trainCount == 2)
    #expect(Array(set.images[0]) == [1, 4, 2, 5, 3, 6])
    #expect(set.labels?.names == ["A", "G", "Z"] && set.labels?.numbers == [1, 26, 7])
    #expect(throws: DatasetError.self) { try catalogue.load("emnist-digits") }
    // Labels that EMNIST's letters do not have.
    folder.write("\(place)/emnist-letters-test-labels-idx1-ubyte", idx([1], [0]))
    let error = #expect(throws: DatasetError.self) { try catalogue.load("emnist-letters") }
    #expect(error?.description.contains("expected labels 1 to 26, found 0 at position 0") == true)
  }

  @Test func everyDivisionOfEMNISTHasItsClasses() throws {
    for (name, label, last) in [
      ("digits", 9, "9"), ("balanced", 46, "t"), ("byclass", 61, "z"), ("bymerge", 46, "t"), ("mnist", 9, "9"),
    ] {
      for part in ["train", "test"] {
        folder.write("emnist/emnist-\(name)-\(part)-images-idx3-ubyte", idx([1, 1, 1], [5]))
        folder.write("emnist/emnist-\(name)-\(part)-labels-idx1-ubyte", idx([1], [UInt8(label)]))
      }
      #expect(try catalogue.load("emnist-\(name)").labels?.names == [last], "\(name)")
    }
  }

  private func line(_ label: Int, _ value: String) -> String {
    "\(label) " + (1...256).map { "\($0):\($0 == 2 ? "1" : value)" }.joined(separator: " ") + " \n"
  }

  @Test func uspsIsReadFromLIBSVMsCopy() throws {
    ArchiveBuilder.writeBzip2(Array((line(10, "-1") + line(1, "0")).utf8), to: folder.file("usps/usps.bz2"))
    ArchiveBuilder.writeBzip2(Array("3 7:-.5\n".utf8), to: folder.file("usps/usps.t.bz2"))
    let set = try catalogue.load("usps")
    #expect(set.images.width == 16 && set.count == 3 && set.trainCount == 2)
    #expect(set.labels?.names == ["0", "2", "9"] && set.labels?.numbers == [9, 0, 2])
    #expect(set.images[0].prefix(3) == [0, 255, 0] && Array(set.images[1].prefix(3)) == [128, 255, 128])
    #expect(Array(set.images[2].prefix(8)) == [128, 128, 128, 128, 128, 128, 64, 128])
    for bad in ["11 1:0\n", "0 1:0\n", "1 257:0\n", "1 1:2\n", "1 1:nan\n", "1 x\n", "a\n"] {
      ArchiveBuilder.writeBzip2(Array(bad.utf8), to: folder.file("usps/usps.t.bz2"))
      let error = #expect(throws: DatasetError.self, "\(bad)") { try catalogue.load("usps") }
      #expect(error?.description.contains("in line 1 a label from 1 to 10") == true, "\(bad)")
    }
  }

  @Test func uspsIsReadFromIdxFiles() throws {
    for part in ["train", "t10k"] {
      folder.write("usps/\(part)-images-idx3-ubyte", idx([1, 16, 16], ramp(256)))
      folder.write("usps/\(part)-labels-idx1-ubyte", idx([1], [4]))
    }
    #expect(try catalogue.load("usps").labels?.names == ["4"])
  }

  /// Where the real sets are looked for, as a user would set it; else beside the repository.
  private static let realFolder: String? = [
    ProcessInfo.processInfo.environment["DDPM_DATA"],
    "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/shared/data",
  ].compactMap(\.self).first { FileManager.default.fileExists(atPath: $0 + "/mnist") }

  @Test(.enabled(if: realFolder != nil, "the real sets are not here")) func theRealSetsAreWhole() throws {
    let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: Self.realFolder, environment: [:]))
    let fashion = try catalogue.load("fashion")
    #expect(fashion.count == 70_000 && fashion.trainCount == 60_000)
    #expect(fashion.labels?.names.prefix(2) == ["T-shirt/top", "Trouser"])
    #expect((0..<10).allSatisfy { label in fashion.labels!.classes.count { $0 == label } == 7000 })
    // An even share of a shuffled set is about even in its classes as well.
    let share = try catalogue.load("fashion", DatasetSelection(count: 700))
    #expect(share.trainCount == 600 && share.labels?.classCount == 10)
    let coil = try catalogue.load("coil20", DatasetSelection(count: 40, size: 32))
    #expect(coil.images.width == 32 && (0..<20).allSatisfy { label in coil.labels!.classes.count { $0 == label } == 2 })
    #expect(coil.labels?.names.last == "object 20")
    // What fetch expects of the files is what these are.
    for name in ["mnist", "fashion", "coil20"] {
      let fetched = try catalogue.fetch(name) { _ in }
      #expect(fetched.files.isEmpty && fetched.folder == Self.realFolder! + "/" + name)
    }
  }
}
