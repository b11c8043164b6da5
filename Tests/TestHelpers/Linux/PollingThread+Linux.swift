import Glibc
public import MioTestSupport
import Synchronization

extension PollingThread {
  /// The thread that calls, which signals interrupt.
  public static func current() -> PollingThread {
    let this = SleepingThread.current
    let thread = pthread_self()
    acceptSignals()
    return PollingThread(
      isWaiting: { this.isAsleep },
      interruption: Interruption(
        interrupt: {
          guard this.isAsleep else { return }
          let before = handledSignals.load(ordering: .acquiring)
          pthread_kill(thread, SIGUSR1)
          // A signal may come late, and not at all to a thread that is about to end its wait.
          for _ in 0..<1000 where handledSignals.load(ordering: .acquiring) == before {
            usleep(100)
          }
        },
        count: { handledSignals.load(ordering: .acquiring) }))
  }

  private static func acceptSignals() {
    // Not in the handler: it is made at its first use.
    _ = handledSignals.load(ordering: .relaxed)
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in
      handledSignals.add(1, ordering: .releasing)
    }
    unsafe sigaction(SIGUSR1, &action, nil)
    // Threads of Dispatch, on which tests run, block signals.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGUSR1)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}

private let handledSignals = Atomic<Int>(0)
