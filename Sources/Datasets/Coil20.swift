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

  static func isComplete(in folder: String) -> Bool {
    imageFolder(in: folder).map { place in fileNames.allSatisfy { PathKind("\(place)/\($0)") == .file } } ?? false
  }

  static func read(folder: String, _ selection: DatasetSelection) throws(DatasetError) -> DatasetContent {
    let folder = imageFolder(in: folder) ?? folder
    let missing = fileNames.filter { PathKind("\(folder)/\($0)") != .file }
    if let first = missing.first {
      throw .sizeMismatch(
        file: folder, expected: "the \(fileNames.count) files \(fileNames[0]) to \(fileNames.last!)",
        found: "\(fileNames.count - missing.count), without \(first)")
    }
    let pictures = try ImageFiles.read(fileNames.map { "\(folder)/\($0)" }, in: folder, selection)
    return pictures.content(Labels(classes: pictures.places.map { $0 / sideCount }, names: classNames))
  }
}

extension KnownDataset {
  static let coil20 = KnownDataset(
    name: "coil20", summary: "COIL-20, twenty objects from 72 sides each (Nene, Nayar, Murase)",
    count: Coil20.objectCount * Coil20.sideCount, height: 128, width: 128, channelCount: 1,
    classNames: Coil20.classNames,
    source: .files(
      SetFiles(
        names: ["obj1__0.png", "...", "obj20__71.png"],
        // Nobody publishes a checksum of it: what comes is judged by what it unpacks to.
        fetchables: [
          Fetchable(
            file: "coil-20-proc.zip",
            mirrors: [
              "https://www.cs.columbia.edu/CAVE/databases/SLAM_coil-20_coil-100/coil-20/",
              "http://www.cs.columbia.edu/CAVE/databases/SLAM_coil-20_coil-100/coil-20/",
            ], unpacks: Coil20.fileNames)
        ], isPresent: Coil20.isPresent, isComplete: Coil20.isComplete
      ) { folder, _, selection throws(DatasetError) in try Coil20.read(folder: folder, selection) }))
}
