import Downloads
import Evaluation
import Files
import Images

/// USPS: digits from envelopes, 16×16, 7,291 for training and 2,007 for testing.
///
/// Read from idx files under MNIST's names, where they are so given, or from LIBSVM's copy: a line an image, the label
/// (1 for the digit 0) and 256 pairs `index:value`, -1 black to 1 white.
///
/// Source: Hull, "A database for handwritten text recognition research" (1994); the copy is
/// https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass.html#usps
enum USPS {
  static let side = 16
  static let trainFile = "usps.bz2"
  static let testFile = "usps.t.bz2"
  private static let idx = IdxSet(classNames: (0...9).map(String.init))
  /// Bytes of a file's text; the larger one has 20 million.
  private static let textLimit = 1 << 26

  static func isPresent(in folder: String) -> Bool {
    idx.isPresent(in: folder) || [trainFile, testFile].contains { PathKind("\(folder)/\($0)") == .file }
  }

  static func isComplete(in folder: String) -> Bool {
    idx.isComplete(in: folder) || [trainFile, testFile].allSatisfy { PathKind("\(folder)/\($0)") == .file }
  }

  static func read(folder: String, name: String, split: Split) throws(DatasetError) -> DatasetContent {
    if idx.isPresent(in: folder) { return try idx.read(folder: folder, name: name, split: split) }
    let files = (split == .test ? [] : [trainFile]) + (split == .train ? [] : [testFile])
    let missing = files.filter { PathKind("\(folder)/\($0)") != .file }
    guard missing.isEmpty else { throw .missingFiles(name: name, folder: folder, files: missing) }
    var pixels: [UInt8] = []
    var classes: [Int] = []
    var trainCount = 0
    for file in files {
      let path = "\(folder)/\(file)"
      let text: [UInt8]
      do { text = try Archive.contents(of: path, limit: textLimit) } catch { throw .archive(error) }
      for (number, line) in text.split(separator: 0x0A).enumerated() {
        try read(line, number: number + 1, of: path, to: &pixels, &classes)
      }
      if file == trainFile { trainCount = classes.count }
    }
    guard !classes.isEmpty else {
      throw .unsupported(file: folder, expected: "lines of a label and 256 values", found: "none")
    }
    return DatasetContent(
      images: ImageSet(count: classes.count, height: side, width: side, channelCount: 1, pixels: pixels),
      labels: Labels(classes: classes, names: idx.classNames!), trainCount: trainCount)
  }

  /// Reads `7 1:-1 2:-0.813 … 256:-1`, in which values of zero may be left out.
  private static func read(
    _ line: ArraySlice<UInt8>, number: Int, of path: String, to pixels: inout [UInt8], _ classes: inout [Int]
  ) throws(DatasetError) {
    func wrong(_ found: Substring) -> DatasetError {
      .unsupported(
        file: path, expected: "in line \(number) a label from 1 to 10 and \(side * side) values from -1 to 1",
        found: "'\(found.prefix(40))'")
    }
    let text = String(decoding: line, as: UTF8.self)
    let words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" }
    guard let first = words.first, let label = Int(first), (1...10).contains(label) else { throw wrong(text[...]) }
    var values = [Double](repeating: 0, count: side * side)
    for word in words.dropFirst() {
      let parts = word.split(separator: ":")
      guard parts.count == 2, let index = Int(parts[0]), let value = Double(parts[1]),
        (1...side * side).contains(index), ValueRange.symmetric.contains(value)
      else { throw wrong(word) }
      values[index - 1] = value
    }
    pixels += values.map { ValueRange.symmetric.byte(of: $0) }
    classes.append(label - 1)
  }
}

extension KnownDataset {
  static let usps = KnownDataset(
    name: "usps", summary: "digits from envelopes (Hull; LIBSVM's copy)", count: 9_298, height: USPS.side,
    width: USPS.side, channelCount: 1, classNames: (0...9).map(String.init),
    source: .files(
      SetFiles(
        names: [USPS.trainFile, USPS.testFile],
        fetchables: [
          (USPS.trainFile, "ec16c51db3855ca6c91edd34d0e9b197"), (USPS.testFile, "8ea070ee2aca1ac39742fdd1ef5ed118"),
        ].map { file, md5 in
          Fetchable(
            file: file, mirrors: ["https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/"],
            checksum: .md5(md5))
        }, isPresent: USPS.isPresent, isComplete: USPS.isComplete
      ) { folder, set, selection throws(DatasetError) in
        try USPS.read(folder: folder, name: set.name, split: selection.split)
      }))
}
