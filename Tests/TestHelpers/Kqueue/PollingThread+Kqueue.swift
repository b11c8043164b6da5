import CLibrary
public import MioTestSupport
import Synchronization

extension PollingThread {
  /// Returns the calling thread, which signals interrupt.
  ///
  /// The result does not report whether the thread sleeps, because each system has its own
  /// interface for that.
  public static func current() -> PollingThread {
    let thread = SignalledThread.current
    acceptSignals()
    return PollingThread(
      interruption: Interruption(
        interrupt: { thread.send(SIGUSR1) },
        count: { handledSignals.load(ordering: .acquiring) }))
  }

  private static func acceptSignals() {
    // The counter is created at its first use, which must not be in the signal handler.
    _ = handledSignals.load(ordering: .relaxed)
    _ = signal(SIGUSR1) { _ in handledSignals.add(1, ordering: .releasing) }
    // The tests run on Dispatch's threads, which block signals.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGUSR1)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}

private let handledSignals = Atomic<Int>(0)
