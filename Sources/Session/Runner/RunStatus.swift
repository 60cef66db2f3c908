/// How a run of a script ended; the raw values are exit statuses.
public enum RunStatus: Int32, Sendable {
  case succeeded = 0
  case failed = 1
  case interrupted = 130
}
