import FoundationEssentials

/// The process's environment variables.
enum ProcessEnvironment {
  static var variables: [String: String] { ProcessInfo.processInfo.environment }
}
