import CMioSocket
public import MioCore

/// A source with a descriptor, an address, options, and a pending error: the common part of all
/// sockets.
public protocol Socket: DescriptorOwner, PendingErrorSource, ~Copyable {
  /// The type of the addresses of the socket and of its peers.
  associatedtype Address: SystemAddress
}

extension Socket where Self: ~Copyable {
  /// The address that the socket is bound to.
  ///
  /// - Throws: ``IOError``.
  /// - SeeAlso: mio 1.2.2 `local_addr`; `getsockname(2)`.
  public var localAddress: Address {
    get throws(IOError) {
      let descriptor = descriptor.rawValue
      return try Address.ask(.localAddress) { unsafe c_mio_local_name(descriptor, &$0) }
    }
  }

  /// Returns the pending error of the socket, such as the error of a failed connect, and clears it.
  ///
  /// - Returns: The error; `nil` if there is none.
  /// - Throws: ``IOError`` if the query itself fails.
  /// - SeeAlso: mio 1.2.2 `take_error`; `SO_ERROR` in `socket(7)`.
  public borrowing func takeError() throws(IOError) -> IOError? {
    let code = try takeErrorCode(.getOption)
    if code == 0 { return nil }
    withRegistration { _, registration in registration.readinessMayHaveChanged() }
    return IOError(code: code, operation: .getOption)
  }

  borrowing func takeErrorCode(_ operation: IOError.Operation) throws(IOError) -> Int32 {
    var code: Int32 = 0
    let result = unsafe c_mio_get_option(
      descriptor.rawValue, c_mio_option_error(), &code, MemoryLayout<Int32>.size)
    try IOError.check(result, operation)
    return code
  }
}
