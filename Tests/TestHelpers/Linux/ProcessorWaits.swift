import CTestHelpers

/// How long the threads of this process have waited for a processor that was busy with other programs.
///
/// Used by one thread, which opens descriptors where no test sees them.
struct ProcessorWaits {
  private let isKnown = c_test_leave_descriptors() == 0
  private var before = Duration.zero

  /// The time that all threads together have waited since the last call.
  mutating func next() -> Duration {
    let total = isKnown ? c_test_waited_for_processor() : 0
    defer { before = .nanoseconds(total) }
    // Threads that have ended are not counted any more.
    return max(.zero, .nanoseconds(total) - before)
  }
}
