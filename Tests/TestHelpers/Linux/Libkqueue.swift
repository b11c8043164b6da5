import MioCore

// kqueue on Linux, when `scripts/test-kqueue` has built the tests with it.
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

  /// Waits until all that belongs to kqueues that are gone is closed; libkqueue does so in a thread.
  static func settle() {
    // The first kqueue opens descriptors that stay.
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
