import Files

/// Where data sets are looked for.
///
/// The folder of `--data` alone if it is given; else that of DDPM_DATA alone if it is set; else `./data`, then
/// `ddpm-repl` in the XDG cache folder. A set lies in a folder of its name inside one of these.
public struct DatasetLocator: Sendable, Equatable {
  /// The folders in the order of search.
  public let folders: [String]
  /// The folder that downloads go to: the one named by the user, else the cache; nil where there is no home.
  public let downloadFolder: String?
  /// Where sets go that are too large for memory.
  public let pixelCache: PixelCache
  private let home: String?

  /// - Parameters:
  ///   - dataOption: the value of `--data`, if given.
  ///   - environment: DDPM_DATA, XDG_CACHE_HOME and HOME are read; an empty value counts as unset.
  public init(dataOption: String?, environment: [String: String]) {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    home = variable("HOME")
    let cache = UserFolder.cache.path { environment[$0] }
    pixelCache = PixelCache(folder: cache.map { $0 + "/pixels" })
    if let named = dataOption ?? variable("DDPM_DATA") {
      let folder = Self.expanding(named, home: home)
      folders = [folder]
      downloadFolder = folder
      return
    }
    folders = ["./data"] + (cache.map { [$0] } ?? [])
    downloadFolder = cache
  }

  /// Every folder that could hold the set `name`, in the order of search.
  public func candidates(for name: String) -> [String] {
    folders.map { $0 + "/" + name }
  }

  /// A path with a leading `~` or `~user` written out, as far as it can be.
  public func expanding(_ path: String) -> String {
    Self.expanding(path, home: home)
  }

  private static func expanding(_ path: String, home: String?) -> String {
    // What cannot be written out is refused where it is used.
    (try? HomeFolder.expanding(path, home: home)) ?? path
  }
}
