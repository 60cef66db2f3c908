import CommandLanguage
import Files

extension ScriptRunner {
  /// Runs the user's start-up file, `rc.ddpm` in the folder of configuration, if there is one.
  ///
  /// - Parameter report: takes what is wrong with the file itself, which counts as no failure.
  public func runStartUpFile(report: (String) -> Void) {
    guard let folder = UserFolder.configuration.path({ ProcessEnvironment.variables[$0] }) else { return }
    let path = "\(folder)/rc.ddpm"
    guard PathKind(path) != .missing else { return }
    do {
      let (source, badLines) = try ScriptFile.readSkippingBadLines(path)
      for line in badLines { report("\(path):\(line): left out, for it is not text in UTF-8") }
      runUnremembered(Script(parsing: source))
    } catch {
      report("\(error)")
    }
  }
}
