import CLibrary
public import MioTestSupport
import Synchronization

extension PollingThread {
  /// The thread that calls, which signals interrupt.
  ///
  /// Whether it sleeps, each system tells in a way of its own, so it is not asked.
  public static func current() -> PollingThread {
    let thread = SignalledThread.current
    acceptSignals()
    return PollingThread(
      interruption: Interruption(
        interrupt: { thread.send(SIGUSR1) },
        count: { handledSignals.load(ordering: .acquiring) }))
  }

  private static func acceptSignals() {
    // Not in the handler: it is made at its first use.
    _ = handledSignals.load(ordering: .relaxed)
    _ = signal(SIGUSR1) { _ in handledSignals.add(1, ordering: .releasing) }
    // Threads of Dispatch, on which tests run, block signals.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGUSR1)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}

private let handledSignals = Atomic<Int>(0)
