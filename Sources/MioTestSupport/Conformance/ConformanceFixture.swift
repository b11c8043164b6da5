public import MioCore

/// What the conformance checks need to know of the selector and the streams that they are run on.
public struct ConformanceFixture<
  S: Selector & ~Copyable, Stream: ByteStream & Sendable & ~Copyable
>:
  Sendable
{
  let makeSelector: @Sendable () throws(IOError) -> S
  let makePair: @Sendable () throws(IOError) -> ConnectedPair<Stream>
  let makeInterrupter: @Sendable (borrowing Registry<S>) -> @Sendable () -> Void

  /// Describes a selector.
  ///
  /// - Parameters:
  ///   - makePair: Makes a connected pair of streams that the selector can watch.
  ///   - makeInterrupter: Called on a thread that is going to poll, returns a function that other threads
  ///     call to interrupt the poll, as a signal handler does.
  ///   - makeSelector: Makes a selector; by its initializer, if nothing else is said.
  public init(
    makePair: @escaping @Sendable () throws(IOError) -> ConnectedPair<Stream>,
    makeInterrupter: @escaping @Sendable (borrowing Registry<S>) -> @Sendable () -> Void,
    makeSelector: @escaping @Sendable () throws(IOError) -> S = { () throws(IOError) in try S() }
  ) {
    self.makePair = makePair
    self.makeInterrupter = makeInterrupter
    self.makeSelector = makeSelector
  }

  func makePoll() throws(IOError) -> Poll<S> {
    Poll(try makeSelector())
  }
}
