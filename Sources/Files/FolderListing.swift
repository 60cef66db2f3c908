import Glibc

/// What lies in folders, for completion.
public enum FolderListing {
  /// Files and folders that start with `typed`, folders with a slash behind; files by ending if any are named; in order.
  public static func names(startingWith typed: String, endings: [String]) -> [String] {
    let slash = typed.lastIndex(of: "/")
    let folder = slash.map { String(typed[...$0]) } ?? ""
    let prefix = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
    guard let place = try? HomeFolder.expanding(folder.isEmpty ? "." : folder), let directory = opendir(place) else {
      return []
    }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      // Hidden files show up for those who ask for them.
      guard name != ".", name != "..", name.hasPrefix(prefix), !name.hasPrefix(".") || prefix.hasPrefix(".") else {
        continue
      }
      var status = stat()
      let isFolder = stat("\(place)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      let isWanted = endings.isEmpty || endings.contains { name.lowercased().hasSuffix(".\($0)") }
      if isFolder { found.append(folder + name + "/") } else if isWanted { found.append(folder + name) }
    }
    return found.sorted()
  }
}
