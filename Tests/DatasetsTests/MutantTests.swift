import CZlib
import Datasets
import Glibc
import TensorEngine
import TestSupport
import Testing

/// Every loader over files with random damage: an error or a data set, never a crash, a hang or much memory.
///
/// The mutants are the same in every run. `make loader-mutants` makes 100,000 of each format, keeps those of .npy that
/// are accepted, and asks NumPy whether it reads them as well.
@Suite("Damaged at random", .serialized) struct MutantTests {
  /// A format: whole files of it, words that matter in it, and how a damaged content becomes a file.
  struct Format: Sendable, CustomTestStringConvertible {
    let name: String
    /// What is loaded, in the folder of the mutants.
    var loads: String
    /// What is damaged.
    let file: String
    let seeds: [[UInt8]]
    var fragments: [[UInt8]] = []
    /// Files that are not damaged.
    var others: [(name: String, bytes: [UInt8])] = []
    var labels: String?
    /// Makes a file of a damaged content: compressed, or with right checksums. Every second mutant is damaged after it.
    var packed: @Sendable ([UInt8]) -> [UInt8] = { $0 }

    var testDescription: String { name }
  }

  private static let count = environment("DDPM_LOADER_MUTANTS").flatMap { Int($0) }
  private static let acceptedFolder = environment("DDPM_ACCEPTED_MUTANTS")

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// All formats, or the one that is asked for.
  private static let chosen =
    environment("DDPM_MUTANT_FORMAT").map { name in formats.filter { $0.name == name } } ?? formats

  @Test(arguments: chosen) func mutantsAreLoadedOrRefused(format: Format) throws {
    let folder = TemporaryFolder()
    for (name, bytes) in format.others { folder.write(name, bytes) }
    let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: nil, environment: [:]))
    var selection = DatasetSelection()
    selection.labels = format.labels.map { "\(folder.path)/\($0)" }
    let path = folder.file(format.loads)
    let mutator = Mutator(fragments: format.fragments + Mutator.numbers)
    var stream = RandomSource(seed: 1).derived(format.name).makeStream()
    for seed in format.seeds {
      folder.write(format.file, format.packed(seed))
      #expect(throws: Never.self, "a whole file of \(format.name)") { try catalogue.load(path, selection) }
    }

    var accepted = 0
    var slowest = 0.0
    let memory = peakMegabytes
    for number in 0..<(Self.count ?? 200) {
      let seed = format.seeds[number % format.seeds.count]
      let bytes =
        number / format.seeds.count % 2 == 0
        ? mutator.mutant(of: format.packed(seed), &stream) : format.packed(mutator.mutant(of: seed, &stream))
      folder.write(format.file, bytes)
      let start = processorSeconds
      do {
        let set = try catalogue.load(path, selection)
        accepted += 1
        #expect(set.images.pixels.count == set.count * set.images.imageSize)
        if format.name == "npy", let kept = Self.acceptedFolder {
          let file = fopen("\(kept)/\(number).npy", "w")
          fwrite(bytes, 1, bytes.count, file)
          fclose(file)
        }
      } catch {
        #expect("\(error)".contains("expected") || "\(error)".contains(folder.path), "\(number): \(error)")
      }
      slowest = max(slowest, processorSeconds - start)
    }
    let grown = peakMegabytes - memory
    // Beside other tests in this process neither says anything.
    guard Self.count != nil else { return }
    print("\(format.name): \(accepted) accepted, the slowest took \(slowest) s, \(grown) MB more at the peak")
    #expect(slowest < 1 && grown < 200)
  }

  private var peakMegabytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss >> 10
  }

  private var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Damages bytes: changes, removes, repeats and inserts some.
struct Mutator {
  let fragments: [[UInt8]]

  /// Numbers at which programs break.
  static let numbers: [[UInt8]] = [
    [0], [255], [127], [128], [0, 0, 0, 0], [255, 255, 255, 255], [127, 255, 255, 255], [0, 0, 0, 1], [1, 0, 0, 0],
    [0x1F, 0x8B, 8], [255, 255],
  ]

  func mutant(of seed: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
    var bytes = seed
    for _ in 0...stream.integer(below: 3) {
      // Headers are worth more than what follows them.
      let limit = stream.integer(below: 2) == 0 ? min(bytes.count, 128) : bytes.count
      let place = stream.integer(below: limit + 1)
      switch stream.integer(below: 7) {
      case 0 where place < bytes.count: bytes[place] = UInt8(stream.integer(below: 256))
      case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(stream.integer(below: 8))
      case 2 where place < bytes.count:
        bytes.removeSubrange(place..<min(bytes.count, place + 1 + stream.integer(below: 4)))
      case 3: bytes.insert(contentsOf: fragments[stream.integer(below: fragments.count)], at: place)
      case 4:
        for (offset, byte) in fragments[stream.integer(below: fragments.count)].enumerated()
        where place + offset < bytes.count { bytes[place + offset] = byte }
      case 5: bytes.removeLast(min(bytes.count, stream.integer(below: 40)))
      default:
        let other = stream.integer(below: bytes.count + 1)
        bytes.insert(contentsOf: bytes[min(place, other)..<min(max(place, other), min(place, other) + 16)], at: place)
      }
    }
    return bytes
  }
}

