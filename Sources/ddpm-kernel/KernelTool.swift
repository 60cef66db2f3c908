import ArgumentParser
import Files
import Glibc
import Jupyter
import Session

/// The kernel's command line.
struct KernelTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ddpm-kernel",
    abstract: "Explore ClusterDDPM in Jupyter's notebooks and consoles.",
    version: "ddpm-kernel \(productVersion)",
    subcommands: [Start.self, Install.self], defaultSubcommand: Start.self)
}

/// What decides how a session computes and where its files are, as of ddpm-repl.
struct SessionOptions: ParsableArguments {
  @Option(help: "Where data sets are.", completion: .directory)
  var data: String?

  @Option(help: "The store of runs, in which scores are kept; else the user's.", completion: .file())
  var runs: String?

  @Option(help: "How many threads compute; results do not depend on it.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads needs a number from 1 to 1024, not \(threads).")
    }
  }

  /// The options as a command line has them.
  var words: [String] {
    [("--data", data), ("--runs", runs), ("--threads", threads.map(String.init))].flatMap { name, value in
      value.map { [name, $0] } ?? []
    }
  }
}

/// Tells whoever looks at the server's log, or started the program by hand.
func complain(_ text: String) {
  let bytes = Array("ddpm-kernel: \(text)\n".utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}
