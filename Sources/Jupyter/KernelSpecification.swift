import Files
import Glibc
import JSONValues
import Notebooks

/// What tells Jupyter how to start the kernel: a folder `kernels/ddpm` with `kernel.json` and logos.
public struct KernelSpecification: Sendable {
  /// The kernel's program.
  public let program: String
  /// Arguments beside the connection file.
  public let arguments: [String]

  public init(program: String, arguments: [String] = []) { (self.program, self.arguments) = (program, arguments) }

  /// Where Jupyter looks: under the user's data folder, or a prefix such as `/usr/local` or that of a Python environment.
  public enum Place: Sendable {
    case user
    case prefix(String)

    /// The folder of the kernel; nil for a user without a home.
    public func folder(_ environment: (String) -> String?) -> String? {
      switch self {
      case .prefix(let prefix): return "\(prefix)/share/jupyter/kernels/\(KernelIdentity.name)"
      case .user:
        if let folder = environment("JUPYTER_DATA_DIR") { return "\(folder)/kernels/\(KernelIdentity.name)" }
        if let folder = environment("XDG_DATA_HOME") { return "\(folder)/jupyter/kernels/\(KernelIdentity.name)" }
        return environment("HOME").map { "\($0)/.local/share/jupyter/kernels/\(KernelIdentity.name)" }
      }
    }
  }

  /// What stands in `kernel.json`.
  public var json: String {
    let words = [program] + arguments + ["--connection-file", "{connection_file}"]
    let value: JSONValue = [
      "argv": .array(words.map { .string($0) }), "display_name": .string(KernelIdentity.displayName),
      "language": .string(KernelIdentity.language),
      "interrupt_mode": "signal", "metadata": ["debugger": false],
    ]
    return value.description + "\n"
  }

  /// Writes the folder's files, over those that are there; throws `FileError`.
  public func write(to folder: String) throws(FileError) {
    try Self.write(Array(json.utf8), to: "\(folder)/kernel.json")
    try Self.write(Array(Self.logo.utf8), to: "\(folder)/logo-svg.svg")
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let writer = try FileWriter(path: path)
    try writer.write(bytes)
    try writer.finish()
  }

  /// Three clusters of a mixture.
  static let logo = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">
    <rect width="64" height="64" rx="10" fill="#20303f"/>
    <g fill="none" stroke-width="1.5">
    <ellipse cx="23" cy="22" rx="14" ry="10" stroke="#f2a65a"/>
    <ellipse cx="43" cy="27" rx="11" ry="13" stroke="#7fc8a9"/>
    <ellipse cx="28" cy="46" rx="15" ry="8" stroke="#8ab6f9"/>
    </g>
    <g fill="#f2a65a"><circle cx="18" cy="20" r="2.4"/><circle cx="25" cy="25" r="2.4"/><circle cx="28" cy="17" r="2.4"/></g>
    <g fill="#7fc8a9"><circle cx="44" cy="20" r="2.4"/><circle cx="40" cy="30" r="2.4"/><circle cx="47" cy="34" r="2.4"/></g>
    <g fill="#8ab6f9"><circle cx="20" cy="46" r="2.4"/><circle cx="28" cy="43" r="2.4"/><circle cx="35" cy="48" r="2.4"/></g>
    </svg>

    """
}
