/// Whatever can be registered: sockets, pipes, raw descriptors, a wrapper around any of them.
///
/// A source is registered through a ``Registry``, never by calling these methods directly. Mio's own
/// sources keep a ``RegistrationState`` beside their descriptor and hand both to the registry;
/// wrappers pass the call on to what they wrap:
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
  /// Begins to watch the source.
  ///
  /// - Throws: Whatever ``Registry/register(_:token:interest:mode:)`` is to throw.
  borrowing func register<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  /// Replaces the registration.
  ///
  /// - Throws: Whatever ``Registry/reregister(_:token:interest:mode:)`` is to throw.
  borrowing func reregister<S: Selector & ~Copyable>(
    with registry: borrowing Registry<S>, token: Token, interest: Interest, mode: TriggerMode
  ) throws(IOError)

  /// Ceases to watch the source.
  ///
  /// - Throws: Whatever ``Registry/deregister(_:)`` is to throw.
  borrowing func deregister<S: Selector & ~Copyable>(
    from registry: borrowing Registry<S>
  ) throws(IOError)
}
