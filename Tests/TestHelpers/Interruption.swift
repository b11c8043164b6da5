import Glibc

/// Interrupts a thread by a signal whose handler does nothing.
public enum Interruption {
  /// Called on the thread that shall be interrupted; the function is called on another.
  public static func ofThisThread() -> @Sendable () -> Void {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in }
    unsafe sigaction(SIGUSR1, &action, nil)
    // Threads of Dispatch, on which tests run, block signals.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGUSR1)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    let thread = pthread_self()
    return {
      pthread_kill(thread, SIGUSR1)
      usleep(200)
    }
  }
}
