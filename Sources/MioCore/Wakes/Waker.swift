/// Something that makes a poll return from another thread.
///
/// A poll's own wakers are ``PollWaker`` values. Code that only needs to wake takes a `Waker`, so
/// that tests can hand it another.
public protocol Waker: ~Copyable, Sendable {
  /// Makes the poll under way, or the next one, report this waker's token.
  ///
  /// - Throws: ``IOError`` when the system refuses to signal.
  borrowing func wake() throws(IOError)
}
