public import MioCore
import MioSignals

/// The poll of a server, with the space for its events, and the ways to stop the server.
public struct ServerPoll<S: Selector & ~Copyable>: ~Copyable {
  @usableFromInline
  var poll: Poll<S>

  @usableFromInline
  var events: Events<S>

  /// The signals that stop the server, or `nil` if no signal does.
  var signals: SignalSource?

  // The tokens of a table are larger.
  @inlinable
  static var listenerToken: Token { 0 }

  @inlinable
  static var stopToken: Token { 1 }

  @inlinable
  init(capacity: Int = 256) throws(IOError) {
    let poll = try Poll<S>()
    events = try Events(capacity: capacity)
    self.poll = poll
  }

  /// Stops the server when SIGINT or SIGTERM arrives.
  ///
  /// - Throws: ``IOError`` if the system has no descriptor left.
  public mutating func stopOnTermination() throws(IOError) {
    let signals = try SignalSource([.interrupt, .terminate])
    try poll.registry.register(signals, token: Self.stopToken, interest: .readable)
    self.signals = consume signals
  }

  /// Creates a waker that stops the server from any thread.
  ///
  /// - Throws: ``IOError`` if the system has no descriptor left.
  public borrowing func makeStopWaker() throws(IOError) -> PollWaker {
    try poll.registry.makeWaker(token: Self.stopToken)
  }
}
