import CLibrary
import MioTestSupport

/// A thread that ends the process, with a stack, when the test that it watches has used up its time.
///
/// Only the test's own time counts, in which the process runs or sleeps. The time in which its threads wait for
/// a processor is other programs': on a busy machine a test takes longer, and no more of its own time.
///
/// - Note: Tests in which nothing can block take no turns, and may run beside the one that is watched. Their
///   time cannot be told from its own.
public final class Watchdog: Sendable {
  /// The one that watches who has the turn.
  public static let shared = Watchdog()

  private struct Watch {
    let name: String
    let thread: SignalledThread
    var left: Duration
  }

  private let watch = Locked<Watch?>(nil)
  /// It watches for as long as the process runs.
  private let thread = Locked<TestThread?>(nil)

  private init() {
    thread.withLock { $0 = TestThread { self.run() } }
  }

  /// Watches the calling thread, which runs a test.
  public func watch(_ name: String, limit: Duration) {
    watch.withLock { $0 = Watch(name: name, thread: .current, left: limit) }
  }

  /// Ceases to watch.
  public func rest() {
    watch.withLock { $0 = nil }
  }

  /// How much of a tick was the process' own.
  ///
  /// - Parameters:
  ///   - tick: How long it was.
  ///   - processorTime: How long its threads ran meanwhile, all together.
  ///   - waits: How long they waited for a processor, all together.
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

  /// Ends the process by a signal to the thread that hangs: it is its stack that is printed then.
  private func end(_ watch: Watch) {
    let message = "\nThis test hangs, its time is used up: \(watch.name)\n"
    // Straight to standard error: nothing may be waited for here.
    _ = unsafe message.withCString { unsafe write(STDERR_FILENO, $0, strlen($0)) }
    watch.thread.send(SIGTRAP)
    // Long enough for the stack to be printed. The thread may be one that ends nothing.
    sleep(60)
    abort()
  }
}
