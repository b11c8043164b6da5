/// The lock of mock files that change each other: the two ends of a connection, or the sockets of a
/// network.
///
/// Each connection, network and source has its own link, so that tests that run at the same time
/// share no lock. A link is always locked before a queue, because a file that changes notifies the
/// queues that watch it.
final class MockLink: @unchecked Sendable {
  // Safety of `@unchecked`: the queues are used under the lock.

  private let monitor = Monitor()
  private var notified: [MockQueue] = []

  /// Runs a function under the lock.
  ///
  /// The notified queues are released after the lock. The last reference to a queue may own files of
  /// this link, which lock it when they close.
  func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var released: [MockQueue] = []
    defer { released.removeAll() }
    return try monitor.withLock { () throws(Failure) in
      defer { swap(&released, &notified) }
      return try body()
    }
  }

  /// Keeps a queue until the lock is released.
  ///
  /// The caller holds the lock.
  func keep(_ queue: MockQueue) { notified.append(queue) }
}
