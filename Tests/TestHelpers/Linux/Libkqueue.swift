import MioCore

// kqueue on Linux, if `scripts/test-kqueue` has built the tests with it.
#if MIO_KQUEUE_CALLS

import CLibkqueue
import MioKqueue

enum Libkqueue {
  static let isThere = true

  static func makePoll(capacity: Int) throws(IOError) -> any TestPoll {
    try PollBox(Poll<KqueueSelector>(), capacity: capacity)
  }

  static func makeLosslessPoll(capacity: Int) throws(IOError) -> any TestPoll {
    try PollBox(Poll<KqueueBackend<LosslessKqueueCalls>>(), capacity: capacity)
  }

  /// Waits until all descriptors of closed kqueues are closed.
  ///
  /// A thread of libkqueue closes them.
  static func settle() {
    // The first kqueue opens descriptors that stay open.
    _ = first
    libkqueue_drain_pending_close()
  }

  private static let first: Void = { _ = try? KqueueSelector() }()
}

#else

enum Libkqueue {
  static let isThere = false

  static func makePoll(capacity: Int) throws(IOError) -> any TestPoll {
    throw IOError(.unsupported, operation: .createSelector)
  }

  static func makeLosslessPoll(capacity: Int) throws(IOError) -> any TestPoll {
    try makePoll(capacity: capacity)
  }

  static func settle() {}
}

#endif
