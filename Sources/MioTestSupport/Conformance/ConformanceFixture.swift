public import MioCore

/// What the conformance checks need to know of the selector and the streams that they are run on.
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
  ///   - makeListener: Makes a listener that the selector can watch; `nil` if there is no such thing, and
  ///     the check that needs one is left out.
  ///   - observePoller: Called on a thread that is going to poll, tells how other threads see it.
  ///   - unwatchable: An interest that the selector refuses with `.unsupported`.
  ///   - makeSelector: Makes a selector; by its initializer, if nothing else is said.
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
