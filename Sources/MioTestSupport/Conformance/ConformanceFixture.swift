public import MioCore

/// A description of the selector and of the streams that the conformance checks run on.
public struct ConformanceFixture<
  S: Selector & ~Copyable, Stream: ByteStream & Sendable & ~Copyable
>:
  Sendable
{
  let makeSelector: @Sendable () throws(IOError) -> S
  let makePair: @Sendable () throws(IOError) -> ConnectedPair<Stream>
  let makeListener: (@Sendable () throws(IOError) -> BoundListener<S>)?
  let observePoller: @Sendable (borrowing Registry<S>) -> PollingThread
  let unwatchable: Interest

  /// Describes a selector.
  ///
  /// - Parameters:
  ///   - makePair: Makes a connected pair of streams that the selector can watch.
  ///   - makeListener: Makes a listener that the selector can watch. If the selector has no
  ///     listeners, pass `nil`, and leave out the check that needs one.
  ///   - observePoller: Describes the calling thread, which is about to poll, to other threads.
  ///   - unwatchable: An interest that the selector refuses with `.unsupported`.
  ///   - makeSelector: Makes a selector. By default it calls the selector's initializer.
  public init(
    makePair: @escaping @Sendable () throws(IOError) -> ConnectedPair<Stream>,
    makeListener: (@Sendable () throws(IOError) -> BoundListener<S>)? = nil,
    observePoller: @escaping @Sendable (borrowing Registry<S>) -> PollingThread,
    unwatchable: Interest = [.readable, .lio],
    makeSelector: @escaping @Sendable () throws(IOError) -> S = { () throws(IOError) in try S() }
  ) {
    self.makePair = makePair
    self.makeListener = makeListener
    self.observePoller = observePoller
    self.unwatchable = unwatchable
    self.makeSelector = makeSelector
  }

  func makePoll() throws(IOError) -> Poll<S> {
    Poll(try makeSelector())
  }
}
