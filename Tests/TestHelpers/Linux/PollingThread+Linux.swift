import Glibc
public import MioTestSupport
import Synchronization

extension PollingThread {
  /// Returns the calling thread, which signals interrupt.
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
          // A signal may arrive late. It may not arrive at all if the thread is about to end its
          // wait.
          for _ in 0..<1000 where handledSignals.load(ordering: .acquiring) == before {
            usleep(100)
          }
        },
        count: { handledSignals.load(ordering: .acquiring) }))
  }

  static func acceptSignals() {
    // The counter is created at its first use, which must not be in the signal handler.
    _ = handledSignals.load(ordering: .relaxed)
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in
      handledSignals.add(1, ordering: .releasing)
    }
    unsafe sigaction(SIGUSR1, &action, nil)
    // The tests run on Dispatch's threads, which block signals.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGUSR1)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}

let handledSignals = Atomic<Int>(0)
