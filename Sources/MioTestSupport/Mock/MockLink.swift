/// The lock of mock files that change each other: the two ends of a connection, or the sockets of a network.
///
/// Each connection, network and source has its own, so that two tests at once share no lock. A link is locked before a
/// queue, never the other way round: a file that changes tells the queues that watch it.
final class MockLink: Sendable {
  private let monitor = Monitor()

  func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try monitor.withLock(body)
  }
}
