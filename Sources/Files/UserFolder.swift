import Glibc

/// The folders that the XDG base directory specification gives a program.
public enum UserFolder: Sendable {
  case cache
  case configuration
  case data
  case state

  private var variable: String {
    switch self {
    case .cache: "XDG_CACHE_HOME"
    case .configuration: "XDG_CONFIG_HOME"
    case .data: "XDG_DATA_HOME"
    case .state: "XDG_STATE_HOME"
    }
  }

  private var placeInHome: String {
    switch self {
    case .cache: ".cache"
    case .configuration: ".config"
    case .data: ".local/share"
    case .state: ".local/state"
    }
  }

  /// The program's own folder of this kind; nil without a home.
  ///
  /// - Parameter environment: the value of a variable; nil, or empty, where it is not set.
  public func path(_ environment: (_ variable: String) -> String?) -> String? {
    func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
    // The specification has relative paths ignored.
    let base = value(variable).flatMap { $0.hasPrefix("/") ? $0 : nil } ?? value("HOME").map { "\($0)/\(placeInHome)" }
    return base.map { "\($0)/ddpm-repl" }
  }

  /// Makes the folder and those above it, readable to the user alone; nil where that cannot be done.
  public func make(_ environment: (_ variable: String) -> String?) -> String? {
    guard let path = path(environment) else { return nil }
    do { try Folder.make(path, for: path, permissions: 0o700) } catch { return nil }
    return path
  }
}
