public import MioCore

/// A bound listener, for checks that have no access to sockets.
public struct BoundListener<S: Selector & ~Copyable>: Sendable {
  let register: @Sendable (borrowing Registry<S>) throws(IOError) -> Void
  let close: @Sendable () -> Void
  let bindAgain: @Sendable () throws(IOError) -> Void

  /// Describes a listener that is bound and listening.
  ///
  /// - Parameters:
  ///   - register: Registers the listener for reading with the token 1.
  ///   - close: Closes the listener.
  ///   - bindAgain: Creates another listener with the same port, and closes it as well.
  public init(
    register: @escaping @Sendable (borrowing Registry<S>) throws(IOError) -> Void,
    close: @escaping @Sendable () -> Void,
    bindAgain: @escaping @Sendable () throws(IOError) -> Void
  ) {
    self.register = register
    self.close = close
    self.bindAgain = bindAgain
  }
}
