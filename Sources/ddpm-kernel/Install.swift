import ArgumentParser
import Files
import Glibc
import Jupyter

/// `ddpm-kernel install`
struct Install: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Tell Jupyter of this kernel.")

  @Flag(help: "For this user; so it is where no prefix is given.")
  var user = false

  @Option(help: "For a Python environment, or /usr/local.", completion: .directory)
  var prefix: String?

  @Option(
    help: "The program that Jupyter is to start, where it is to lie elsewhere than this one.", completion: .file())
  var program: String?

  @OptionGroup var options: SessionOptions

  func validate() throws {
    if user, prefix != nil { throw ValidationError("--user and --prefix exclude one another.") }
  }

  func run() throws {
    let place = prefix.map(KernelSpecification.Place.prefix) ?? .user
    guard let folder = place.folder({ name in getenv(name).map { String(cString: $0) } }) else {
      throw ValidationError("HOME is not set: --prefix says where to install.")
    }
    do {
      try KernelSpecification(program: try program ?? Self.ownPath(), arguments: options.words).write(to: folder)
    } catch let error as FileError {
      complain("\(error)")
      throw ExitCode(1)
    }
    print("wrote \(folder)")
  }

  private static func ownPath() throws -> String {
    guard let path = realpath("/proc/self/exe", nil) else {
      throw ValidationError("the kernel's own program cannot be found under /proc: --program says where it lies.")
    }
    defer { free(path) }
    return String(cString: path)
  }
}
