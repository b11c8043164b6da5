public import MioCore

/// A listener with a port of its own, for checks that know no sockets.
public struct BoundListener<S: Selector & ~Copyable>: Sendable {
  let register: @Sendable (borrowing Registry<S>) throws(IOError) -> Void
  let close: @Sendable () -> Void
  let bindAgain: @Sendable () throws(IOError) -> Void

  /// Describes a listener that is bound, and listens.
  ///
  /// - Parameters:
  ///   - register: Registers it for reading, with the token 1.
  ///   - close: Closes it.
  ///   - bindAgain: Makes a listener with the same port, and closes that too.
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
