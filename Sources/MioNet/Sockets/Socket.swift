import CMioSocket
public import MioCore

/// What all sockets have: a descriptor, an address, options, and an error that waits to be asked for.
public protocol Socket: DescriptorSource, ~Copyable {
  /// What names the socket and its peers.
  associatedtype Address: SystemAddress

  /// Takes over a socket from elsewhere; it becomes close-on-exec and non-blocking.
  ///
  /// - Throws: ``IOError`` with the kind `.badDescriptor`, `.notSocket`, or `.invalidArgument` for a
  ///   socket of another kind. The descriptor stays the caller's then.
  init(adopting descriptor: Descriptor) throws(IOError)

  /// Gives the descriptor away.
  ///
  /// A socket that is registered must be deregistered before.
  consuming func takeDescriptor() -> Descriptor
}

extension Socket where Self: ~Copyable {
  /// Takes over a socket from elsewhere, such as one that was received with a message.
  ///
  /// - Throws: ``IOError``, as ``init(adopting:)-(Descriptor)``. The descriptor is closed then.
  public init(adopting owned: consuming OwnedDescriptor) throws(IOError) {
    self = try Self(adopting: owned.descriptor)
    _ = owned.take()
  }

  /// Closes the socket.
  ///
  /// Going out of scope does so too, but cannot report an error.
  ///
  /// - Throws: ``IOError`` from `close(2)`; the socket is closed all the same.
  public consuming func close() throws(IOError) {
    try OwnedDescriptor(owning: takeDescriptor()).close()
  }

  /// The socket's own address.
  ///
  /// - Throws: ``IOError``.
  /// - SeeAlso: mio 1.2.2 `local_addr`; `getsockname(2)`.
  public var localAddress: Address {
    get throws(IOError) {
      let descriptor = descriptor.rawValue
      return try Address.ask(.localAddress) { unsafe c_mio_local_name(descriptor, &$0) }
    }
  }

  /// Takes the socket's pending error, such as that of a failed connect, and clears it.
  ///
  /// - Returns: The error, `nil` if there is none.
  /// - Throws: ``IOError`` if the system does not even say that.
  /// - SeeAlso: mio 1.2.2 `take_error`; `SO_ERROR` in `socket(7)`.
  public borrowing func takeError() throws(IOError) -> IOError? {
    let code = try takeErrorCode(.getOption)
    return code == 0 ? nil : IOError(code: code, operation: .getOption)
  }

  borrowing func takeErrorCode(_ operation: IOError.Operation) throws(IOError) -> Int32 {
    var code: Int32 = 0
    let result = unsafe c_mio_get_option(
      descriptor.rawValue, c_mio_option_error(), &code, MemoryLayout<Int32>.size)
    if result < 0 { try IOError.raise(result, operation) }
    return code
  }
}
