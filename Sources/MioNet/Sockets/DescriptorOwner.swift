public import MioCore

/// A source that owns its descriptor and closes it when it goes out of scope: a socket, or an end
/// of a pipe.
public protocol DescriptorOwner: DescriptorSource, ~Copyable {
  /// Takes ownership of an existing descriptor.
  ///
  /// The descriptor becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, or `.notSocket` or `.invalidArgument`
  ///   for a descriptor of another kind. If it throws, the caller keeps the descriptor.
  init(adopting descriptor: Descriptor) throws(IOError)

  /// Gives up ownership of the descriptor and returns it.
  ///
  /// Deregister a registered source before the call.
  consuming func takeDescriptor() -> Descriptor
}

extension DescriptorOwner where Self: ~Copyable {
  /// Takes ownership of an existing descriptor, such as one that was received with a message.
  ///
  /// - Throws: ``IOError``, as ``init(adopting:)-(Descriptor)``. If it throws, the descriptor is
  ///   closed.
  public init(adopting owned: consuming OwnedDescriptor) throws(IOError) {
    self = try Self(adopting: owned.descriptor)
    _ = owned.take()
  }

  /// Returns another descriptor for the same open file, which is close-on-exec.
  ///
  /// While the other descriptor is open, closing the source does not end its epoll registration.
  /// Deregister the source before it is closed.
  ///
  /// - Throws: ``IOError`` with the kind `.tooManyOpenFiles`, or another.
  /// - SeeAlso: `fcntl(2)`, `F_DUPFD_CLOEXEC`.
  public borrowing func duplicateDescriptor() throws(IOError) -> OwnedDescriptor {
    try descriptor.duplicate()
  }

  /// Closes the descriptor.
  ///
  /// A source also closes its descriptor when it goes out of scope, but cannot report an error
  /// then.
  ///
  /// - Throws: ``IOError`` from `close(2)`. The descriptor is closed even if the call throws,
  ///   except in the case that ``SocketOption/linger`` describes for Windows.
  public consuming func close() throws(IOError) {
    try OwnedDescriptor(owning: takeDescriptor()).close()
  }
}