extension MutantTests {
  private static let images = idx([3, 4, 5], ramp(60))
  private static let arrays: [[UInt8]] = [
    npy("|u1", "3, 4, 5", ramp(60)), npy("<f4", "2, 4, 4", [UInt8](repeating: 0x3E, count: 128)),
    npy(">i2", "2, 3, 4, 4", fortran: true, ramp(192)),
    npy(
      header: "{'shape': (3L, 2L, 2L), 'fortran_order': False, 'descr': '|b1'}", [0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0]),
    npy(
      header: "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2, 2), }\n", version: (2, 0),
      ramp(32).map { $0 / 4 }),
    npy(header: "{'descr': '<u4', 'fortran_order': False, 'shape': (1, 2, 2), }\n", version: (3, 0), ramp(16)),
  ]
  private static let words: [[UInt8]] = [
    "True", "False", "true", "L", "(", ")", ",", "'", "\"", " ", "\n", "\r", "\t", "{", "}", ":", "descr", "shape",
    "fortran_order", "<f4", "|O", "-", "9999999999999999999", "0", "1", "_", "\\", "#", "[", "None", "0x1", "+",
    "\u{0}",
  ].map { Array($0.utf8) }
  private static let cells: [[UInt8]] = ["\"", "\"\"", ",", "\n", "\r\n", "label", "\u{FEFF}", "é", " "].map {
    Array($0.utf8)
  }

  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    let folder = TemporaryFolder()
    folder.writeGzip("x", bytes)
    return folder.read("x")
  }

  private static func png(grey: Bool) -> [UInt8] {
    var builder = PNGBuilder()
    builder.appendHeader(width: 4, height: 3, colourType: grey ? 0 : 2)
    builder.appendRows((0..<3).map { _ in ramp(grey ? 4 : 12) })
    return builder.bytes
  }

  /// The file with right checksums for its chunks, as far as they can be told.
  private static func withChecksums(_ png: [UInt8]) -> [UInt8] {
    var bytes = png
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard place + 12 + length <= bytes.count else { break }
      let end = place + 8 + length
      bytes.replaceSubrange(
        end..<end + 4, with: PNGBuilder.bigEndian(PNGBuilder.checksum(Array(bytes[place + 4..<end]))))
      place = end + 4
    }
    return bytes
  }

  static let formats: [Format] = [
    Format(
      name: "idx", loads: "a-images-idx3-ubyte", file: "a-images-idx3-ubyte",
      seeds: [images, idx([2, 3, 3, 3], ramp(54))], others: []),
    Format(
      name: "idx labels", loads: "a-images-idx3-ubyte", file: "a-labels-idx1-ubyte", seeds: [idx([3], [7, 200, 7])],
      others: [("a-images-idx3-ubyte", images)]),
    Format(
      name: "idx.gz", loads: "a-images-idx3-ubyte.gz", file: "a-images-idx3-ubyte.gz", seeds: [images], packed: gzip),
    Format(
      name: "cifar", loads: "x.bin", file: "x.bin",
      seeds: [[6] + ramp(3072), [0, 0, 8, 3] + ramp(3069) + [9] + ramp(3072), [3, 17] + ramp(3072)]),
    Format(name: "npy", loads: "x.npy", file: "x.npy", seeds: arrays.map { $0 }, fragments: words),
    Format(
      name: "npz", loads: "x.npz", file: "x.npz", seeds: [arrays[0]], fragments: words,
      packed: { ZipBuilder(["x.npy": $0, "y.npy": npy("|u1", "3,", [1, 2, 1])]).bytes }),
    Format(
      name: "deflated npz", loads: "x.npz", file: "x.npz", seeds: [arrays[0]], fragments: words,
      packed: { content in
        var archive = ZipBuilder(["x.npy": ZipBuilder.deflated(content)])
        archive.entries[0].method = 8
        archive.entries[0].size = content.count
        archive.entries[0].checksum = PNGBuilder.checksum(content)
        return archive.bytes
      }),
    Format(
      name: "PNG folder", loads: "set", file: "set/a/1.png", seeds: [png(grey: true), png(grey: false)],
      packed: withChecksums),
    Format(
      name: "JPEG folder", loads: "set", file: "set/a/1.jpg",
      seeds: ["grey", "4:2:0, progressive", "orientation 6"].map(GoldenFiles.jpeg),
      fragments: [[0xFF, 0xD8], [0xFF, 0xC0], [0xFF, 0xC2], [0xFF, 0xDA], [0xFF, 0xE1], Array("Exif\0\0II".utf8)]),
    Format(
      name: "cifar pickle", loads: "data_batch_1", file: "data_batch_1",
      seeds: ["one", "columns first", "hundred"].map(GoldenFiles.pickle),
      fragments: ["(", "]", "}", "h\u{1}", "q\u{1}", "u", "e", "a", "t", "R", "b", ".", "cnumpy\ndtype\n", "N"].map {
        Array($0.utf8)
      }),
    Format(
      name: "csv labels", loads: "x.npy", file: "y.csv",
      seeds: ["a\nb\na\n", "index,label\n0,cat\n1,\"d\"\"og\"\n2,cat\n"].map { Array($0.utf8) }, fragments: cells,
      others: [("x.npy", arrays[0])], labels: "y.csv"),
  ]
}
