import CTestHelpers

/// The time that the threads of this process wait for a processor while other programs use it.
///
/// Only one thread uses it. It leaves the descriptor table of the process, so that tests do not see
/// the descriptors that it opens.
struct ProcessorWaits {
  private let isKnown = c_test_leave_descriptors() == 0
  private var before = Duration.zero

  /// Returns the total time that all threads have waited since the last call.
  mutating func next() -> Duration {
    let total = isKnown ? c_test_waited_for_processor() : 0
    defer { before = .nanoseconds(total) }
    // The total does not include threads that have ended, so it can decrease.
    return max(.zero, .nanoseconds(total) - before)
  }
}
