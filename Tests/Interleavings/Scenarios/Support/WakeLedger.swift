import Loom
import MioCore

/// The wakes, the reports, and the owed reports.
///
/// Each wake has a value in plain memory. Its thread writes the value before the wake, and the
/// poller reads it after the report.
final class WakeLedger {
  private struct Wake {
    let token: UInt
    let end: Int
    let gift: Plain<Bool>
  }

  /// The wakes that have returned, and whose values were not read.
  private var wakes: [Wake] = []
  /// The time of the last report of each token.
  private var reported: [UInt: Int] = [:]
  private var reportCounts: [UInt: Int] = [:]
  private var wakeCounts: [UInt: Int] = [:]
  /// The time of the last failed wake of each token.
  private var failed: [UInt: Int] = [:]
  private(set) var owed: Set<UInt> = []
}

// MARK: - Calls of the threads

extension WakeLedger {
  /// Wakes the poller, and returns whether no wake failed.
  @discardableResult
  func wake(_ waker: PollWaker, times: Int = 1) -> Bool {
    var isGood = true
    for _ in 0..<times {
      let start = Loom.now
      let token = waker.token.rawValue
      let gift = Plain("what a waker leaves", false)
      gift.write(true)
      wakeCounts[token, default: 0] += 1
      if kind({ () throws(IOError) in try waker.wake() }) != nil {
        isGood = false
        forgive(token, since: start)
        continue
      }
      wakes.append(Wake(token: token, end: Loom.now, gift: gift))
      if max(reported[token, default: -1], failed[token, default: -1]) < start {
        owed.insert(token)
      }
    }
    return isGood
  }

  /// Applies a failed wake: wakes of copies of its waker that relied on it may be lost with it.
  private func forgive(_ token: UInt, since start: Int) {
    failed[token] = Loom.now
    if wakes.contains(where: { $0.token == token && $0.end > start }) { owed.remove(token) }
  }

  /// Polls once.
  @discardableResult
  func poll<S: Selector & ~Copyable>(
    _ poller: Poller<S>, _ timeout: Duration? = nil
  ) throws -> [UInt] {
    let start = Loom.now
    let tokens = try poller.wait(timeout)
    for token in tokens { take(token, pollBegan: start) }
    return tokens
  }

  private func take(_ token: UInt, pollBegan start: Int) {
    owed.remove(token)
    reported[token] = Loom.now
    reportCounts[token, default: 0] += 1
    // This poll reports each wake that returned before the poll began, unless an earlier poll has
    // reported it.
    for wake in wakes where wake.token == token && wake.end < start { _ = wake.gift.read() }
    wakes.removeAll { $0.token == token && $0.end < start }
  }

  /// Polls without a timeout, until no thread can end a poll; then no report may be owed.
  func pollUntilQuiet<S: Selector & ~Copyable>(_ poller: Poller<S>) throws {
    do {
      while true { try poll(poller) }
    } catch is WaitsForEver {
      checkQuiet()
    }
  }
}

// MARK: - Conditions

extension WakeLedger {
  /// Checks that no report is owed.
  func checkQuiet() {
    Loom.check(owed.isEmpty, "the poller sleeps for ever, and a wake of \(owed.sorted()) is owed")
  }

  /// Checks after all threads that nothing more is reported, and that each report belongs to a
  /// wake.
  func finish<S: Selector & ~Copyable>(_ poller: Poller<S>) throws {
    for _ in 0..<2 { try poll(poller, .zero) }
    Loom.check(owed.isEmpty, "a wake of \(owed.sorted()) was never reported")
    for (token, count) in reportCounts {
      let wakes = wakeCounts[token, default: 0]
      Loom.check(count <= wakes, "\(wakes) wakes of \(token), \(count) reports")
    }
  }
}

/// Returns the kind of the error that an operation throws, or `nil` if it does not throw.
func kind(_ operation: () throws(IOError) -> Void) -> IOError.Kind? {
  do throws(IOError) {
    try operation()
    return nil
  } catch {
    return error.kind
  }
}
