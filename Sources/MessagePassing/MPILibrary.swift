import Glibc

/// The library over MPI that is built from mpi/ddpm_mpi.c, loaded into this process.
///
/// It is no part of the program, which runs without MPI. Functions return MPI's error code, 0 for none.
struct MPILibrary: Sendable {
  /// As ddpm_mpi_interface says; raised when functions change.
  private static let interface: Int32 = 2
  static let fileName = "libddpm-mpi.so"

  /// What is awaited by `test`.
  enum Request: Int32 { case common, sent, received }

  typealias Numbers = UnsafePointer<Int32>
  typealias Floats = UnsafePointer<Float>
  typealias MutableFloats = UnsafeMutablePointer<Float>

  let start:
    @convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32
  let gatherBytes: @convention(c) (UnsafeRawPointer?, Int32, UnsafeMutableRawPointer?) -> Int32
  let gatherFloats: @convention(c) (Floats?, Int32, MutableFloats?, Numbers, Numbers) -> Int32
  let exchangeFloats: @convention(c) (Floats?, Numbers, Numbers, MutableFloats?, Numbers, Numbers) -> Int32
  let broadcast: @convention(c) (UnsafeMutableRawPointer?, Int32) -> Int32
  let test: @convention(c) (Int32, UnsafeMutablePointer<Int32>) -> Int32
  let post: @convention(c) (Int32, UnsafeRawPointer?, Int32) -> Int32
  let findLetter: @convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32
  let takeLetter: @convention(c) (Int32, UnsafeMutableRawPointer?, Int32) -> Int32
  let call: @convention(c) (Int32, Int32) -> Int32
  let takeCall: @convention(c) (Int32, UnsafeMutablePointer<Int32>) -> Int32
  let abort: @convention(c) (Int32) -> Void
  let finish: @convention(c) () -> Int32
  let processors: @convention(c) () -> Int32
  private let errorText: @convention(c) (Int32, UnsafeMutablePointer<CChar>, Int32) -> Void

  /// Loads the library that DDPM_MPI_LIBRARY names, or else the one that belongs to the program.
  ///
  /// - Throws: `MPIError.library`.
  init() throws(MPIError) {
    let path =
      if let named = getenv("DDPM_MPI_LIBRARY") { String(cString: named) } else { try Self.pathOfProgramsOwn() }
    // MPI's own plug-ins look for its names among those of the whole process.
    guard let handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
      throw .library(path: path, reason: dlerror().map { String(cString: $0) } ?? "it cannot be loaded")
    }
    func function<Function>(_ name: String, _ type: Function.Type) throws(MPIError) -> Function {
      guard let address = dlsym(handle, "ddpm_mpi_\(name)") else {
        throw .library(path: path, reason: "it has no ddpm_mpi_\(name)")
      }
      return unsafeBitCast(address, to: type)
    }
    let found = try function("interface", (@convention(c) () -> Int32).self)()
    guard found == Self.interface else {
      throw .library(path: path, reason: "it is of version \(found), this program needs \(Self.interface)")
    }
    start = try function(
      "start",
      (@convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32)
        .self)
    gatherBytes = try function(
      "gather_bytes", (@convention(c) (UnsafeRawPointer?, Int32, UnsafeMutableRawPointer?) -> Int32).self)
    gatherFloats = try function(
      "gather_floats", (@convention(c) (Floats?, Int32, MutableFloats?, Numbers, Numbers) -> Int32).self)
    exchangeFloats = try function(
      "exchange_floats",
      (@convention(c) (Floats?, Numbers, Numbers, MutableFloats?, Numbers, Numbers) -> Int32).self)
    broadcast = try function("broadcast", (@convention(c) (UnsafeMutableRawPointer?, Int32) -> Int32).self)
    test = try function("test", (@convention(c) (Int32, UnsafeMutablePointer<Int32>) -> Int32).self)
    post = try function("post", (@convention(c) (Int32, UnsafeRawPointer?, Int32) -> Int32).self)
    findLetter = try function(
      "find_letter", (@convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32).self)
    takeLetter = try function("take_letter", (@convention(c) (Int32, UnsafeMutableRawPointer?, Int32) -> Int32).self)
    call = try function("call", (@convention(c) (Int32, Int32) -> Int32).self)
    takeCall = try function("take_call", (@convention(c) (Int32, UnsafeMutablePointer<Int32>) -> Int32).self)
    abort = try function("abort", (@convention(c) (Int32) -> Void).self)
    finish = try function("finish", (@convention(c) () -> Int32).self)
    processors = try function("processors", (@convention(c) () -> Int32).self)
    errorText = try function(
      "error_text", (@convention(c) (Int32, UnsafeMutablePointer<CChar>, Int32) -> Void).self)
  }

  /// Beside the program, where it is built, or under the lib folder beside the program's, where it is installed.
  private static func pathOfProgramsOwn() throws(MPIError) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let program = String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let folders = program.split(separator: "/").dropLast()
    let places = ["/\(folders.joined(separator: "/"))", "/\(folders.dropLast().joined(separator: "/"))/lib/ddpm-repl"]
      .map { "\($0)/\(fileName)" }
    guard let path = places.first(where: { access($0, F_OK) == 0 }) else {
      throw .library(path: places.joined(separator: " or "), reason: "it is not there")
    }
    return path
  }

  /// Throws `MPIError.refused` for an error code.
  func check(_ code: Int32) throws(MPIError) {
    guard code != 0 else { return }
    var text = [CChar](repeating: 0, count: 256)
    errorText(code, &text, Int32(text.count))
    throw .refused(reason: String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}
