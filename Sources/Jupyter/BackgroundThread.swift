import Glibc

/// A thread that runs one function to its end.
final class BackgroundThread {
  private var thread = pthread_t()

  /// The function, on its way to the thread.
  private final class Start {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Begins; signals go to other threads. What the body uses is the thread's own from here on.
  init(_ body: @escaping () -> Void) {
    let start = Unmanaged.passRetained(Start(body))
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let failure = pthread_create(&thread, nil, runStart, start.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    precondition(failure == 0, "no thread: \(String(cString: strerror(failure)))")
  }

  /// Waits for the end.
  func join() { pthread_join(thread, nil) }

  private let runStart: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { start in
    Unmanaged<Start>.fromOpaque(start!).takeRetainedValue().body()
    return nil
  }
}
