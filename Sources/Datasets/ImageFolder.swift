import Evaluation
import Files
import Images

/// A folder of PNG and JPEG files: with a subfolder for each class, named as the class; or without subfolders and labels.
///
/// Classes and the files of each come in natural order (`cat2` before `cat10`). Hidden files, files with other
/// endings, and subfolders beside files that lie in the folder itself are left out.
struct ImageFolder {
  private let path: String
  /// Paths of the files in the folder itself.
  private let files: [String]
  /// The visible subfolders, with the paths of their files.
  private let subfolders: [(name: String, files: [String])]

  init(_ path: String) throws(DatasetError) {
    self.path = path
    func files(in folder: String) throws(DatasetError) -> [String] {
      try ImageFiles.names(in: folder).map { "\(folder)/\($0)" }
    }
    let names: [String]
    do { names = try Folder.names(in: path) } catch { throw .file(error) }
    self.files = names.filter(ImageFiles.isNamedImage).map { "\(path)/\($0)" }
    var subfolders: [(name: String, files: [String])] = []
    for name in names where !ImageFiles.isNamedImage(name) && PathKind("\(path)/\(name)") == .folder {
      subfolders.append((name, try files(in: "\(path)/\(name)")))
    }
    self.subfolders = subfolders
  }

  /// Whether there are PNG or JPEG files in the folder or in its subfolders.
  var holdsImages: Bool { !files.isEmpty || subfolders.contains { !$0.files.isEmpty } }

  func read(_ selection: DatasetSelection) throws(DatasetError) -> DatasetContent {
    guard let file = files.first else { return try readClasses(selection) }
    if let folder = subfolders.first(where: { !$0.files.isEmpty }) {
      throw .unsupported(
        file: path, expected: "PNG or JPEG files either in the folder itself or in subfolders, a class each",
        found: "both \(file) and \(folder.files[0])")
    }
    return try ImageFiles.read(files, in: path, selection).content(nil)
  }

  private func readClasses(_ selection: DatasetSelection) throws(DatasetError) -> DatasetContent {
    if let empty = subfolders.first(where: \.files.isEmpty) {
      throw .unsupported(
        file: "\(path)/\(empty.name)", expected: "PNG or JPEG files of the class \(empty.name)",
        found: "none; move the folder away if it is no class")
    }
    guard subfolders.count <= Labels.classLimit else {
      throw .unsupported(
        file: path, expected: "at most \(Labels.classLimit) subfolders, a class each", found: "\(subfolders.count)")
    }
    let classes = subfolders.indices.flatMap { [Int](repeating: $0, count: subfolders[$0].files.count) }
    let pictures = try ImageFiles.read(subfolders.flatMap(\.files), in: path, selection)
    return pictures.content(Labels(classes: pictures.places.map { classes[$0] }, names: subfolders.map(\.name)))
  }
}

extension DatasetFormat {
  static let imageFolder = DatasetFormat(
    name: "a folder of PNG or JPEG files", sign: ", with a subfolder for each class if there are classes",
    // What cannot be listed is taken on, so that reading says why.
    recognises: { path, kind in kind == .folder && (try? ImageFolder(path).holdsImages) ?? true },
    read: { path, selection throws(DatasetError) in try ImageFolder(path).read(selection) })
}
