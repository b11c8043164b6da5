import CLibrary
import MioTestSupport

/// A thread that ends the process and prints a stack when the watched test has used up its time.
///
/// Only the test's own time counts, in which the process runs or sleeps. The time in which its
/// threads wait for a processor belongs to other programs. A test takes longer on a busy machine,
/// but it does not use more of its own time.
///
/// - Note: Tests that cannot block take no turns, and may run at the same time as the watched test.
///   Their time cannot be distinguished from the time of the watched test.
public final class Watchdog: Sendable {
  /// The watchdog of the test that has the turn.
  public static let shared = Watchdog()

  private struct Watch {
    let name: String
    let thread: SignalledThread
    var left: Duration
  }

  private let watch = Locked<Watch?>(nil)
  /// The thread runs as long as the process.
  private let thread = Locked<TestThread?>(nil)

  private init() {
    thread.withLock { $0 = TestThread { self.run() } }
  }

  /// Watches the calling thread, which runs a test.
  public func watch(_ name: String, limit: Duration) {
    watch.withLock { $0 = Watch(name: name, thread: .current, left: limit) }
  }

  /// Stops watching.
  public func rest() {
    watch.withLock { $0 = nil }
  }

  /// Returns the part of a tick that is the process's own time.
  ///
  /// - Parameters:
  ///   - tick: The length of the tick.
  ///   - processorTime: The total time that the threads ran during the tick.
  ///   - waits: The total time that the threads waited for a processor during the tick.
  /// - Returns: The time that counts.
  static func ownTime(
    of tick: Duration, processorTime: Duration, waits: Duration
  ) -> Duration {
    max(tick - waits, min(processorTime, tick))
  }

  private func run() -> Never {
    let tick = Duration.milliseconds(500)
    var waits = ProcessorWaits()
    var before = processorTime
    while true {
      usleep(500_000)
      let now = processorTime
      let own = Self.ownTime(of: tick, processorTime: now - before, waits: waits.next())
      before = now
      watch.withLock { watch in
        watch?.left -= own
        if let watch, watch.left < .zero { end(watch) }
      }
    }
  }

  /// Ends the process by a signal to the hanging thread, so that the stack of this thread is
  /// printed.
  private func end(_ watch: Watch) {
    let message = "\nThis test hangs, its time is used up: \(watch.name)\n"
    // The message goes directly to standard error, because this thread must not wait for anything.
    _ = unsafe message.withCString { unsafe write(STDERR_FILENO, $0, strlen($0)) }
    watch.thread.send(SIGTRAP)
    // The time is long enough to print the stack. The signal may not end the process on this
    // thread.
    sleep(60)
    abort()
  }
}
