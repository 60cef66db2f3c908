import Datasets
import TestSupport
import Testing

extension Loader {
  /// What `load` reads.
  static let datasetLoaders: [Loader] = [
    dataset("idx", "a-images-idx3-ubyte", [images, idx([2, 3, 3, 3], ramp(54))]),
    dataset(
      "idx labels", "a-labels-idx1-ubyte", [idx([3], [7, 200, 7])], others: [("a-images-idx3-ubyte", images)],
      loads: "a-images-idx3-ubyte"),
    dataset("gzip", "a-images-idx3-ubyte.gz", [images], packed: storedGzip),
    dataset("deflated gzip", "a-images-idx3-ubyte.gz", [deflatedGzip]),
    dataset(
      "cifar", "x.bin",
      [[6] + ramp(3072), [0, 0, 8, 3] + ramp(3069) + [9] + ramp(3072), [3, 17] + ramp(3072)]),
    dataset("npy", "x.npy", arrays, fragments: words),
    dataset(
      "npz", "x.npz", [arrays[0]], fragments: words,
      packed: { ZipBuilder(["x.npy": $0, "y.npy": npy("|u1", "3,", [1, 2, 1])]).bytes }),
    dataset("npz labels", "x.npz", [npy("<i8", "3,", [UInt8](repeating: 0, count: 24))], fragments: words) {
      ZipBuilder(["x.npy": arrays[0], "y.npy": $0]).bytes
    },
    dataset("deflated npz", "x.npz", [arrays[0]], fragments: words) { content in
      var archive = ZipBuilder(["x.npy": ZipBuilder.deflated(content)])
      archive.entries[0].method = 8
      archive.entries[0].size = content.count
      archive.entries[0].checksum = PNGBuilder.checksum(content)
      return archive.bytes
    },
    dataset(
      "npy labels", "y.npy", [npy("|u1", "3,", [1, 2, 1]), npy(">f8", "3, 1", [UInt8](repeating: 0, count: 24))],
      fragments: words, others: [("x.npy", arrays[0])], loads: "x.npy", labels: "y.npy"),
    dataset(
      "csv labels", "y.csv",
      ["a\nb\na\n", "index,label\n0,cat\n1,\"d\"\"og\"\n2,cat\n", "\u{FEFF}label\r\n7\r\n8\r\n9\r\n"].map {
        Array($0.utf8)
      },
      fragments: ["\"", "\"\"", ",", "\n", "\r\n", "label", "\u{FEFF}", "é", " "].map { Array($0.utf8) },
      others: [("x.npy", arrays[0])], loads: "x.npy", labels: "y.csv"),
    dataset(
      "png", "set/a/1.png", [png(colourType: 0), png(colourType: 2)],
      fragments: ["IHDR", "IDAT", "IEND", "PLTE", "tRNS", "gAMA", "iCCP", "zTXt", "iTXt", "acTL"].map {
        Array($0.utf8)
      },
      loads: "set", packed: withChecksums),
    dataset(
      "png beside others", "set/b/2.png", [png(colourType: 0), png(colourType: 4)],
      others: [("set/a/1.png", png(colourType: 0))], loads: "set", size: 5, packed: withChecksums),
    dataset(
      "jpeg", "set/a/1.jpg", ["grey", "4:2:0, progressive", "orientation 6"].map(GoldenFiles.jpeg),
      fragments: [[0xFF, 0xD8], [0xFF, 0xC0], [0xFF, 0xC2], [0xFF, 0xDA], [0xFF, 0xE1], Array("Exif\0\0II".utf8)],
      loads: "set"),
    dataset(
      "cifar pickle", "data_batch_1", ["one", "columns first", "hundred"].map(GoldenFiles.pickle),
      fragments: ["(", "]", "}", "h\u{1}", "q\u{1}", "u", "e", "a", "t", "R", "b", ".", "cnumpy\ndtype\n", "N"].map {
        Array($0.utf8)
      }),
  ]

  private static func dataset(
    _ name: String, _ file: String, _ wholes: [[UInt8]], fragments: [[UInt8]] = [],
    others: [(name: String, bytes: [UInt8])] = [], loads: String? = nil, labels: String? = nil, size: Int? = nil,
    packed: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
  ) -> Loader {
    Loader(name: name, file: file, wholes: these(wholes), fragments: fragments, others: others, packed: packed) {
      folder in
      let catalogue = DatasetCatalogue(locator: DatasetLocator(dataOption: nil, environment: [:]))
      var selection = DatasetSelection()
      selection.labels = labels.map { "\(folder.path)/\($0)" }
      selection.size = size
      return { [selection] path in
        let set = try catalogue.load("\(folder.path)/\(loads ?? file)", selection)
        #expect(set.images.pixels.count == set.count * set.images.imageSize)
        #expect(set.labels.map { $0.count == set.count } ?? true)
      }
    }
  }

  private static let images = idx([3, 4, 5], ramp(60))

  /// Three images of 4 by 5 as Python's gzip.compress packs them.
  private static let deflatedGzip: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x63, 0x60, 0xE0, 0x60, 0x66, 0x60, 0x60, 0x00, 0x61,
    0x16, 0x20, 0x66, 0x65, 0x80, 0x02, 0x4E, 0x28, 0x10, 0x82, 0x02, 0x69, 0x28, 0x50, 0x81, 0x02, 0x5D, 0x28, 0x30,
    0x83, 0x02, 0x7B, 0x20, 0x00, 0x00, 0x7B, 0x6D, 0x22, 0xEE, 0x4C, 0x00, 0x00, 0x00,
  ]

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
    "\u{0}", "PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", ".npy",
  ].map { Array($0.utf8) }

  private static func png(colourType: UInt8) -> [UInt8] {
    let channels = [0: 1, 2: 3, 4: 2, 6: 4][Int(colourType)]!
    var builder = PNGBuilder()
    builder.appendHeader(width: 4, height: 3, colourType: colourType)
    builder.appendRows((0..<3).map { _ in ramp(4 * channels) })
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
}
