/// The lock of mock files that change each other: the two ends of a connection, or the sockets of a
/// network.
///
/// Each connection, network and source has its own link, so that tests that run at the same time
/// share no lock. A link is always locked before a queue, because a file that changes notifies the
/// queues that watch it.
final class MockLink: Sendable {
  private let monitor = Monitor()

  func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try monitor.withLock(body)
  }
}
