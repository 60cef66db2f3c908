import Datasets
import Files
import Glibc
import TestSupport
import Testing

/// One after the other, so that the memory one measures is not what another fills.
@Suite("Large inputs", .serialized) struct LargeInputTests {
  static let folder = getenv("DDPM_DATA").map { String(cString: $0) } ?? "../shared/data"
  static func has(_ set: String, _ file: String = "train-images-idx3-ubyte.gz") -> Bool {
    access("\(folder)/\(set)/\(file)", R_OK) == 0
  }
  let temporary = TemporaryFolder()
  let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: folder, environment: [:]))

  @Test(.enabled(if: has("mnist"), "MNIST is not in DDPM_DATA")) func mnist() throws {
    let set = try catalogue.load("mnist")
    #expect(set.count == 70_000 && set.trainCount == 60_000 && set.images.imageSize == 784)
    #expect(set.labels?.classes.prefix(5) == [5, 0, 4, 1, 9])
    #expect(set.labels?.classes[60_000...].prefix(5) == [7, 2, 1, 0, 4])
    let train = set.images.pixels[..<(60_000 * 784)].reduce(0) { $0 + Int($1) }
    #expect(abs(Double(train) / (60_000 * 784 * 255) - 0.1307) < 1e-4)
    #expect(set.sha256 == "c2069063c1105f2bf96266aef1ff68c6e13bdda7a54e37bf19c16f1db24efc83")
  }

  @Test(.enabled(if: has("fashion"), "Fashion-MNIST is not in DDPM_DATA")) func fashion() throws {
    let set = try catalogue.load("fashion")
    #expect(set.count == 70_000 && set.trainCount == 60_000 && set.images.imageSize == 784)
    #expect(set.labels?.classes.prefix(5) == [9, 0, 0, 3, 0])
    let train = set.images.pixels[..<(60_000 * 784)].reduce(0) { $0 + Int($1) }
    #expect(abs(Double(train) / (60_000 * 784 * 255) - 0.2860) < 1e-4)
    #expect(set.sha256 == "2cbc59191665e1ba3f2494648f17edac5974f748ab89fb2ae05597d658161f54")
  }

  @Test(.enabled(if: has("coil20", "obj1__0.png"), "COIL-20 is not in DDPM_DATA"))
  func coil20() throws {
    let set = try catalogue.load("coil20")
    #expect(set.count == 1440 && set.images.width == 128 && set.images.height == 128 && set.images.channelCount == 1)
    #expect(set.labels?.classes[71] == 0 && set.labels?.classes[72] == 1 && set.labels?.classCount == 20)
    #expect(set.sha256 == "0fc32fb60c3343574a7cfc70dbe7f609f64cd18581612aca1bb345b4c7deb57d")
    // The same files without the name: no labels, but the same order.
    #expect(try catalogue.load("\(Self.folder)/coil20").images == set.images)
    let small = try catalogue.load("coil20", DatasetSelection(size: 32))
    #expect(try small.images == set.images.resized(height: 32, width: 32))
  }

  /// A few bytes whose header promises gigabytes must cost neither memory nor time.
  @Test func hugeHeadersCostNothing() {
    let before = residentKilobytes()
    for sizes in [
      [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], [0xFFFF_FFFF, 28, 28], [2_500_000, 28, 28], [1, 40_000, 50_000],
      [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 3],
    ] {
      let bytes = idx(sizes, ramp(100))
      for path in [temporary.write("h-idx3-ubyte", bytes), temporary.writeGzip("h-idx3-ubyte.gz", bytes)] {
        let error = #expect(throws: DatasetError.self) { try catalogue.load(path) }
        switch error {
        case .tooLarge, .file(.truncated), .file(.implausible): break
        case let other: Issue.record("\(sizes): \(String(describing: other))")
        }
      }
    }
    #expect(residentKilobytes() - before < 80_000)
  }

  /// 96 MB of zeros in a few hundred kB, behind a header that asks for a little.
  @Test func gzipBombsStayPacked() {
    let zeros = [UInt8](repeating: 0, count: 96 << 20)
    let modest = temporary.writeGzip("bomb-idx3-ubyte.gz", idx([1, 28, 28], zeros))
    let before = residentKilobytes()
    let error = #expect(throws: DatasetError.self) { try catalogue.load(modest) }
    #expect(error == .file(.trailingBytes(file: modest, expected: 800, found: nil)))
    // One that tells the truth about its size is refused as well.
    let honest = temporary.writeGzip("honest-idx3-ubyte.gz", idx([96 << 10, 32, 32], zeros))
    let refusal = #expect(throws: DatasetError.self) { try catalogue.load(honest) }
    guard case .file(.implausible) = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    let batch = temporary.writeGzip("batch.bin", zeros)
    #expect(throws: DatasetError.self) { try catalogue.load(batch) }
    #expect(residentKilobytes() - before < 80_000)
  }
}

/// The memory that the process holds now, from /proc.
func residentKilobytes() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 128)
  fgets(&line, 128, file)
  let words = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.split(separator: UInt8(ascii: " "))
  return words.count > 1 ? (Int(String(decoding: words[1], as: UTF8.self)) ?? 0) * 4 : 0
}
