import CMioSocket
public import MioCore

/// What all sockets have: a descriptor, options, and an error that waits to be asked for.
public protocol Socket: DescriptorSource, ~Copyable {}

extension Socket where Self: ~Copyable {
  /// Returns an option's value.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` where the system or the socket has no such
  ///   option.
  /// - SeeAlso: `getsockopt(2)`.
  public borrowing func value<Value: SocketOptionValue>(
    of option: SocketOption<Value>
  ) throws(IOError) -> Value {
    try option.value(of: descriptor)
  }

  /// Sets an option.
  ///
  /// - Throws: ``IOError`` with the kind `.unsupported` where the system or the socket has no such
  ///   option, `.invalidArgument` for a value that is out of range.
  /// - SeeAlso: `setsockopt(2)`.
  public borrowing func set<Value: SocketOptionValue>(
    _ option: SocketOption<Value>, to value: Value
  ) throws(IOError) {
    try option.set(value, of: descriptor)
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

/// A socket whose addresses are IP addresses with ports.
public protocol InternetSocket: Socket, ~Copyable {}

extension InternetSocket where Self: ~Copyable {
  /// The socket's own address.
  ///
  /// - Throws: ``IOError``.
  /// - SeeAlso: mio 1.2.2 `local_addr`; `getsockname(2)`.
  public var localAddress: SocketAddress {
    get throws(IOError) {
      let descriptor = descriptor.rawValue
      return try SocketAddress.ask(.localAddress) {
        unsafe c_mio_local_address(descriptor, &$0)
      }
    }
  }
}
