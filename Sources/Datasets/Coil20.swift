import Evaluation
import Files
import Images

/// COIL-20: twenty objects, each photographed from 72 sides, as `objN__M.png`: object N from 1, side M from 0.
///
/// Source: https://www.cs.columbia.edu/CAVE/software/softlib/coil-20.php (the processed images)
enum Coil20 {
  static let objectCount = 20
  static let sideCount = 72
  static let classNames = (1...objectCount).map { "object \($0)" }

  static func fileName(object: Int, side: Int) -> String { "obj\(object)__\(side).png" }

  /// All files, object by object, each object from side 0 on.
  static var fileNames: [String] {
    (1...objectCount).flatMap { object in (0..<sideCount).map { fileName(object: object, side: $0) } }
  }

  /// The files lie in the set's folder or in the one that the original archive unpacks to.
  private static func imageFolder(in folder: String) -> String? {
    [folder, folder + "/coil-20-proc"].first { candidate in
      (1...objectCount).contains { PathKind("\(candidate)/\(fileName(object: $0, side: 0))") == .file }
    }
  }

  static func isPresent(in folder: String) -> Bool { imageFolder(in: folder) != nil }

  static func read(folder: String, _ selection: DatasetSelection) throws(DatasetError) -> DatasetContent {
    let folder = imageFolder(in: folder) ?? folder
    let missing = fileNames.filter { PathKind("\(folder)/\($0)") != .file }
    if let first = missing.first {
      throw .sizeMismatch(
        file: folder, expected: "the \(fileNames.count) files \(fileNames[0]) to \(fileNames.last!)",
        found: "\(fileNames.count - missing.count), without \(first)")
    }
    let images = try PNGFiles.read(fileNames.map { "\(folder)/\($0)" }, in: folder, selection)
    let classes = (0..<images.count).map { $0 / sideCount }
    return DatasetContent(images: images, labels: Labels(classes: classes, names: classNames))
  }
}

extension KnownDataset {
  static let coil20 = KnownDataset(
    name: "coil20", summary: "COIL-20, twenty objects from 72 sides each (Nene, Nayar, Murase)",
    count: Coil20.objectCount * Coil20.sideCount, height: 128, width: 128, channelCount: 1,
    classNames: Coil20.classNames,
    source: .files(
      SetFiles(
        names: ["obj1__0.png", "...", "obj20__71.png"], isPresent: Coil20.isPresent
      ) { folder, _, selection throws(DatasetError) in try Coil20.read(folder: folder, selection) }))
}
