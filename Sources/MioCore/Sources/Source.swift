/// An object that can be registered: a socket, a pipe, a raw descriptor, or a wrapper of any of
/// them.
///
/// A program registers a source through a ``Registry``, and never calls these methods itself. Mio's
/// own sources keep a ``RegistrationState`` beside their descriptor, and pass both to the registry.
/// A wrapper forwards the call to its content:
///
///     struct Connection: Source, ~Copyable {
///       var stream: TCPStream
///
///       borrowing func register<S: Selector & ~Copyable>(
///         with registry: borrowing Registry<S>,
///         token: Token, interest: Interest, mode: TriggerMode
///       ) throws(IOError) {
///         try registry.register(stream, token: token, interest: interest, mode: mode)
///       }
///       // and the same for the other two
///     }
///
/// - SeeAlso: mio 1.2.2 `event::Source`.
public protocol Source: ~Copyable {
  /// Registers the source.
  ///
  /// - Throws: ``IOError``, which ``Registry/register(_:token:interest:mode:)`` passes on to its
  ///   caller.
  borrowing func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  /// Replaces the registration of the source.
  ///
  /// - Throws: ``IOError``, which ``Registry/reregister(_:token:interest:mode:)`` passes on to its
  ///   caller.
  borrowing func reregister<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  /// Stops watching the source.
  ///
  /// - Throws: ``IOError``, which ``Registry/deregister(_:)`` passes on to its caller.
  borrowing func deregister<S: Selector & ~Copyable>(
    from registry: borrowing Registry<S>
  ) throws(IOError)
}
