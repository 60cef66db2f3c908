import Datasets
import Glibc
import TestSupport
import Testing

/// A way in which bytes from outside come in: whole files, how they are damaged, and what reads them.
struct Loader: Sendable, CustomTestStringConvertible {
  let name: String
  /// The damaged file's name.
  let file: String
  /// How many of the damaged files it gets, beside what others get.
  var share = 40
  /// Whole files, or what `packed` makes such files of.
  let wholes: @Sendable () throws -> [[UInt8]]
  var fragments: [[UInt8]] = []
  /// Files beside it that are not damaged.
  var others: [(name: String, bytes: [UInt8])] = []
  /// Makes a file of a damaged content: compressed, or with right checksums and lengths.
  var packed: @Sendable ([UInt8]) -> [UInt8] = { $0 }
  /// Whether whole files are taken as they are.
  var takesWhole = true
  /// Gives, for a folder, what reads the file in it; that throws the error that a user would be shown.
  let reader: @Sendable (ScratchFolder) throws -> (_ path: String) throws -> Void

  var testDescription: String { name }

  static let all = datasetLoaders + sessionLoaders + jupyterLoaders

  /// A single whole file.
  static func only(_ file: @escaping @Sendable @autoclosure () throws -> [UInt8]) -> @Sendable () throws -> [[UInt8]] {
    { [try file()] }
  }

  /// Whole files that are there.
  static func these(_ files: [[UInt8]]) -> @Sendable () throws -> [[UInt8]] { { files } }

  /// A folder with what lies beside the file.
  func folder() -> ScratchFolder {
    let folder = ScratchFolder(inMemory: true)
    for (name, bytes) in others + [(file, [])] {
      let parts = name.split(separator: "/").dropLast()
      for count in parts.indices { mkdir("\(folder.path)/\(parts[...count].joined(separator: "/"))", 0o700) }
      folder.write(name, bytes)
    }
    return folder
  }
}

/// How much memory this process had at most, in megabytes.
var peakMegabytes: Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss >> 10
}

/// What this thread has computed so far.
var processorSeconds: Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
