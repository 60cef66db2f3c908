import Datasets
import Glibc
import TestSupport
import Testing

@Suite("Data set catalogue") struct CatalogueTests {
  let folder = TemporaryFolder()

  func catalogue(_ name: String = "sets") -> DatasetCatalogue {
    DatasetCatalogue(locator: DatasetLocator(dataOption: "\(folder.path)/\(name)", environment: [:]))
  }

  /// A little MNIST: six training images, three test images, two pixels each.
  func writeMnist(in sets: String = "sets", labels: Bool = true, test: Bool = true) {
    folder.write("\(sets)/mnist/train-images-idx3-ubyte", idx([6, 1, 2], ramp(12)))
    if labels { folder.writeGzip("\(sets)/mnist/train-labels-idx1-ubyte.gz", idx([6], [5, 0, 4, 1, 9, 2])) }
    guard test else { return }
    folder.writeGzip("\(sets)/mnist/t10k-images.idx3-ubyte.gz", idx([3, 1, 2], [90, 91, 92, 93, 94, 95]))
    if labels { folder.write("\(sets)/mnist/t10k-labels.idx1-ubyte", idx([3], [7, 2, 1])) }
  }

  @Test func searchOrder() {
    let environment = ["DDPM_DATA": "/env", "XDG_CACHE_HOME": "/cache", "HOME": "/home/ada"]
    func locator(_ option: String?, dropping dropped: String...) -> DatasetLocator {
      DatasetLocator(dataOption: option, environment: environment.filter { !dropped.contains($0.key) })
    }
    #expect(locator("/given").folders == ["/given"])
    #expect(locator("~/sets").folders == ["/home/ada/sets"])
    #expect(locator(nil).folders == ["/env"])
    #expect(locator(nil, dropping: "DDPM_DATA").folders == ["./data", "/cache/ddpm-repl"])
    #expect(
      locator(nil, dropping: "DDPM_DATA", "XDG_CACHE_HOME").folders
        == ["./data", "/home/ada/.cache/ddpm-repl"])
    #expect(locator(nil, dropping: "DDPM_DATA", "XDG_CACHE_HOME", "HOME").folders == ["./data"])
    #expect(
      DatasetLocator(dataOption: nil, environment: ["DDPM_DATA": "", "XDG_CACHE_HOME": "rel", "HOME": "/h"]).folders
        == ["./data", "/h/.cache/ddpm-repl"])
    #expect(locator(nil).candidates(for: "mnist") == ["/env/mnist"])
    #expect(locator("/given").downloadFolder == "/given")
    #expect(locator(nil, dropping: "DDPM_DATA").downloadFolder == "/cache/ddpm-repl")
  }

  @Test func joinsTrainingAndTestImages() throws {
    writeMnist()
    let set = try catalogue().load("mnist")
    #expect(set.count == 9 && set.trainCount == 6 && set.testIndices == 6..<9)
    #expect(set.images.pixels == ramp(12) + [90, 91, 92, 93, 94, 95])
    #expect(set.labels?.numbers == [5, 0, 4, 1, 9, 2, 7, 2, 1])
    #expect(set.labels?.names == [0, 1, 2, 4, 5, 7, 9].map(String.init))
    #expect(set.origin == "\(folder.path)/sets/mnist")
    #expect(try catalogue().load("\(folder.path)/sets/mnist").sha256 == set.sha256)
  }

  @Test func splitsAndCounts() throws {
    writeMnist()
    func load(_ split: Split, _ count: Int? = nil) throws -> Dataset {
      try catalogue().load("mnist", DatasetSelection(split: split, count: count))
    }
    #expect(try load(.train).count == 6)
    #expect(try load(.train).trainCount == 6)
    #expect(try load(.test).images.pixels == [90, 91, 92, 93, 94, 95])
    #expect(try load(.test).trainCount == 0)
    #expect(try load(.test, 2).labels?.numbers.count == 2)
    // One of each of seven parts of the nine.
    #expect(try load(.all, 7).count == 7 && [5, 6].contains(load(.all, 7).trainCount))
    #expect(try load(.all, 9).images == load(.all).images && load(.all, 9).isShare == false)
    func first(_ split: Split, _ count: Int) throws -> Dataset {
      try catalogue().load("mnist", DatasetSelection(split: split, count: count, order: .first))
    }
    #expect(try first(.test, 2).labels?.numbers == [7, 2])
    #expect(try first(.all, 7).trainCount == 6)
    #expect(try first(.all, 2).trainCount == 2 && first(.all, 2).isShare)
    #expect(throws: DatasetError.notEnoughImages(set: "the test split of mnist", requested: 4, available: 3)) {
      try load(.test, 4)
    }
    for count in [0, -1] {
      #expect(throws: DatasetError.self) { try load(.all, count) }
    }
  }

  @Test func resizes() throws {
    writeMnist()
    let set = try catalogue().load("mnist", DatasetSelection(size: 4))
    #expect(set.images.width == 4 && set.images.height == 4 && set.count == 9)
    for size in [0, -3, 1 << 40] {
      #expect(throws: DatasetError.self) { try catalogue().load("mnist", DatasetSelection(size: size)) }
    }
  }

  @Test func labelsMayBeMissingButNotInOnePartAlone() throws {
    writeMnist(labels: false)
    #expect(try catalogue().load("mnist").labels == nil)
    folder.write("sets/mnist/train-labels-idx1-ubyte", idx([6], [0, 1, 2, 3, 4, 5]))
    #expect(
      throws: DatasetError.missingFiles(
        name: "mnist", folder: "\(folder.path)/sets/mnist", files: ["t10k-labels-idx1-ubyte"])
    ) { try catalogue().load("mnist") }
  }

  @Test func onlyThePartsAskedForMustBeThere() throws {
    writeMnist(test: false)
    #expect(throws: DatasetError.self) { try catalogue().load("mnist") }
    #expect(try catalogue().load("mnist", DatasetSelection(split: .train)).count == 6)
    #expect(try catalogue().load("\(folder.path)/sets/mnist").count == 6)
  }

  @Test func labelsBeyondTheSetsClassesAreRefused() throws {
    writeMnist()
    folder.write("sets/mnist/t10k-labels.idx1-ubyte", idx([3], [7, 10, 1]))
    let file = "\(folder.path)/sets/mnist/t10k-labels.idx1-ubyte"
    #expect(throws: DatasetError.labelOutOfRange(file: file, position: 1, found: 10, classes: 0..<10)) {
      try catalogue().load("mnist")
    }
  }

  @Test func partsOfDifferentSizeAreRefused() throws {
    writeMnist()
    folder.writeGzip("sets/mnist/t10k-images.idx3-ubyte.gz", idx([3, 2, 1], [90, 91, 92, 93, 94, 95]))
    #expect(throws: DatasetError.self) { try catalogue().load("mnist") }
  }

  @Test func aMissingSetSaysHowToSupplyIt() throws {
    let error = #expect(throws: DatasetError.self) { try catalogue("none").load("fashion") }
    let message = error?.description ?? ""
    for part in [
      "\(folder.path)/none/fashion", "--data", "DDPM_DATA", "load strokes", "train-images-idx3-ubyte",
      "t10k-labels-idx1-ubyte", ".gz", "`fetch fashion`",
    ] {
      #expect(message.contains(part), "the message lacks \(part): \(message)")
    }
  }

  @Test func unknownNamesListTheKnown() throws {
    #expect(throws: DatasetError.unknownSet(name: "mnits", known: catalogue().known.map(\.name))) {
      try catalogue().load("mnits")
    }
    #expect(throws: DatasetError.self) { try catalogue().load(folder.write("notes.txt", [1, 2, 3])) }
  }

  @Test func listsWhereSetsLie() {
    writeMnist()
    let sets = catalogue().known
    #expect(sets.map(\.name).prefix(2) == ["mnist", "fashion"])
    #expect(catalogue().folder(of: sets[0]) == "\(folder.path)/sets/mnist")
    #expect(catalogue().folder(of: sets[1]) == nil)
    for set in sets { #expect(set.isDrawn == set.fileNames.isEmpty) }
    #expect(sets.map(\.classCount) == [10, 10, 26, 10, 47, 62, 47, 10, 10, 10, 100, 20, 10, 2])
    for set in sets { #expect(Set(set.classNames).count == set.classCount, "\(set.name)") }
  }
}
