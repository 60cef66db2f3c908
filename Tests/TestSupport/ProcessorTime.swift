import Glibc

/// The time for which this thread has a processor while `body` runs: what else the machine has to do does not count, as it
/// does for a test's time limit.
public func processorTime(_ body: () throws -> Void) rethrows -> Duration {
  let start = processorTimeOfThisThread
  try body()
  return processorTimeOfThisThread - start
}

private var processorTimeOfThisThread: Duration {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
