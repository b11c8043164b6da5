/// A handle that makes a poll return from another thread.
///
/// The wakers of a poll are ``PollWaker`` values. Code that only wakes takes a generic `Waker`, so
/// that tests can pass another type.
public protocol Waker: ~Copyable, Sendable {
  /// Makes the current poll, or the next one, report this waker's token.
  ///
  /// - Throws: ``IOError`` if the system refuses the signal.
  borrowing func wake() throws(IOError)
}
