import Glibc

/// The folders that the XDG base directory specification gives a program.
enum UserFolder {
  case configuration
  case state

  /// The program's own folder; nil without a home.
  var path: String? {
    let (variable, fallback) =
      switch self {
      case .configuration: ("XDG_CONFIG_HOME", ".config")
      case .state: ("XDG_STATE_HOME", ".local/state")
      }
    // The specification has relative paths ignored.
    if let base = EnvironmentVariable.value(of: variable), base.hasPrefix("/") { return "\(base)/ddpm-repl" }
    return EnvironmentVariable.value(of: "HOME").map { "\($0)/\(fallback)/ddpm-repl" }
  }

  /// Makes the folder and those above it, readable to the user alone.
  func make() -> String? {
    guard let path else { return nil }
    var partial = ""
    for component in path.split(separator: "/") {
      partial += "/" + component
      if mkdir(partial, 0o700) != 0 && errno != EEXIST { return nil }
    }
    return path
  }
}
