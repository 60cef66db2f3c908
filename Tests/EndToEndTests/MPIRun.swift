import Glibc
import TestSupport
import Testing

/// The tool as mpirun runs it: several processes that train together.
struct MPIRun {
  private static let mpirun = "/usr/bin/mpirun"
  private static let compiler = "/usr/bin/mpicc"
  /// Where the library's source lies.
  static let source = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/mpi/ddpm_mpi.c"

  /// The library over MPI, made for the tests; nil where there is no MPI.
  private static let library: (folder: ScratchFolder, path: String)? = {
    guard access(mpirun, X_OK) == 0, access(compiler, X_OK) == 0 else { return nil }
    let folder = ScratchFolder()
    let path = "\(folder.path)/libddpm-mpi.so"
    guard compile(["-fPIC", "-shared", "-o", path, source], in: folder) else { return nil }
    return (folder, path)
  }()

  static var isPossible: Bool { library != nil }

  /// Whether mpicc succeeds.
  static func compile(_ arguments: [String], in folder: ScratchFolder) -> Bool {
    guard let running = try? Tool(in: folder).start(["-O1", "-Wall", "-Werror"] + arguments, program: compiler) else {
      return false
    }
    return running.wait().status == 0
  }

  let folder: ScratchFolder
  var threads = 1
  var variables: [String: String] = [:]

  /// Marks the processes of this run.
  private let mark = "DDPM_TEST_RUN"

  private var tool: Tool {
    var tool = Tool(in: folder)
    tool.environment = [
      "DDPM_MPI_LIBRARY": Self.library?.path ?? "", mark: folder.path, "OMPI_ALLOW_RUN_AS_ROOT": "1",
      "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "TMPDIR": "/tmp",
      // More processes than processors share them without spinning.
      "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
    ].merging(variables) { $1 }
    return tool
  }

  /// What every process is given before its own.
  private var common: [String] { ["--batch", "--no-rc", "--threads", "\(threads)"] }

  /// Starts so many processes.
  func start(_ count: Int, _ lines: [String]) throws -> Running {
    try start([(count, ["--mpi"] + common + lines.flatMap { ["-c", $0] }, Tool.path, folder.path)])
  }

  /// Starts processes of several kinds, the first of which has the first process.
  func start(_ kinds: [(count: Int, arguments: [String], program: String, folder: String)]) throws -> Running {
    let arguments = kinds.map { kind in
      ["-n", "\(kind.count)", "-wdir", kind.folder, kind.program] + kind.arguments
    }
    return try tool.start(
      ["--oversubscribe", "--bind-to", "none"] + arguments.joined(separator: [":"]), program: Self.mpirun)
  }

  func run(_ count: Int, _ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> Tool.Result {
    let result = try start(count, lines).wait(limit: .seconds(300), sourceLocation: sourceLocation)
    #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
    return result
  }

  /// The same in one process without MPI, batches cut as they are under it.
  func runAlone(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> Tool.Result {
    let result = try tool.start(common + ["--shards", "8"] + lines.flatMap { ["-c", $0] })
      .wait(limit: .seconds(300), sourceLocation: sourceLocation)
    #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
    return result
  }

  /// Starts one process without mpirun.
  func startAlone(_ arguments: [String]) throws -> Running { try tool.start(arguments) }

  /// The process of a rank; nil before it is there.
  func process(ofRank rank: Int) -> pid_t? {
    for name in ScratchFolder.names(in: "/proc") {
      guard let process = pid_t(name), let file = fopen("/proc/\(name)/environ", "r") else { continue }
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      let count = fread(&bytes, 1, bytes.count, file)
      let variables = bytes[..<count].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      if variables.contains("\(mark)=\(folder.path)"), variables.contains("OMPI_COMM_WORLD_RANK=\(rank)") {
        return process
      }
    }
    return nil
  }
}
