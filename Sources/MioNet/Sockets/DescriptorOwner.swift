public import MioCore

/// A source that owns its descriptor, and closes it when it goes out of scope: a socket, or an end of a pipe.
public protocol DescriptorOwner: DescriptorSource, ~Copyable {
  /// Takes over a descriptor from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, or `.notSocket` or `.invalidArgument` for what
  ///   is of another kind. The descriptor stays the caller's then.
  init(adopting descriptor: Descriptor) throws(IOError)

  /// Gives the descriptor away.
  ///
  /// What is registered must be deregistered before.
  consuming func takeDescriptor() -> Descriptor
}

extension DescriptorOwner where Self: ~Copyable {
  /// Takes over a descriptor from elsewhere, such as one that was received with a message.
  ///
  /// - Throws: ``IOError``, as ``init(adopting:)-(Descriptor)``. The descriptor is closed then.
  public init(adopting owned: consuming OwnedDescriptor) throws(IOError) {
    self = try Self(adopting: owned.descriptor)
    _ = owned.take()
  }

  /// Returns another descriptor for the same thing, close-on-exec.
  ///
  /// While it lives, closing the source does not end an epoll registration: deregister before.
  ///
  /// - Throws: ``IOError``, such as `.tooManyOpenFiles`.
  /// - SeeAlso: `fcntl(2)`, `F_DUPFD_CLOEXEC`.
  public borrowing func duplicateDescriptor() throws(IOError) -> OwnedDescriptor {
    try descriptor.duplicate()
  }

  /// Closes the descriptor.
  ///
  /// Going out of scope does so too, but cannot report an error.
  ///
  /// - Throws: ``IOError`` from `close(2)`; it is closed all the same, except as ``SocketOption/linger`` says of
  ///   Windows.
  public consuming func close() throws(IOError) {
    try OwnedDescriptor(owning: takeDescriptor()).close()
  }
}
