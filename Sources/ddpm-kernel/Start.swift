import ArgumentParser
import CommandLanguage
import Files
import Glibc
import Jupyter
import Session
import TensorEngine

/// `ddpm-kernel --connection-file FILE`, which Jupyter runs.
struct Start: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve a session to Jupyter, which runs this.")

  @Option(help: "Where to listen, and the key: the file that Jupyter writes.", completion: .file(extensions: ["json"]))
  var connectionFile: String

  @OptionGroup var options: SessionOptions

  func run() throws {
    Parallel.threadCount = options.threads ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    var state = SessionState()
    state.settings.dataFolder = options.data
    do {
      let kernel = try Kernel(try ConnectionFile(path: connectionFile)) { frontEnd in
        try ScriptRunner(commands: sessionCommands, state: state, frontEnd: frontEnd)
      }
      let runner = kernel.session
      let keeper = SessionKeeper(report: kernel.note)
      runner.keep(by: keeper)
      if let path = options.runs ?? RunLedger.usualPath { runner.ledger = RunLedger(path: path, report: kernel.note) }
      runner.runStartUpFile(report: complain)
      try kernel.run()
      keeper?.end(runner.state, runner.isQuitting ? .left : .cutShort)
    } catch let error as ExitCode {
      throw error
    } catch {
      complain("\(error)")
      throw ExitCode(1)
    }
  }
}
